/** Subtracts the components along an orthonormal basis from vectors, in plain TypeScript. `VectorKernels` documents the arguments. */
import type { Arena } from '../arena.js'
import type { VectorKernels } from '../contracts/vector.js'

/** The kernel, bound to one arena. */
export const projectionKernel = ({ f64 }: Pick<Arena, 'f64'>): Pick<VectorKernels, 'takeProjections'> => {
  /** Writes a's components along b and along the vector behind it to `along`, those of the vector behind a at `along + 2`. */
  const alongOfTwo = (b: number, a: number, size: number, along: number): void => {
    const whole = size & ~1
    const b1 = b + size
    const a1 = a + size
    let even00 = 0
    let odd00 = 0
    let even01 = 0
    let odd01 = 0
    let even10 = 0
    let odd10 = 0
    let even11 = 0
    let odd11 = 0
    for (let i = 0; i < whole; i += 2) {
      const x = f64[b + i]
      const x1 = f64[b1 + i]
      const w = f64[a + i]
      const w1 = f64[a1 + i]
      even00 += x * w
      even01 += x1 * w
      even10 += x * w1
      even11 += x1 * w1
      const y = f64[b + i + 1]
      const y1 = f64[b1 + i + 1]
      const z = f64[a + i + 1]
      const z1 = f64[a1 + i + 1]
      odd00 += y * z
      odd01 += y1 * z
      odd10 += y * z1
      odd11 += y1 * z1
    }
    const last = size - 1
    const more = whole < size
    f64[along] = more ? even00 + odd00 + f64[b + last] * f64[a + last] : even00 + odd00
    f64[along + 1] = more ? even01 + odd01 + f64[b1 + last] * f64[a + last] : even01 + odd01
    f64[along + 2] = more ? even10 + odd10 + f64[b + last] * f64[a1 + last] : even10 + odd10
    f64[along + 3] = more ? even11 + odd11 + f64[b1 + last] * f64[a1 + last] : even11 + odd11
  }
  const alongOfOne = (b: number, a: number, size: number, along: number): void => {
    const whole = size & ~1
    let even = 0
    let odd = 0
    for (let i = 0; i < whole; i += 2) {
      even += f64[b + i] * f64[a + i]
      odd += f64[b + i + 1] * f64[a + i + 1]
    }
    f64[along] = whole < size ? even + odd + f64[b + size - 1] * f64[a + size - 1] : even + odd
  }
  const take = (b: number, a: number, size: number, along: number): void => {
    const component = f64[along]
    for (let i = 0; i < size; i++) f64[a + i] -= f64[b + i] * component
  }
  const takeOfTwo = (b: number, a: number, size: number, along: number): void => {
    const b1 = b + size
    const a1 = a + size
    const c00 = f64[along]
    const c01 = f64[along + 1]
    const c10 = f64[along + 2]
    const c11 = f64[along + 3]
    for (let i = 0; i < size; i++) {
      const x = f64[b + i]
      const y = f64[b1 + i]
      f64[a + i] = f64[a + i] - x * c00 - y * c01
      f64[a1 + i] = f64[a1 + i] - x * c10 - y * c11
    }
  }
  return {
    takeProjections: (basis, count, vectors, rows, size, along) => {
      const pairs = count & ~1
      let row = 0
      for (; row + 2 <= rows; row += 2) {
        const a = vectors + row * size
        for (let k = 0; k < pairs; k += 2) alongOfTwo(basis + k * size, a, size, along + 2 * k)
        if (pairs < count) {
          alongOfOne(basis + pairs * size, a, size, along + 2 * pairs)
          alongOfOne(basis + pairs * size, a + size, size, along + 2 * pairs + 1)
        }
        for (let k = 0; k < pairs; k += 2) takeOfTwo(basis + k * size, a, size, along + 2 * k)
        if (pairs < count) {
          take(basis + pairs * size, a, size, along + 2 * pairs)
          take(basis + pairs * size, a + size, size, along + 2 * pairs + 1)
        }
      }
      for (; row < rows; row++) {
        const a = vectors + row * size
        for (let k = 0; k < count; k++) alongOfOne(basis + k * size, a, size, along + k)
        for (let k = 0; k < count; k++) take(basis + k * size, a, size, along + k)
      }
    },
  }
}
