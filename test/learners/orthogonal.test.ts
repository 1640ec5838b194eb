import { expect, test } from 'vitest'
import { fillOrthogonal } from '../../src/learners/orthogonal.js'
import { seeded } from '../../src/random.js'

test.each([
  [4, 4],
  [3, 7],
  [7, 3],
  [1, 16],
  [256, 11],
  [6, 256],
])('%i x %i weights have orthonormal rows or columns, whichever are fewer', (rows, columns) => {
  const weights = new Float32Array(rows * columns)
  fillOrthogonal(weights, rows, columns, seeded(1)('initialization'))
  const wide = rows <= columns
  const vector = (v: number): number[] =>
    Array.from({ length: Math.max(rows, columns) }, (_, i) =>
      wide ? weights[v * columns + i] : weights[i * columns + v],
    )
  const count = Math.min(rows, columns)
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      const first = vector(a)
      const second = vector(b)
      const inner = first.reduce((sum, value, i) => sum + value * second[i], 0)
      expect(Math.abs(inner - (a === b ? 1 : 0))).toBeLessThan(1e-6)
    }
  }
})

test('the signs are drawn, not fixed: the entries’ mean over many draws is 0', () => {
  const random = seeded(2)('initialization')
  const weights = new Float32Array(9)
  const sums = new Float64Array(9)
  for (let draw = 0; draw < 4000; draw++) {
    fillOrthogonal(weights, 3, 3, random)
    weights.forEach((value, i) => (sums[i] += value))
  }
  // Each entry has variance 1/3, so a mean of 4,000 has a deviation of 0.009.
  sums.forEach((sum) => expect(Math.abs(sum / 4000)).toBeLessThan(0.04))
})
