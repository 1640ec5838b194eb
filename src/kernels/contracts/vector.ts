/** Arithmetic on vectors. */
export interface VectorKernels {
  /** The size of the greatest of `size` numbers at the double `most`, shape `[1]`; NaN where one of them is. */
  largest(x: number, size: number, most: number): void

  /** The double at `sum` becomes Σ x², in doubles, so that it is finite for all finite x. */
  sumOfSquares(x: number, size: number, sum: number): void

  /** x ← f x, in place, with the double f at `factor`. */
  scale(x: number, size: number, factor: number): void

  /** y ← y + f x, in place, with the double f at `factor`. */
  addScaled(x: number, size: number, factor: number, y: number): void

  /** x ← 0. */
  clear(x: number, size: number): void

  /**
   * output[r, i] = x[r, i] for `rows` rows of `size` numbers, which begin `stride` numbers apart in x and `outputStride` apart in the
   * output. It puts, for example, observations and actions beside each other.
   */
  copyRows(x: number, stride: number, rows: number, size: number, output: number, outputStride: number): void

  /**
   * x ← x - Σ_k b_k (b_k · x) for each of `rows` vectors from `vectors` on, in place, with the `count` orthonormal vectors b_k from
   * `basis` on. All of them are doubles of `arena.f64`, shape `[size]` and contiguous; `along` is scratch, shape `[4 count]`.
   *
   * Both homes compute the same bits: a product adds up its even and its odd terms separately, then both, then the last term of an odd
   * size; the subtractions are made in the order of the basis.
   */
  takeProjections(basis: number, count: number, vectors: number, rows: number, size: number, along: number): void
}
