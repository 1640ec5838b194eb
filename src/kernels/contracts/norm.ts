/** Vectors that are divided by a measure of their own size. */
export interface NormKernels {
  /**
   * output = x / ‖x‖₂, and ‖x‖₂ at the double `norm`. No epsilon, as published; a zero vector, such as that of an all-zero observation
   * at the start, stays zero and passes no gradient (published code computes NaN).
   */
  normalize(x: number, size: number, output: number, norm: number): void

  /** inputGradient = (gradient - y (y · gradient)) / ‖x‖, with y and the double `norm` from `normalize`. */
  normalizeBackward(y: number, norm: number, gradient: number, size: number, inputGradient: number): void

  /** `normalize` for `rows` rows of x, shape `[rows, size]`; the norms become doubles of shape `[rows]`. */
  normalizeRows(x: number, rows: number, size: number, output: number, norms: number): void

  /** `normalizeBackward` for rows, with y and the doubles `norms` from `normalizeRows`. Vectors have shape `[rows, size]`. */
  normalizeBackwardRows(
    y: number,
    norms: number,
    gradient: number,
    rows: number,
    size: number,
    inputGradient: number,
  ): void

  /**
   * Layer norm without affine parameters (Ba et al. 2016): output = (x - m) / s for each row of x, shape `[rows, size]`, where m is the
   * row's mean and s = √(v + ε) with its population variance v. The output may be x itself. ε is the double at `epsilon`; the s become
   * doubles at `deviations`, shape `[rows]`.
   */
  layerNorm(x: number, rows: number, size: number, epsilon: number, output: number, deviations: number): void

  /**
   * inputGradient = (g - mean(g) - y mean(g y)) / s for each row g of the gradient, with y and the doubles `deviations` from
   * `layerNorm`. Vectors have shape `[rows, size]`; inputGradient may be the gradient itself.
   */
  layerNormBackward(
    y: number,
    deviations: number,
    gradient: number,
    rows: number,
    size: number,
    inputGradient: number,
  ): void
}
