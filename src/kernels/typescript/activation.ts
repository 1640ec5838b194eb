/** Activations. `ActivationKernels` says what each argument is. */
import type { Arena } from '../arena.js'
import type { ActivationKernels } from '../contracts/activation.js'

const SLOPE = 0.01

/** The kernels, bound to one arena. */
export const activationKernels = ({ f32 }: Pick<Arena, 'f32'>): ActivationKernels => ({
  leakyRelu: (x, size) => {
    for (let i = x; i < x + size; i++) {
      const value = f32[i]
      if (!(value > 0)) f32[i] = SLOPE * value
    }
  },

  leakyReluBackward: (y, gradient, size) => {
    for (let i = 0; i < size; i++) if (!(f32[y + i] > 0)) f32[gradient + i] *= SLOPE
  },
})
