/** Steps of weights by their gradients. */
export interface OptimizerKernels {
  /**
   * One Adam step (Kingma and Ba 2015, algorithm 1) on a dense layer's weights and bias. Their gradients, the outer product
   * factor · gradient ⊗ input and factor · gradient, are never stored.
   *
   * `second` (and `first`, unused when β1 is 0) hold the moments of the weights and, `biasAt` further on, those of the bias,
   * which itself stands at `weights + biasAt`. `scalars` names doubles, in the order of `AdamScalar`.
   */
  denseAdam(
    weights: number,
    first: number,
    second: number,
    biasAt: number,
    input: number,
    inputs: number,
    gradient: number,
    outputs: number,
    scalars: number,
  ): void

  /**
   * One Adam step on `size` weights whose gradient is stored, and is multiplied by `AdamScalar.factor`: 1, or the factor that clips its
   * norm. The moments and `scalars` are those of `denseAdam`; there is no weight decay.
   */
  adam(weights: number, first: number, second: number, gradient: number, size: number, scalars: number): void

  /** target ← target + τ (source - target) for `size` weights of a target network, in place, with the double τ at `tau`. */
  polyak(source: number, size: number, tau: number, target: number): void
}
