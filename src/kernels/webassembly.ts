/** The kernels in WebAssembly SIMD: sums in floats, four lanes at a time. Their source is `assembly/kernels.ts`. */
import type { Arena } from './arena.js'
import { binary, sharedBinary } from './binary.js'
import { kernelNames } from './kernelTable.js'
import type { Kernels } from './kernels.js'
import { platform } from './platform.js'

/** Decodes base64. */
export const decoded = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))

/** The compiled kernels for an arena: for a memory of one thread, or for a shared one. */
export const compiledFor = ({ shared }: Arena): Uint8Array<ArrayBuffer> => decoded(shared ? sharedBinary : binary)

/**
 * The kernels bound to one arena, as a separate instance: learners share nothing.
 *
 * Fails: TypeError for an arena without a WebAssembly memory; the platform's error if it has no SIMD.
 */
export const webAssemblyKernels = (on: Arena): Kernels => {
  if (platform === undefined || on.memory === null) {
    throw new TypeError('webAssemblyKernels: this platform has no WebAssembly')
  }
  const instance = new platform.Instance(new platform.Module(compiledFor(on)), { env: { memory: on.memory } })
  const { bind, ...kernels } = instance.exports as Readonly<Record<string, (...args: readonly number[]) => void>>
  bind(on.f32.byteOffset)
  // The table names all kernels; a test compares the compiled module's names and arguments with it.
  return { name: 'webassembly', ...Object.fromEntries(kernelNames.map((name) => [name, kernels[name]])) } as Kernels
}
