/** A dense layer forwards and backwards, for one sample. */
export interface DenseKernels {
  /** output = weights · input + bias. Shapes: weights `[outputs, inputs]`, input `[inputs]`, bias and output `[outputs]`. */
  dense(weights: number, bias: number, input: number, inputs: number, output: number, outputs: number): void

  /** inputGradient[j] = Σ_i weights[i, from + j] · gradient[i] for `count` columns starting at `from`. */
  denseBackward(
    weights: number,
    inputs: number,
    gradient: number,
    outputs: number,
    from: number,
    count: number,
    inputGradient: number,
  ): void

  /**
   * `dense` and `polyak` in one pass over the weights: the output of a layer, whose bias stands at `weights + biasAt`, and the layer of its
   * target network moved towards it, weights at `target` and bias at `target + biasAt`. τ is the double at `tau`. Both results have the
   * bits of these kernels.
   */
  densePolyak(
    weights: number,
    biasAt: number,
    input: number,
    inputs: number,
    output: number,
    outputs: number,
    target: number,
    tau: number,
  ): void
}

/** Floats of scratch that the kernels on rows use, for any shape. Their content before and after a call does not matter. */
export const ROWS_SCRATCH = 29_248

/**
 * A dense layer for rows of samples, which are contiguous. No bit of a row of a result depends on the other rows.
 *
 * `scratch` is the caller's, `ROWS_SCRATCH` floats that no other thread uses meanwhile.
 */
export interface DenseRowKernels {
  /** output[r] = weights · input[r] + bias. Shapes: input `[rows, inputs]`, output `[rows, outputs]`; the others as in `dense`. */
  denseRows(
    weights: number,
    bias: number,
    input: number,
    inputs: number,
    output: number,
    outputs: number,
    rows: number,
    scratch: number,
  ): void

  /**
   * inputGradient[r, j] = Σ_i weights[i, from + j] · gradient[r, i] for `count` columns starting at `from`. Shapes: gradient
   * `[rows, outputs]`, inputGradient `[rows, count]`.
   */
  denseBackwardRows(
    weights: number,
    inputs: number,
    gradient: number,
    outputs: number,
    from: number,
    count: number,
    inputGradient: number,
    rows: number,
    scratch: number,
  ): void

  /**
   * weightGradient[i, j] = Σ_r gradient[r, i] · input[r, j], and behind it at `weightGradient + biasAt` the bias's, Σ_r gradient[r, i].
   * Both are overwritten. Shapes: input `[rows, inputs]`, gradient `[rows, outputs]`, weightGradient `[outputs, inputs]`.
   */
  denseGradientRows(
    input: number,
    inputs: number,
    gradient: number,
    outputs: number,
    rows: number,
    weightGradient: number,
    biasAt: number,
    scratch: number,
  ): void
}
