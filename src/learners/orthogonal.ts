/** Orthogonal initialization (Saxe et al. 2014). */
import type { Random } from '../types.js'

/**
 * Fills `weights`, row-major of shape `[rows, columns]`, with a matrix drawn uniformly from those with orthonormal rows, or
 * orthonormal columns where there are more rows than columns; gain 1.
 *
 * Numbers: normal draws, orthogonalized by Gram and Schmidt in doubles, twice each, so that they stay orthogonal to the last bit.
 */
export const fillOrthogonal = (weights: Float32Array, rows: number, columns: number, random: Random): void => {
  const wide = rows <= columns
  const vectors = wide ? rows : columns
  const size = wide ? columns : rows
  const draw = new Float32Array(size)
  const basis: Float64Array[] = []
  while (basis.length < vectors) {
    random.normal(draw)
    const vector = Float64Array.from(draw)
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of basis) {
        let along = 0
        for (let i = 0; i < size; i++) along += earlier[i] * vector[i]
        for (let i = 0; i < size; i++) vector[i] -= along * earlier[i]
      }
    }
    let square = 0
    for (let i = 0; i < size; i++) square += vector[i] * vector[i]
    const scale = 1 / Math.sqrt(square)
    for (let i = 0; i < size; i++) vector[i] *= scale
    basis.push(vector)
  }
  basis.forEach((vector, v) => {
    for (let i = 0; i < size; i++) weights[wide ? v * columns + i : i * columns + v] = vector[i]
  })
}
