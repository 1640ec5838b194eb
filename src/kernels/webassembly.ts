/** The kernels in WebAssembly SIMD: sums in floats, four lanes at a time. Their source is `assembly/kernels.ts`. */
import type { Arena } from './arena.js'
import { binary, sharedBinary } from './binary.js'
import type { Kernels } from './kernels.js'
import { platform } from './platform.js'

/** What the compiled module exports beside the kernels themselves. */
interface Exports extends Omit<Kernels, 'name'> {
  bind(bytes: number): void
}

const decoded = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))

/** The compiled kernels that fit an arena: on a memory of its own, or on one that is shared. */
export const compiledFor = ({ shared }: Arena): Uint8Array<ArrayBuffer> => decoded(shared ? sharedBinary : binary)

/**
 * The kernels bound to one arena, as an instance of their own: nothing is shared between learners.
 *
 * Fails: TypeError for an arena whose memory WebAssembly does not know; the platform's error where there is no SIMD.
 */
export const webAssemblyKernels = (on: Arena): Kernels => {
  if (platform === undefined || on.memory === null) {
    throw new TypeError('webAssemblyKernels: this platform has no WebAssembly')
  }
  const instance = new platform.Instance(new platform.Module(compiledFor(on)), { env: { memory: on.memory } })
  const { bind, ...exported } = instance.exports as unknown as Exports
  bind(on.f32.byteOffset)
  const { dense, denseBackward, leakyRelu, leakyReluBackward, normalize, normalizeBackward } = exported
  const { largest, squash, squashBackward, denseAdam, takeProjections } = exported
  return {
    name: 'webassembly',
    dense,
    denseBackward,
    leakyRelu,
    leakyReluBackward,
    normalize,
    normalizeBackward,
    largest,
    squash,
    squashBackward,
    denseAdam,
    takeProjections,
  }
}
