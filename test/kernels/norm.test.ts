import { describe, expect, test } from 'vitest'
import { layerNorm, layerNormBackward, normalize, normalizeBackward } from '../../src/kernels/reference.js'
import { difference, homes, workbench } from './homes.js'

const EPSILON = 1e-5
const sizes = [...Array.from({ length: 19 }, (_, i) => i + 1), 128]

describe('the reference of layer norm', () => {
  const x = Float64Array.of(0.3, -1.2, 2.5, 0.7, -0.4)
  const gradient = Float64Array.of(1, -0.5, 0.25, 2, -1)

  test('returns rows of mean 0 and variance v / (v + ε)', () => {
    const y = layerNorm(x, EPSILON)
    const mean = (values: ArrayLike<number>): number =>
      Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
    const variance = (values: ArrayLike<number>): number =>
      mean(Array.from(values, (value) => (value - mean(values)) ** 2))
    expect(mean(y)).toBeCloseTo(0, 14)
    expect(variance(y)).toBeCloseTo(variance(x) / (variance(x) + EPSILON), 14)
  })

  test('has the gradient of finite differences', () => {
    const step = 1e-6
    const loss = (at: Float64Array): number =>
      Array.from(layerNorm(at, EPSILON)).reduce((sum, value, i) => sum + value * gradient[i], 0)
    const slopes = x.map((_, i) => {
      const moved = (by: number): number => loss(x.map((value, j) => (j === i ? value + by : value)))
      return (moved(step) - moved(-step)) / (2 * step)
    })
    expect(difference(layerNormBackward(x, gradient, EPSILON), slopes)).toBeLessThan(1e-9)
  })
})

describe.each(homes)('%s norms of rows', (_, bind) => {
  const { kernels, f32, f64, lay } = workbench(bind, 4 * 19 * 130)
  /** Places of the doubles of the rows, and of the one before them. */
  const [epsilon, deviations] = [3, 4]
  const rowOf = (matrix: Float64Array, r: number, size: number): Float64Array =>
    matrix.subarray(r * size, (r + 1) * size)

  test('layerNorm and its gradient equal the reference, row by row', () => {
    f64[epsilon] = EPSILON
    for (const size of sizes) {
      const rows = 1 + (size % 7)
      const each = rows * size
      const laid = lay({ x: each, y: each, gradient: each, inputGradient: each }, size % 4)
      const { at, read } = laid
      for (let i = 0; i < each; i++) f32[at.x + i] = 3 * f32[at.x + i] + 5
      const [x, gradient] = [read('x'), read('gradient')]
      laid.keep()
      kernels.layerNorm(at.x, rows, size, epsilon, at.y, deviations)
      for (let r = 0; r < rows; r++) {
        expect(difference(rowOf(read('y'), r, size), layerNorm(rowOf(x, r, size), EPSILON))).toBeLessThan(1e-6)
      }
      laid.wroteOnly('y')
      kernels.layerNormBackward(at.y, deviations, at.gradient, rows, size, at.inputGradient)
      for (let r = 0; r < rows; r++) {
        const want = layerNormBackward(rowOf(x, r, size), rowOf(gradient, r, size), EPSILON)
        // A single number is its own mean: what is left of its gradient is the rounding of y, over a deviation of √ε.
        expect(difference(rowOf(read('inputGradient'), r, size), want), `${size}`).toBeLessThan(3e-6)
      }
      laid.wroteOnly('y', 'inputGradient')
    }
  })

  test('layerNorm and its gradient work in place, to the same bits', () => {
    f64[epsilon] = EPSILON
    const [rows, size] = [5, 33]
    const each = rows * size
    const { at, read } = lay({ x: each, y: each, gradient: each, inputGradient: each })
    kernels.layerNorm(at.x, rows, size, epsilon, at.y, deviations)
    kernels.layerNormBackward(at.y, deviations, at.gradient, rows, size, at.inputGradient)
    kernels.layerNorm(at.x, rows, size, epsilon, at.x, deviations)
    kernels.layerNormBackward(at.x, deviations, at.gradient, rows, size, at.gradient)
    expect(read('x')).toEqual(read('y'))
    expect(read('gradient')).toEqual(read('inputGradient'))
  })

  test('layerNorm makes zeros of equal numbers, and keeps what is not finite in its row', () => {
    f64[epsilon] = EPSILON
    const { at, read } = lay({ x: 21, y: 21 })
    f32.fill(1e6, at.x, at.x + 7)
    f32[at.x + 9] = NaN
    kernels.layerNorm(at.x, 3, 7, epsilon, at.y, deviations)
    expect([...rowOf(read('y'), 0, 7)].every((value) => value === 0)).toBe(true)
    expect([...rowOf(read('y'), 1, 7)].every(Number.isNaN)).toBe(true)
    expect([...rowOf(read('y'), 2, 7)].every(Number.isFinite)).toBe(true)
  })

  test('normalizeRows and its gradient are those of one vector, to the bit', () => {
    for (const size of sizes) {
      const rows = 1 + (size % 7)
      const each = rows * size
      const laid = lay({ x: each, y: each, gradient: each, inputGradient: each, one: size, back: size }, size % 4)
      const { at, read } = laid
      f32.fill(0, at.x, at.x + size)
      const [x, gradient] = [read('x'), read('gradient')]
      laid.keep()
      kernels.normalizeRows(at.x, rows, size, at.y, deviations)
      kernels.normalizeBackwardRows(at.y, deviations, at.gradient, rows, size, at.inputGradient)
      laid.wroteOnly('y', 'inputGradient')
      for (let r = 0; r < rows; r++) {
        kernels.normalize(at.x + r * size, size, at.one, 30)
        kernels.normalizeBackward(at.one, 30, at.gradient + r * size, size, at.back)
        expect(f64[deviations + r]).toBe(f64[30])
        expect(rowOf(read('y'), r, size)).toEqual(read('one'))
        expect(rowOf(read('inputGradient'), r, size)).toEqual(read('back'))
        expect(difference(read('one'), normalize(rowOf(x, r, size)))).toBeLessThan(1e-6)
        const want = normalizeBackward(rowOf(x, r, size), rowOf(gradient, r, size))
        expect(difference(read('back'), want)).toBeLessThan(1e-5)
      }
    }
  })
})
