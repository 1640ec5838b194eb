/** Activations. `ActivationKernels` documents the arguments. */
import type { Arena } from '../arena.js'
import type { ActivationKernels } from '../contracts/activation.js'
import { expMinusOne, softplus, tanh } from '../elementary.js'

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

  relu: (x, size) => {
    for (let i = x; i < x + size; i++) if (f32[i] < 0) f32[i] = 0
  },

  reluBackward: (y, gradient, size) => {
    for (let i = 0; i < size; i++) if (!(f32[y + i] > 0)) f32[gradient + i] = 0
  },

  tanh: (x, size) => {
    for (let i = x; i < x + size; i++) f32[i] = tanh(f32[i])
  },

  tanhBackward: (y, gradient, size) => {
    for (let i = 0; i < size; i++) f32[gradient + i] *= 1 - f32[y + i] * f32[y + i]
  },

  softplus: (x, size) => {
    for (let i = x; i < x + size; i++) f32[i] = softplus(f32[i])
  },

  softplusBackward: (y, gradient, size) => {
    for (let i = 0; i < size; i++) f32[gradient + i] *= -expMinusOne(-f32[y + i])
  },
})
