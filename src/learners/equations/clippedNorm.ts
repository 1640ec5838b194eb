/**
 * What gradients are multiplied by so that their norm stays within a bound (Pascanu et al. 2013): min(1, bound / (‖g‖₂ + 1e-6)), as
 * PyTorch's `clip_grad_norm_` does it for all gradients of an optimizer together.
 *
 * Ranks: all scalars.
 * @param sumOfSquares ‖g‖₂², over all of them.
 */
export const clippedNorm = (sumOfSquares: number, bound: number): number =>
  Math.min(1, bound / (Math.sqrt(sumOfSquares) + 1e-6))
