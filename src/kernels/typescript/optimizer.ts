/** Steps of weights. `OptimizerKernels` documents the arguments. */
import type { Arena } from '../arena.js'
import type { OptimizerKernels } from '../contracts/optimizer.js'
import { AdamScalar } from '../kernels.js'

/** The kernels, bound to one arena. */
export const optimizerKernels = ({ f32, f64 }: Pick<Arena, 'f32' | 'f64'>): OptimizerKernels => ({
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

  adam: (weights, first, second, gradient, size, scalars) => {
    const factor = f64[scalars + AdamScalar.factor]
    const stepSize = f64[scalars + AdamScalar.step]
    const epsilon = f64[scalars + AdamScalar.epsilon]
    const beta1 = f64[scalars + AdamScalar.beta1]
    const beta2 = f64[scalars + AdamScalar.beta2]
    for (let i = 0; i < size; i++) {
      const g = factor * f32[gradient + i]
      const mean = beta1 === 0 ? g : beta1 * f32[first + i] + (1 - beta1) * g
      const square = beta2 * f32[second + i] + (1 - beta2) * g * g
      if (beta1 !== 0) f32[first + i] = mean
      f32[second + i] = square
      f32[weights + i] -= (stepSize * mean) / (Math.sqrt(square) + epsilon)
    }
  },

  polyak: (source, size, tau, target) => {
    const share = f64[tau]
    for (let i = 0; i < size; i++) f32[target + i] += share * (f32[source + i] - f32[target + i])
  },
})
