/** Activations, component by component and in place. Contiguous rows are one vector of all their components. */
export interface ActivationKernels {
  /** x ← x where x > 0, else 0.01 x, in place. */
  leakyRelu(x: number, size: number): void

  /** gradient ← gradient where the activation's output y > 0, else 0.01 gradient, in place. */
  leakyReluBackward(y: number, gradient: number, size: number): void

  /** x ← 0 where x < 0, else x, in place. */
  relu(x: number, size: number): void

  /** gradient ← gradient where the activation's output y > 0, else 0, in place. */
  reluBackward(y: number, gradient: number, size: number): void

  /** x ← tanh x, in place. Computed in doubles: both homes compute the same bits. */
  tanh(x: number, size: number): void

  /** gradient ← gradient (1 - y²) with the activation's output y, in place. Both homes compute the same bits. */
  tanhBackward(y: number, gradient: number, size: number): void

  /** x ← log(1 + e^x), in place. Computed in doubles: both homes compute the same bits. */
  softplus(x: number, size: number): void

  /**
   * gradient ← gradient (1 - e^-y) with the activation's output y, in place: the logistic function of its input. Both homes compute the
   * same bits.
   */
  softplusBackward(y: number, gradient: number, size: number): void
}
