import { describe, expect, test } from 'vitest'
import { bindKernels } from '../../../src/kernels/bindKernels.js'
import { orthogonal } from '../../../src/learners/parts/orthogonal.js'
import { seeded } from '../../../src/random.js'
import type { Random } from '../../../src/types.js'

const homes = Object.entries(bindKernels)
type Bind = (typeof homes)[number][1]

const filled = (bind: Bind, rows: number, columns: number, random: Random): Float32Array => {
  const weights = new Float32Array(rows * columns)
  orthogonal(bind, [{ rows, columns }])(weights, rows, columns, random)
  return weights
}
const drawn = () => seeded(1)('initialization')

/** Single vectors, whole blocks of vectors and parts of one, sizes that leave a remainder, and both ways round. */
const shapes = [
  [1, 1],
  [4, 4],
  [3, 7],
  [7, 3],
  [1, 16],
  [256, 11],
  [6, 256],
  [32, 33],
  [67, 66],
  [101, 131],
  [256, 256],
] as const

/** The rows of a matrix, or its columns where there are fewer of them. */
const vectorsOf = (weights: Float32Array, rows: number, columns: number): Float64Array[] =>
  Array.from({ length: Math.min(rows, columns) }, (_, v) =>
    Float64Array.from({ length: Math.max(rows, columns) }, (_, i) =>
      rows <= columns ? weights[v * columns + i] : weights[i * columns + v],
    ),
  )

/** How far the products of all pairs of vectors are from 1 and 0. */
const skew = (vectors: readonly Float64Array[]): number => {
  let worst = 0
  vectors.forEach((a, v) => {
    for (let w = 0; w <= v; w++) {
      let product = v === w ? -1 : 0
      for (let i = 0; i < a.length; i++) product += a[i] * vectors[w][i]
      worst = Math.max(worst, Math.abs(product))
    }
  })
  return worst
}

/** Gram and Schmidt as a reader would write them: vector by vector, twice each. */
const plain = (rows: number, columns: number, random: Random): number[][] => {
  const draw = new Float32Array(Math.max(rows, columns))
  const basis: number[][] = []
  while (basis.length < Math.min(rows, columns)) {
    random.normal(draw)
    let vector = [...draw]
    for (const earlier of [...basis, ...basis]) {
      const along = earlier.reduce((sum, value, i) => sum + value * vector[i], 0)
      vector = vector.map((value, i) => value - along * earlier[i])
    }
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
    basis.push(vector.map((value) => value / length))
  }
  return basis
}

describe.each(homes)('orthogonal weights, by the kernels in %s', (_, bind) => {
  test.each(shapes)('%i x %i: the rows or columns, whichever are fewer, are orthonormal', (rows, columns) => {
    expect(skew(vectorsOf(filled(bind, rows, columns, drawn()), rows, columns))).toBeLessThan(1e-6)
  })

  test.each(shapes)('%i x %i: they are those of the plain algorithm, signs included, to a float', (rows, columns) => {
    const want = plain(rows, columns, drawn())
    vectorsOf(filled(bind, rows, columns, drawn()), rows, columns).forEach((vector, v) => {
      vector.forEach((value, i) => expect(Math.abs(value - want[v][i])).toBeLessThan(6e-8))
    })
  })

  test('draws that are all but the same are made orthogonal as well', () => {
    const random = drawn()
    const nearly: Random = {
      ...random,
      normal: (out) => {
        random.normal(out)
        for (let i = 0; i < out.length; i++) out[i] = 1 + i + out[i] / 1000
      },
    }
    expect(skew(vectorsOf(filled(bind, 70, 90, nearly), 70, 90))).toBeLessThan(1e-6)
  })

  test.each([
    ['zeros', 0, /^initialization: expected independent normal draws, got some that depend on one another$/],
    ['the same vector each time', 1, /^initialization: expected independent normal draws, got some that/],
    ['NaN', NaN, /^initialization\[0\] is NaN, expected a finite number$/],
    ['infinite numbers', Infinity, /^initialization\[0\] is Infinity, expected a finite number$/],
  ])('%s for draws are refused', (_, value, message) => {
    const stuck: Random = { normal: (out) => void out.fill(value), uniform: () => 0.5 }
    expect(() => filled(bind, 40, 40, stuck)).toThrow(message)
  })

  test('one preparation serves matrices of several shapes', () => {
    const fill = orthogonal(
      bind,
      shapes.map(([rows, columns]) => ({ rows, columns })),
    )
    for (const [rows, columns] of shapes) {
      const weights = new Float32Array(rows * columns)
      fill(weights, rows, columns, drawn())
      expect(weights).toEqual(filled(bind, rows, columns, drawn()))
    }
  })
})

test.each(shapes)('%i x %i: both homes give the same bits', (rows, columns) => {
  const [one, other] = homes.map(([, bind]) => filled(bind, rows, columns, drawn()))
  expect(other).toEqual(one)
})

test('the signs are drawn, not fixed: the entries’ mean over many draws is 0', () => {
  const random = seeded(2)('initialization')
  const weights = new Float32Array(9)
  const sums = new Float64Array(9)
  const fill = orthogonal(bindKernels.typescript, [{ rows: 3, columns: 3 }])
  for (let draw = 0; draw < 4000; draw++) {
    fill(weights, 3, 3, random)
    weights.forEach((value, i) => (sums[i] += value))
  }
  // Each entry has variance 1/3, so a mean of 4,000 has a deviation of 0.009.
  sums.forEach((sum) => expect(Math.abs(sum / 4000)).toBeLessThan(0.04))
})

test('1024 x 1024 take a fraction of a second', () => {
  const begun = process.cpuUsage()
  filled(bindKernels.webassembly, 1024, 1024, drawn())
  // Of the processor's time, since other tests may run beside: a quarter of a second here, where vector by vector took over three.
  expect(process.cpuUsage(begun).user / 1e6).toBeLessThan(1.5)
})
