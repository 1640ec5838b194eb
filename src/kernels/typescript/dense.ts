/** A dense layer, four rows of weights a pass so that their chains of additions overlap. `contracts/dense.ts` documents the arguments. */
import type { Arena } from '../arena.js'
import type { DenseKernels, DenseRowKernels } from '../contracts/dense.js'

/** The kernels, bound to one arena. */
export const denseKernels = ({ f32, f64 }: Pick<Arena, 'f32' | 'f64'>): DenseKernels => ({
  dense: (weights, bias, input, inputs, output, outputs) => {
    let i = 0
    for (; i + 4 <= outputs; i += 4) {
      const row0 = weights + i * inputs
      const row1 = row0 + inputs
      const row2 = row1 + inputs
      const row3 = row2 + inputs
      let sum0 = 0
      let sum1 = 0
      let sum2 = 0
      let sum3 = 0
      for (let j = 0; j < inputs; j++) {
        const x = f32[input + j]
        sum0 += f32[row0 + j] * x
        sum1 += f32[row1 + j] * x
        sum2 += f32[row2 + j] * x
        sum3 += f32[row3 + j] * x
      }
      f32[output + i] = sum0 + f32[bias + i]
      f32[output + i + 1] = sum1 + f32[bias + i + 1]
      f32[output + i + 2] = sum2 + f32[bias + i + 2]
      f32[output + i + 3] = sum3 + f32[bias + i + 3]
    }
    for (; i < outputs; i++) {
      const row = weights + i * inputs
      let sum = 0
      for (let j = 0; j < inputs; j++) sum += f32[row + j] * f32[input + j]
      f32[output + i] = sum + f32[bias + i]
    }
  },

  densePolyak: (weights, biasAt, input, inputs, output, outputs, target, tau) => {
    const share = f64[tau]
    const apart = target - weights
    const bias = weights + biasAt
    for (let i = 0; i < outputs; i++) {
      const row = weights + i * inputs
      let sum = 0
      for (let j = 0; j < inputs; j++) {
        const w = f32[row + j]
        const t = f32[apart + row + j]
        sum += w * f32[input + j]
        f32[apart + row + j] = t + share * (w - t)
      }
      f32[output + i] = sum + f32[bias + i]
      f32[apart + bias + i] += share * (f32[bias + i] - f32[apart + bias + i])
    }
  },

  denseBackward: (weights, inputs, gradient, outputs, from, count, inputGradient) => {
    for (let j = 0; j < count; j++) f32[inputGradient + j] = 0
    let i = 0
    for (; i + 4 <= outputs; i += 4) {
      const g0 = f32[gradient + i]
      const g1 = f32[gradient + i + 1]
      const g2 = f32[gradient + i + 2]
      const g3 = f32[gradient + i + 3]
      const row0 = weights + i * inputs + from
      const row1 = row0 + inputs
      const row2 = row1 + inputs
      const row3 = row2 + inputs
      for (let j = 0; j < count; j++) {
        f32[inputGradient + j] += f32[row0 + j] * g0 + f32[row1 + j] * g1 + (f32[row2 + j] * g2 + f32[row3 + j] * g3)
      }
    }
    for (; i < outputs; i++) {
      const g = f32[gradient + i]
      const row = weights + i * inputs + from
      for (let j = 0; j < count; j++) f32[inputGradient + j] += f32[row + j] * g
    }
  },
})

/** The kernels on rows, which call those on one sample. They need no scratch. */
export const denseRowKernels = (
  { f32 }: Pick<Arena, 'f32'>,
  { dense, denseBackward }: DenseKernels,
): DenseRowKernels => ({
  denseRows: (weights, bias, input, inputs, output, outputs, rows) => {
    for (let r = 0; r < rows; r++) dense(weights, bias, input + r * inputs, inputs, output + r * outputs, outputs)
  },

  denseBackwardRows: (weights, inputs, gradient, outputs, from, count, inputGradient, rows) => {
    for (let r = 0; r < rows; r++) {
      denseBackward(weights, inputs, gradient + r * outputs, outputs, from, count, inputGradient + r * count)
    }
  },

  denseGradientRows: (input, inputs, gradient, outputs, rows, weightGradient, biasAt) => {
    for (let i = 0; i < outputs; i++) {
      const g = gradient + i
      const row = weightGradient + i * inputs
      let j = 0
      for (; j + 4 <= inputs; j += 4) {
        let sum0 = 0
        let sum1 = 0
        let sum2 = 0
        let sum3 = 0
        for (let r = 0; r < rows; r++) {
          const factor = f32[g + r * outputs]
          const x = input + r * inputs + j
          sum0 += factor * f32[x]
          sum1 += factor * f32[x + 1]
          sum2 += factor * f32[x + 2]
          sum3 += factor * f32[x + 3]
        }
        f32[row + j] = sum0
        f32[row + j + 1] = sum1
        f32[row + j + 2] = sum2
        f32[row + j + 3] = sum3
      }
      for (; j < inputs; j++) {
        let sum = 0
        for (let r = 0; r < rows; r++) sum += f32[g + r * outputs] * f32[input + r * inputs + j]
        f32[row + j] = sum
      }
      let sum = 0
      for (let r = 0; r < rows; r++) sum += f32[g + r * outputs]
      f32[weightGradient + biasAt + i] = sum
    }
  },
})
