/** Vectors that are divided by a measure of their own size. */
export interface NormKernels {
  /**
   * output = x / ‖x‖₂, and ‖x‖₂ at the double `norm`. No epsilon, as published; a zero vector, which published code makes NaN
   * of and which an all-zero observation gives at the start, stays zero and passes no gradient.
   */
  normalize(x: number, size: number, output: number, norm: number): void

  /** inputGradient = (gradient - y (y · gradient)) / ‖x‖, with y and the double `norm` from `normalize`. */
  normalizeBackward(y: number, norm: number, gradient: number, size: number, inputGradient: number): void
}
