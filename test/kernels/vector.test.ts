import { describe, expect, test } from 'vitest'
import { difference, homes, workbench } from './homes.js'

/** Sizes that leave every remainder of a vector, and one of a whole network. */
const sizes = [...Array.from({ length: 19 }, (_, i) => i + 1), 1_003]

describe.each(homes)('%s vectors', (_, bind) => {
  const { kernels, f32, f64, lay } = workbench(bind, 5_000)

  test('sumOfSquares adds up the squares', () => {
    for (const size of sizes) {
      const laid = lay({ x: size }, size % 4)
      kernels.sumOfSquares(laid.at.x, size, 5)
      const want = laid.read('x').reduce((sum, value) => sum + value * value, 0)
      expect(Math.abs(f64[5] / want - 1)).toBeLessThan(1e-14)
      laid.wroteOnly()
    }
  })

  test('sumOfSquares is finite where a float would not be, and shows what is not', () => {
    for (const size of [1, 2, 3, 4, 9]) {
      const { at } = lay({ x: size })
      f32.fill(3e38, at.x, at.x + size)
      kernels.sumOfSquares(at.x, size, 5)
      expect(f64[5] / (size * Math.fround(3e38) ** 2)).toBeCloseTo(1, 12)
      f32[at.x + size - 1] = NaN
      kernels.sumOfSquares(at.x, size, 5)
      expect(f64[5]).toBeNaN()
    }
  })

  test('scale multiplies in place', () => {
    for (const size of sizes) {
      const laid = lay({ x: size }, size % 4)
      f64[6] = -0.37
      const want = laid.read('x').map((value) => -0.37 * value)
      kernels.scale(laid.at.x, size, 6)
      expect(difference(laid.read('x'), want)).toBeLessThan(2e-7)
      laid.wroteOnly('x')
    }
  })

  test('addScaled adds a multiple in place', () => {
    for (const size of sizes) {
      const laid = lay({ x: size, y: size }, size % 4)
      const { at, read } = laid
      f64[7] = 1.7
      const x = read('x')
      const want = read('y').map((value, i) => value + 1.7 * x[i])
      kernels.addScaled(at.x, size, 7, at.y)
      expect(difference(read('y'), want)).toBeLessThan(3e-7)
      laid.wroteOnly('y')
    }
  })

  test('clear writes zeros', () => {
    for (const size of sizes) {
      const laid = lay({ x: size }, size % 4)
      f32[laid.at.x] = NaN
      kernels.clear(laid.at.x, size)
      expect(laid.read('x')).toEqual(new Float64Array(size))
      laid.wroteOnly('x')
    }
  })

  test('copyRows puts rows at their places, and does not change the numbers between them', () => {
    for (const [rows, size, stride, outputStride] of [
      [1, 7, 7, 7],
      [4, 3, 5, 8],
      [5, 1, 1, 2],
      [3, 19, 19, 22],
    ]) {
      const laid = lay({ x: rows * stride, output: rows * outputStride }, size % 4)
      const { at, read } = laid
      const want = read('output')
      const skipped = outputStride - size
      for (let r = 0; r < rows; r++) {
        want.set(read('x').subarray(r * stride, r * stride + size), r * outputStride + skipped)
      }
      kernels.copyRows(at.x, stride, rows, size, at.output + skipped, outputStride)
      expect(read('output')).toEqual(want)
      laid.wroteOnly('output')
    }
  })
})
