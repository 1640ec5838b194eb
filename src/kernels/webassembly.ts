/** The kernels in WebAssembly SIMD: sums in floats, four lanes at a time. Their source is `assembly/kernels.ts`. */
import type { Arena } from './arena.js'
import { binary, sharedBinary } from './binary.js'
import { kernelNames } from './kernelTable.js'
import type { Kernels } from './kernels.js'
import { platform } from './platform.js'

/** Bytes that are written in base64. */
export const decoded = (base64: string): Uint8Array<ArrayBuffer> =>
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
  const { bind, ...kernels } = instance.exports as Readonly<Record<string, (...args: readonly number[]) => void>>
  bind(on.f32.byteOffset)
  // The table names all of them; a test holds the compiled module to its names and arguments.
  return { name: 'webassembly', ...Object.fromEntries(kernelNames.map((name) => [name, kernels[name]])) } as Kernels
}
