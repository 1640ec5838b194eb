/** The two homes of the arithmetic. */
export type KernelsName = 'webassembly' | 'typescript'

/**
 * The arithmetic of a dense network at a batch of one, as a handful of signatures. Whoever implements them, in TypeScript or
 * in WebAssembly, is bound to one `Arena` and passes the one kernel table of tests.
 *
 * Every argument that names a vector is an offset into `arena.f32`. A matrix is row-major, a row an output. Outputs never
 * overlap inputs unless the line says "in place". Nothing is allocated: scalars go through `arena.f64` by their offset, since
 * the engine would box a double that is passed or returned.
 */
export interface Kernels {
  /** What runs, for a run's config: each reproduces its own bits. */
  readonly name: KernelsName

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

  /** x ← x where x > 0, else 0.01 x, in place. */
  leakyRelu(x: number, size: number): void

  /** gradient ← gradient where the activation's output y > 0, else 0.01 gradient, in place. */
  leakyReluBackward(y: number, gradient: number, size: number): void

  /**
   * output = x / ‖x‖₂, and ‖x‖₂ at the double `norm`. No epsilon, as published; a zero vector, which published code makes NaN
   * of and which an all-zero observation gives at the start, stays zero and passes no gradient.
   */
  normalize(x: number, size: number, output: number, norm: number): void

  /** inputGradient = (gradient - y (y · gradient)) / ‖x‖, with y and the double `norm` from `normalize`. */
  normalizeBackward(y: number, norm: number, gradient: number, size: number, inputGradient: number): void

  /** The size of the greatest of `size` numbers at the double `most`, shape `[1]`; NaN where one of them is. */
  largest(x: number, size: number, most: number): void

  /**
   * Draws a tanh-squashed normal action: `head` is μ and behind it c, shape `[2 size]`; `noise` and `action` have shape
   * `[size]`. The doubles at `sample`, shape `[2 size + 1]`, become a, s ε and log π(a). `squashedGaussian.ts` has the equations.
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
   * x ← x - Σ_k b_k (b_k · x) for each of `rows` vectors from `vectors` on, in place, with the `count` orthonormal vectors b_k from
   * `basis` on. All of them are doubles of `arena.f64`, shape `[size]` and contiguous; `along` is scratch, shape `[4 count]`.
   *
   * Both homes give the same bits: a product adds up its even and its odd terms apart, then both, then the last term of an odd
   * size; the subtractions are made in the order of the basis.
   */
  takeProjections(basis: number, count: number, vectors: number, rows: number, size: number, along: number): void
}

/** Where `denseAdam` finds its scalars, in doubles after `scalars`; the bias corrections are folded into step and epsilon. */
export const AdamScalar = {
  /** What the gradient is multiplied by. */
  factor: 0,
  /** α √(1 - β2^t) / (1 - β1^t). */
  step: 1,
  /** ε √(1 - β2^t). */
  epsilon: 2,
  beta1: 3,
  beta2: 4,
  count: 5,
} as const
