/** Norms. `NormKernels` says what each argument is. */
import type { Arena } from '../arena.js'
import type { NormKernels } from '../contracts/norm.js'

/** The kernels, bound to one arena. */
export const normKernels = ({ f32, f64 }: Pick<Arena, 'f32' | 'f64'>): NormKernels => ({
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
})
