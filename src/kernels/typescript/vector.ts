/** Vectors. `VectorKernels` says what each argument is. */
import type { Arena } from '../arena.js'
import type { VectorKernels } from '../contracts/vector.js'
import { projectionKernel } from './projections.js'

/** The kernels, bound to one arena. */
export const vectorKernels = ({ f32, f64 }: Pick<Arena, 'f32' | 'f64'>): VectorKernels => ({
  ...projectionKernel({ f64 }),

  largest: (x, size, most) => {
    let greatest = 0
    for (let i = x; i < x + size; i++) {
      const value = Math.abs(f32[i])
      if (!(value <= greatest)) greatest = value
      if (value !== value) break
    }
    f64[most] = greatest
  },
})
