/** Actions drawn from the distribution of an actor's head. */
export interface PolicyKernels {
  /**
   * Draws a tanh-squashed normal action: `head` is μ and behind it c, shape `[2 size]`; `noise` and `action` have shape
   * `[size]`. The doubles at `sample`, shape `[2 size + 1]`, become a, s ε and log π(a). `typescript/squashedGaussian.ts` has the
   * equations.
   */
  squash(head: number, noise: number, size: number, k: number, action: number, sample: number): void

  /** headGradient = ∂(η log π(a) - Q(a))/∂head, shape `[2 size]`, from ∂Q/∂a, shape `[size]`, and the doubles that `squash` wrote at `sample`. */
  squashBackward(
    head: number,
    size: number,
    k: number,
    entropyCoefficient: number,
    sample: number,
    actionGradient: number,
    headGradient: number,
  ): void

  /**
   * `squash` for `rows` rows of head, shape `[rows, 2 size]`, and noise, `[rows, size]`, with the k of `SquashScalar` among the doubles
   * at `scalars`. The actions are rows that begin `stride` numbers apart, so that they can stand behind observations. The doubles at
   * `sample` have shape `[rows, 2 size + 1]`. Every row has the bits that `squash` computes.
   */
  squashRows(
    head: number,
    noise: number,
    rows: number,
    size: number,
    scalars: number,
    action: number,
    stride: number,
    sample: number,
  ): void

  /**
   * headGradient[r] = factor · ∂(η log π(a) - Q(a))/∂head for rows, shape `[rows, 2 size]`, from ∂Q/∂a, shape `[rows, size]`, and the
   * doubles that `squashRows` wrote at `sample`. `scalars` names doubles, in the order of `SquashScalar`.
   */
  squashBackwardRows(
    head: number,
    rows: number,
    size: number,
    scalars: number,
    sample: number,
    actionGradient: number,
    headGradient: number,
  ): void
}

/** Actions drawn as CleanRL's SAC draws them. */
export interface BoundedPolicyKernels {
  /**
   * `squashRows` with the spread bounded by tanh, log s = -5 + 3.5 (tanh c + 1), and with log(1 - a² + 1e-6) in the log-probability, as
   * CleanRL has both. Of the scalars it reads none.
   */
  boundedRows(
    head: number,
    noise: number,
    rows: number,
    size: number,
    scalars: number,
    action: number,
    stride: number,
    sample: number,
  ): void

  /** `squashBackwardRows` for `boundedRows`; it reads η and the factor. */
  boundedBackwardRows(
    head: number,
    rows: number,
    size: number,
    scalars: number,
    sample: number,
    actionGradient: number,
    headGradient: number,
  ): void
}
