/** Arithmetic on vectors that knows nothing of networks. */
export interface VectorKernels {
  /** The size of the greatest of `size` numbers at the double `most`, shape `[1]`; NaN where one of them is. */
  largest(x: number, size: number, most: number): void

  /**
   * x ← x - Σ_k b_k (b_k · x) for each of `rows` vectors from `vectors` on, in place, with the `count` orthonormal vectors b_k from
   * `basis` on. All of them are doubles of `arena.f64`, shape `[size]` and contiguous; `along` is scratch, shape `[4 count]`.
   *
   * Both homes give the same bits: a product adds up its even and its odd terms apart, then both, then the last term of an odd
   * size; the subtractions are made in the order of the basis.
   */
  takeProjections(basis: number, count: number, vectors: number, rows: number, size: number, along: number): void
}
