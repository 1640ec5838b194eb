/** The memory of a learner, whose size is fixed when it is made; kernels in TypeScript and in WebAssembly address it by offsets. */

import { platform, type KernelMemory } from './platform.js'

/** Two views of one buffer that never grows: every offset of a kernel counts elements of one of the views. */
export interface Arena {
  readonly f32: Float32Array
  readonly f64: Float64Array
  /** The same memory as a WebAssembly memory; null on a platform without WebAssembly. */
  readonly memory: KernelMemory | null
  /** Whether a second thread can use it. */
  readonly shared: boolean
}

const PAGE = 65536
/** Pages of WebAssembly's largest memory; an array without WebAssembly has the same limit. */
const MOST_PAGES = 65536

/** Memory of whole pages; null on a platform without WebAssembly. */
const allocate = (bytes: number, shared: boolean): { memory: KernelMemory | null; buffer: ArrayBuffer } => {
  const pages = Math.ceil(bytes / PAGE)
  if (!(pages <= MOST_PAGES)) throw new RangeError('4 GiB are the most')
  if (platform === undefined) return { memory: null, buffer: new ArrayBuffer(bytes) }
  const memory = new platform.Memory({ initial: pages, maximum: pages, shared })
  return { memory, buffer: memory.buffer }
}

/**
 * Memory for `doubles` 64-bit and `floats` 32-bit numbers, all 0; the views overlap nowhere, doubles come first.
 *
 * Fails: RangeError, with the bytes and the reason, for memory that cannot be allocated.
 */
export const arena = (floats: number, doubles: number, shared = false): Arena => {
  const bytes = 8 * doubles + 4 * floats
  try {
    const { memory, buffer } = allocate(bytes, shared)
    const f64 = new Float64Array(buffer, 0, doubles)
    return { f64, f32: new Float32Array(buffer, 8 * doubles, floats), memory, shared: shared && memory !== null }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new RangeError(`a learner's memory of ${bytes} bytes cannot be allocated: ${why}`)
  }
}

/** Assigns successive ranges of an arena that is not made yet; `size` is the sum of all ranges. */
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
