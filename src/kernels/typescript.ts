/** The kernels in plain TypeScript: sums in doubles, storage in floats, four rows a pass so that their chains of additions overlap. */
import type { Arena } from './arena.js'
import { AdamScalar, type Kernels } from './kernels.js'
import { projectionKernel } from './projections.js'
import { squashKernels } from './squashedGaussian.js'

const SLOPE = 0.01

/** The kernels bound to one arena. */
export const typescriptKernels = ({ f32, f64 }: Arena): Kernels => ({
  name: 'typescript',
  ...squashKernels({ f32, f64 }),
  ...projectionKernel({ f64 }),

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

  leakyRelu: (x, size) => {
    for (let i = x; i < x + size; i++) {
      const value = f32[i]
      if (!(value > 0)) f32[i] = SLOPE * value
    }
  },

  leakyReluBackward: (y, gradient, size) => {
    for (let i = 0; i < size; i++) if (!(f32[y + i] > 0)) f32[gradient + i] *= SLOPE
  },

  normalize: (x, size, output, norm) => {
    let square = 0
    for (let i = x; i < x + size; i++) square += f32[i] * f32[i]
    const length = Math.sqrt(square)
    const scale = square === 0 ? 0 : 1 / length
    for (let i = 0; i < size; i++) f32[output + i] = f32[x + i] * scale
    f64[norm] = length
  },

  normalizeBackward: (y, norm, gradient, size, inputGradient) => {
    let along = 0
    for (let i = 0; i < size; i++) along += f32[y + i] * f32[gradient + i]
    const scale = f64[norm] === 0 ? 0 : 1 / f64[norm]
    for (let i = 0; i < size; i++) f32[inputGradient + i] = (f32[gradient + i] - f32[y + i] * along) * scale
  },

  largest: (x, size, most) => {
    let greatest = 0
    for (let i = x; i < x + size; i++) {
      const value = Math.abs(f32[i])
      if (!(value <= greatest)) greatest = value
      if (value !== value) break
    }
    f64[most] = greatest
  },

  denseAdam: (weights, first, second, biasAt, input, inputs, gradient, outputs, scalars) => {
    const factor = f64[scalars + AdamScalar.factor]
    const stepSize = f64[scalars + AdamScalar.step]
    const epsilon = f64[scalars + AdamScalar.epsilon]
    const beta1 = f64[scalars + AdamScalar.beta1]
    const beta2 = f64[scalars + AdamScalar.beta2]
    const fresh1 = 1 - beta1
    const fresh2 = 1 - beta2
    for (let i = 0; i < outputs; i++) {
      const rowGradient = factor * f32[gradient + i]
      const row = i * inputs
      if (beta1 === 0) {
        const rowStep = stepSize * rowGradient
        const rowSquare = fresh2 * rowGradient * rowGradient
        let w = weights + row
        let s = second + row
        for (let j = input; j < input + inputs; j++) {
          const x = f32[j]
          const square = beta2 * f32[s] + rowSquare * x * x
          f32[s++] = square
          f32[w++] -= (rowStep * x) / (Math.sqrt(square) + epsilon)
        }
      } else {
        for (let j = 0; j < inputs; j++) {
          const g = rowGradient * f32[input + j]
          const mean = beta1 * f32[first + row + j] + fresh1 * g
          const square = beta2 * f32[second + row + j] + fresh2 * g * g
          f32[first + row + j] = mean
          f32[second + row + j] = square
          f32[weights + row + j] -= (stepSize * mean) / (Math.sqrt(square) + epsilon)
        }
      }
      const b = biasAt + i
      const mean = beta1 === 0 ? rowGradient : beta1 * f32[first + b] + fresh1 * rowGradient
      const square = beta2 * f32[second + b] + fresh2 * rowGradient * rowGradient
      if (beta1 !== 0) f32[first + b] = mean
      f32[second + b] = square
      f32[weights + b] -= (stepSize * mean) / (Math.sqrt(square) + epsilon)
    }
  },
})
