/** Actions drawn from what an actor's head says. */
export interface PolicyKernels {
  /**
   * Draws a tanh-squashed normal action: `head` is μ and behind it c, shape `[2 size]`; `noise` and `action` have shape
   * `[size]`. The doubles at `sample`, shape `[2 size + 1]`, become a, s ε and log π(a). `typescript/squashedGaussian.ts` has the
   * equations.
   */
  squash(head: number, noise: number, size: number, k: number, action: number, sample: number): void

  /** headGradient = ∂(η log π(a) - Q(a))/∂head, shape `[2 size]`, from ∂Q/∂a, shape `[size]`, and what `squash` left at `sample`. */
  squashBackward(
    head: number,
    size: number,
    k: number,
    entropyCoefficient: number,
    sample: number,
    actionGradient: number,
    headGradient: number,
  ): void
}
