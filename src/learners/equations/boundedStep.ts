/**
 * The step size of ObGD, with which no step overshoots (Elsayed et al. 2024, algorithm 3): with M = α κ max(|δ|, 1) ‖z‖₁,
 *
 *     α where M ≤ 1, else α / M
 *
 * The weights are moved by it times δ z, so that no estimate in which every weight counts for at most 1 moves by more than |δ| / κ.
 *
 * Ranks: all scalars.
 * @param traceNorm ‖z‖₁ over all weights of the network; of the adaptive form that of z / √(v̂ + ε).
 */
export const boundedStep = (stepSize: number, kappa: number, tdError: number, traceNorm: number): number => {
  const size = Math.abs(tdError)
  const overshoot = stepSize * kappa * (size > 1 ? size : 1) * traceNorm
  return overshoot > 1 ? stepSize / overshoot : stepSize
}
