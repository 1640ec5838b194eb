/** Orthogonal initialization (Saxe et al. 2014). */
import { NotFiniteError } from '../../failure.js'
import { arena, type Arena } from '../../kernels/arena.js'
import type { Kernels } from '../../kernels/kernels.js'
import type { Random } from '../../types.js'

/** Vectors that are worked on together: a block and one other of 2048 doubles a vector fill a megabyte, half a usual cache of a core. */
const BLOCK = 32

/**
 * A vector of whose squared length no more than this share is left is passed a second time: what a pass leaves along the vectors before
 * is a rounding error of the length that it began with, here at most ten times the one of the length that it ends with.
 */
const SHARE = 0.01

/** Throws a NotFiniteError for the first draw that is not finite. */
const refuse = (draw: Float32Array): void => {
  const index = draw.findIndex((value) => !Number.isFinite(value))
  throw new NotFiniteError('initialization', { index }, draw[index])
}

/** Fills `weights`, row-major of shape `[rows, columns]`. */
export type FillOrthogonal = (weights: Float32Array, rows: number, columns: number, random: Random) => void

/** The shape of a matrix. */
export interface MatrixShape {
  readonly rows: number
  readonly columns: number
}

/**
 * Prepares memory for matrices of some shapes, and gives the function that fills one with a matrix drawn uniformly from those with
 * orthonormal rows, or orthonormal columns where there are more rows than columns; gain 1.
 *
 * Memory: doubles for the largest of them, which are free with the function.
 * Numbers: normal draws, vector after vector, orthogonalized by Gram and Schmidt in doubles, block after block. The signs are
 * those of the draws, as the uniform distribution asks for (Mezzadri 2007, section 5). One pass keeps n vectors orthogonal to
 * about n units in the last place of a double, which the floats that the weights are do not show; only the last vectors of a square
 * matrix need a second one. Both homes of the kernels give the same bits.
 * Fails: RangeError for draws that depend on one another, NotFiniteError for one that is not finite.
 */
export const orthogonal = (bind: (on: Arena) => Kernels, shapes: readonly MatrixShape[]): FillOrthogonal => {
  const largest = shapes.reduce((most, { rows, columns }) => Math.max(most, rows * columns), 0)
  const on = arena(0, largest + 4 * BLOCK)
  const { f64 } = on
  const { takeProjections } = bind(on)

  const squareOf = (at: number, size: number): number => {
    let square = 0
    for (let i = at; i < at + size; i++) square += f64[i] * f64[i]
    return square
  }

  /** Gives the vector at `at` length 1; `takeEarlier` takes the components along all vectors before it. */
  const finish = (at: number, size: number, drawn: number, takeEarlier: () => void): void => {
    let square = squareOf(at, size)
    if (!(square > SHARE * drawn)) {
      const first = square
      takeEarlier()
      square = squareOf(at, size)
      if (!(square > SHARE * first)) {
        throw new RangeError('initialization: expected independent normal draws, got some that depend on one another')
      }
    }
    const scale = 1 / Math.sqrt(square)
    for (let i = at; i < at + size; i++) f64[i] *= scale
  }

  return (weights, rows, columns, random) => {
    const wide = rows <= columns
    const vectors = wide ? rows : columns
    const size = wide ? columns : rows
    const draw = new Float32Array(size)
    const squares = new Float64Array(BLOCK)
    /** Takes the components along vectors `0` to `before` from `count` vectors that begin at `at`. */
    const takeBefore = (before: number, at: number, count: number): void => {
      for (let b = 0; b < before; b += BLOCK) {
        takeProjections(b * size, Math.min(BLOCK, before - b), at, count, size, largest)
      }
    }
    for (let from = 0; from < vectors; from += BLOCK) {
      const to = Math.min(from + BLOCK, vectors)
      for (let v = from; v < to; v++) {
        random.normal(draw)
        f64.set(draw, v * size)
        squares[v - from] = squareOf(v * size, size)
        if (!(squares[v - from] < Infinity)) refuse(draw)
      }
      takeBefore(from, from * size, to - from)
      for (let v = from; v < to; v++) {
        const at = v * size
        takeProjections(from * size, v - from, at, 1, size, largest)
        finish(at, size, squares[v - from], () => takeBefore(v, at, 1))
      }
    }
    for (let v = 0; v < vectors; v++) {
      for (let i = 0; i < size; i++) weights[wide ? v * columns + i : i * columns + v] = f64[v * size + i]
    }
  }
}
