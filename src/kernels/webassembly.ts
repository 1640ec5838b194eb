/** The kernels in WebAssembly SIMD: sums in floats, four lanes at a time. Their source is `assembly/kernels.ts`. */
import type { Arena } from './arena.js'
import { binary } from './binary.js'
import type { Kernels } from './kernels.js'
import { platform } from './platform.js'

/** What the compiled module exports beside the kernels themselves. */
interface Exports extends Omit<Kernels, 'name'> {
  bind(bytes: number): void
}

const bytes = (): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(binary), (character) => character.charCodeAt(0))

/** Whether this platform runs WebAssembly with SIMD. */
export const hasWebAssemblyKernels = (): boolean => platform !== undefined && platform.validate(bytes())

/**
 * The kernels bound to one arena, as an instance of their own: nothing is shared between learners.
 *
 * Fails: TypeError for an arena whose memory WebAssembly does not know; the platform's error where there is no SIMD.
 */
export const webAssemblyKernels = ({ f32, memory }: Arena): Kernels => {
  if (platform === undefined || memory === null) {
    throw new TypeError('webAssemblyKernels: this platform has no WebAssembly')
  }
  const instance = new platform.Instance(new platform.Module(bytes()), { env: { memory } })
  const { bind, dense, denseBackward, leakyRelu, leakyReluBackward, normalize, normalizeBackward, denseAdam } =
    instance.exports as unknown as Exports
  bind(f32.byteOffset)
  return {
    name: 'webassembly',
    dense,
    denseBackward,
    leakyRelu,
    leakyReluBackward,
    normalize,
    normalizeBackward,
    denseAdam,
  }
}
