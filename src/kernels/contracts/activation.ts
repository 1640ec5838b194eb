/** Activations, component by component and in place. Rows that stand one behind the other are one vector of all their components. */
export interface ActivationKernels {
  /** x ← x where x > 0, else 0.01 x, in place. */
  leakyRelu(x: number, size: number): void

  /** gradient ← gradient where the activation's output y > 0, else 0.01 gradient, in place. */
  leakyReluBackward(y: number, gradient: number, size: number): void
}
