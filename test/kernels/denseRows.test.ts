import { describe, expect, test } from 'vitest'
import { ROWS_SCRATCH } from '../../src/kernels/contracts/dense.js'
import { affine, affineBackward, outer } from '../../src/kernels/reference.js'
import { difference, homes, workbench } from './homes.js'

/** Every count up to where tiles of three rows by twelve columns have left each remainder. */
const small = Array.from({ length: 19 }, (_, i) => i + 1)
/** Shapes that take several panels, several blocks of depth, and several blocks of columns. */
const large = [
  [3, 600, 25],
  [600, 3, 100],
  [20, 393, 17],
  [31, 65, 193],
] as const

type Shape = readonly [rows: number, inputs: number, outputs: number]
/** Every pair of rows and outputs, and with it every pair of either and of inputs. */
const shapes: readonly Shape[] = [
  ...small.flatMap((rows) => small.map((outputs) => [rows, 1 + ((7 * rows + 3 * outputs) % 19), outputs] as const)),
  ...large,
]

const rowsOf = (matrix: Float64Array, size: number): Float64Array[] =>
  Array.from({ length: matrix.length / size }, (_, r) => matrix.subarray(r * size, (r + 1) * size))

const joined = (rows: readonly ArrayLike<number>[]): Float64Array =>
  Float64Array.from(rows.flatMap((row) => Array.from(row)))

/** Σ_r gradient[r] ⊗ input[r], shape `[outputs, inputs]`. */
const sumOfOuters = (gradients: readonly Float64Array[], inputs: readonly Float64Array[]): Float64Array => {
  const sum = new Float64Array(gradients[0].length * inputs[0].length)
  gradients.forEach((g, r) => outer(Float64Array, g, inputs[r]).forEach((term, at) => (sum[at] += term)))
  return sum
}

describe.each(homes)('%s kernels on rows', (_, bind) => {
  const { kernels, f32, scratch, lay } = workbench(bind, 150_000, 8, ROWS_SCRATCH)

  test('denseRows is dense, row by row', () => {
    for (const [rows, inputs, outputs] of shapes) {
      const weights = outputs * inputs
      const laid = lay({ weights, bias: outputs, input: rows * inputs, output: rows * outputs }, rows % 4)
      const { at, read } = laid
      const want = rowsOf(read('input'), inputs).map((x) => affine(Float64Array, read('weights'), read('bias'), x))
      kernels.denseRows(at.weights, at.bias, at.input, inputs, at.output, outputs, rows, scratch)
      expect(difference(read('output'), joined(want)), `${rows} x ${inputs} x ${outputs}`).toBeLessThan(2e-5)
      laid.wroteOnly('output')
    }
  })

  test('denseBackwardRows is denseBackward, row by row, for all columns and for some', () => {
    for (const [rows, inputs, outputs] of shapes) {
      const weights = outputs * inputs
      const sizes = { weights, gradient: rows * outputs, inputGradient: rows * inputs }
      for (const from of new Set([0, (rows * outputs) % inputs])) {
        const count = inputs - from
        const laid = lay({ ...sizes, inputGradient: rows * count }, outputs % 4)
        const { at, read } = laid
        const want = rowsOf(read('gradient'), outputs).map((g) =>
          affineBackward(Float64Array, read('weights'), inputs, g).subarray(from),
        )
        const { gradient, inputGradient } = at
        kernels.denseBackwardRows(at.weights, inputs, gradient, outputs, from, count, inputGradient, rows, scratch)
        expect(difference(read('inputGradient'), joined(want)), `${rows} x ${inputs} x ${outputs}`).toBeLessThan(2e-5)
        laid.wroteOnly('inputGradient')
      }
    }
  })

  test('denseGradientRows overwrites its result with the sum of outer products and of gradients', () => {
    for (const [rows, inputs, outputs] of shapes) {
      const size = outputs * inputs
      const biasAt = size + 1
      const sizes = { input: rows * inputs, gradient: rows * outputs, weights: size, bias: outputs }
      const laid = lay(sizes, inputs % 4)
      const { at, read } = laid
      const gradients = rowsOf(read('gradient'), outputs)
      const want = sumOfOuters(gradients, rowsOf(read('input'), inputs))
      const ones = gradients.map(() => Float64Array.of(1))
      kernels.denseGradientRows(at.input, inputs, at.gradient, outputs, rows, at.weights, biasAt, scratch)
      expect(difference(read('weights'), want), `${rows} x ${inputs} x ${outputs}`).toBeLessThan(2e-5)
      expect(difference(read('bias'), sumOfOuters(gradients, ones)), `${rows} x ${inputs} x ${outputs}`).toBeLessThan(
        2e-5,
      )
      laid.wroteOnly('weights', 'bias')
    }
  })

  test('the bits of a row and of a column do not depend on those beside them', () => {
    const [rows, inputs, outputs] = [29, 270, 31]
    const each = { input: rows * inputs, output: rows * outputs, gradient: rows * outputs, back: rows * inputs }
    const { at, read } = lay({ weights: outputs * inputs, bias: outputs, ...each, one: inputs })
    kernels.denseRows(at.weights, at.bias, at.input, inputs, at.output, outputs, rows, scratch)
    kernels.denseBackwardRows(at.weights, inputs, at.gradient, outputs, 0, inputs, at.back, rows, scratch)
    for (let r = 0; r < rows; r++) {
      kernels.denseRows(at.weights, at.bias, at.input + r * inputs, inputs, at.one, outputs, 1, scratch)
      expect(read('one').subarray(0, outputs)).toEqual(rowsOf(read('output'), outputs)[r])
      const [g, from] = [at.gradient + r * outputs, 9 * r]
      const count = inputs - from
      kernels.denseBackwardRows(at.weights, inputs, g, outputs, from, count, at.one, 1, scratch)
      expect(read('one').subarray(0, count)).toEqual(rowsOf(read('back'), inputs)[r].subarray(from))
    }
  })

  test('the content of the scratch does not matter, and a number that is not finite stays in its row', () => {
    const [rows, inputs, outputs] = [5, 9, 7]
    const sizes = { input: rows * inputs, gradient: rows * outputs, output: rows * outputs, back: rows * inputs }
    const laid = lay({ weights: outputs * inputs, bias: outputs, ...sizes })
    const { at, read } = laid
    f32.fill(NaN, scratch, scratch + ROWS_SCRATCH)
    f32[at.input + 2 * inputs + 3] = NaN
    f32[at.gradient + 4 * outputs] = Infinity
    kernels.denseRows(at.weights, at.bias, at.input, inputs, at.output, outputs, rows, scratch)
    expect(rowsOf(read('output'), outputs).map((row) => row.every(Number.isFinite))).toEqual([
      true,
      true,
      false,
      true,
      true,
    ])
    kernels.denseBackwardRows(at.weights, inputs, at.gradient, outputs, 0, inputs, at.back, rows, scratch)
    expect(rowsOf(read('back'), inputs).map((row) => row.every(Number.isFinite))).toEqual([
      true,
      true,
      true,
      true,
      false,
    ])
    f32[at.input + 2 * inputs + 3] = 1
    kernels.denseGradientRows(at.input, inputs, at.gradient, outputs, rows, at.weights, outputs * inputs, scratch)
    const isFinite = rowsOf(read('weights'), inputs).map((row) => row.every(Number.isFinite))
    expect(isFinite).toEqual([false, true, true, true, true, true, true])
  })
})
