/** One piece of memory that a learner sizes once; kernels work on it by offsets, here and in WebAssembly alike. */

import { platform, type KernelMemory } from './platform.js'

/** Two views of one buffer that never grows: every offset of a kernel counts elements of the view that it names. */
export interface Arena {
  readonly f32: Float32Array
  readonly f64: Float64Array
  /** The same memory as WebAssembly knows it; null on a platform without. */
  readonly memory: KernelMemory | null
  /** Whether a second thread may work on it. */
  readonly shared: boolean
}

const PAGE = 65536

/** Memory for `doubles` 64-bit and `floats` 32-bit numbers, all 0; the views overlap nowhere, doubles come first. */
export const arena = (floats: number, doubles: number, shared = false): Arena => {
  const bytes = 8 * doubles + 4 * floats
  const pages = Math.ceil(bytes / PAGE)
  const memory = platform === undefined ? null : new platform.Memory({ initial: pages, maximum: pages, shared })
  const buffer = memory === null ? new ArrayBuffer(bytes) : memory.buffer
  const f64 = new Float64Array(buffer, 0, doubles)
  return { f64, f32: new Float32Array(buffer, 8 * doubles, floats), memory, shared: shared && memory !== null }
}

/** Hands out successive stretches of an arena that is not made yet; `size` is what it takes in the end. */
export interface Layout {
  /** The offset of the next `count` elements. */
  take(count: number): number
  readonly size: number
}

/** An empty layout. */
export const layout = (): Layout => {
  let size = 0
  return {
    take: (count) => {
      const at = size
      size += count
      return at
    },
    get size() {
      return size
    },
  }
}
