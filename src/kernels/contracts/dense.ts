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
}
