/** Vectors. `VectorKernels` documents the arguments. */
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

  sumOfSquares: (x, size, sum) => {
    let square = 0
    for (let i = x; i < x + size; i++) square += f32[i] * f32[i]
    f64[sum] = square
  },

  scale: (x, size, factor) => {
    const by = f64[factor]
    for (let i = x; i < x + size; i++) f32[i] *= by
  },

  addScaled: (x, size, factor, y) => {
    const by = f64[factor]
    for (let i = 0; i < size; i++) f32[y + i] += by * f32[x + i]
  },

  clear: (x, size) => {
    f32.fill(0, x, x + size)
  },

  copyRows: (x, stride, rows, size, output, outputStride) => {
    for (let r = 0; r < rows; r++) f32.copyWithin(output + r * outputStride, x + r * stride, x + r * stride + size)
  },
})
