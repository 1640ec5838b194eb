/**
 * The step size of intentional updates (Sharifnassab et al. 2026), with which an estimate moves by an intended fraction η of its error:
 *
 *     η / max(√(q̂ Σ z²/D), 1e-8)
 *
 * D is the root of the running mean square of a weight's gradient; q̂ is the running mean of Σ g²/D, by which the estimate moves in a step
 * along one gradient alone. The weights are moved by the step size times δ z/D.
 *
 * Ranks: all scalars.
 * @param curvature q̂, its bias corrected.
 * @param traceSquares Σ z²/D, over all weights of the network.
 */
export const intentionalStep = (fraction: number, curvature: number, traceSquares: number): number => {
  const root = Math.sqrt(curvature * traceSquares)
  return fraction / (root > LEAST_ROOT ? root : LEAST_ROOT)
}

/** The least root that a step is divided by. */
export const LEAST_ROOT = 1e-8

/** The running mean of a number, its bias not yet corrected: m + (1 - β) (x - m). It is corrected by 1 / (1 - β^t) if m began at 0. */
export const movedMean = (mean: number, value: number, decay: number): number => mean + (1 - decay) * (value - mean)
