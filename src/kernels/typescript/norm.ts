/** Norms. `NormKernels` documents the arguments. */
import type { Arena } from '../arena.js'
import type { NormKernels } from '../contracts/norm.js'

/** The kernels, bound to one arena. */
export const normKernels = ({ f32, f64 }: Pick<Arena, 'f32' | 'f64'>): NormKernels => {
  const normalize: NormKernels['normalize'] = (x, size, output, norm) => {
    let square = 0
    for (let i = x; i < x + size; i++) square += f32[i] * f32[i]
    const length = Math.sqrt(square)
    const scale = square === 0 ? 0 : 1 / length
    for (let i = 0; i < size; i++) f32[output + i] = f32[x + i] * scale
    f64[norm] = length
  }

  const normalizeBackward: NormKernels['normalizeBackward'] = (y, norm, gradient, size, inputGradient) => {
    let along = 0
    for (let i = 0; i < size; i++) along += f32[y + i] * f32[gradient + i]
    const scale = f64[norm] === 0 ? 0 : 1 / f64[norm]
    for (let i = 0; i < size; i++) f32[inputGradient + i] = (f32[gradient + i] - f32[y + i] * along) * scale
  }

  return {
    normalize,
    normalizeBackward,

    normalizeRows: (x, rows, size, output, norms) => {
      for (let r = 0; r < rows; r++) normalize(x + r * size, size, output + r * size, norms + r)
    },

    normalizeBackwardRows: (y, norms, gradient, rows, size, inputGradient) => {
      for (let r = 0; r < rows; r++) {
        const row = r * size
        normalizeBackward(y + row, norms + r, gradient + row, size, inputGradient + row)
      }
    },

    layerNorm: (x, rows, size, epsilon, output, deviations) => {
      for (let r = 0; r < rows; r++) {
        const row = r * size
        let sum = 0
        for (let i = x + row; i < x + row + size; i++) sum += f32[i]
        const mean = sum / size
        let square = 0
        for (let i = x + row; i < x + row + size; i++) square += (f32[i] - mean) * (f32[i] - mean)
        const deviation = Math.sqrt(square / size + f64[epsilon])
        const scale = 1 / deviation
        for (let i = row; i < row + size; i++) f32[output + i] = (f32[x + i] - mean) * scale
        f64[deviations + r] = deviation
      }
    },

    layerNormBackward: (y, deviations, gradient, rows, size, inputGradient) => {
      for (let r = 0; r < rows; r++) {
        const row = r * size
        let sum = 0
        let along = 0
        for (let i = row; i < row + size; i++) {
          sum += f32[gradient + i]
          along += f32[gradient + i] * f32[y + i]
        }
        sum /= size
        along /= size
        const scale = 1 / f64[deviations + r]
        for (let i = row; i < row + size; i++) {
          f32[inputGradient + i] = (f32[gradient + i] - sum - f32[y + i] * along) * scale
        }
      }
    },
  }
}
