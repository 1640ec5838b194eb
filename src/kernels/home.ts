/** Chooses the home of the kernels on this machine: WebAssembly or TypeScript. It loads neither. */
import type { KernelsName } from './kernels.js'
import { platform } from './platform.js'

/** The byte of a number that comes first in memory: the lowest (`little`) or the highest (`big`). */
export type ByteOrder = 'little' | 'big'

/** The byte order of this machine, as the bytes of the 16-bit number 1 show it. */
export const byteOrder = (bytes: Uint8Array = new Uint8Array(Uint16Array.of(1).buffer)): ByteOrder =>
  bytes[0] === 1 ? 'little' : 'big'

/** A module of one function that splats a byte over 128 bits: it is valid if WebAssembly has SIMD. */
const simd = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
])

/**
 * The reason why kernels cannot run in WebAssembly on this machine, or null.
 *
 * WebAssembly's memory is little-endian on every machine. Typed arrays over it have the machine's own byte order, so that a big-endian
 * machine would read wrong numbers without an error.
 */
export const webAssemblyObstacle = (order: ByteOrder = byteOrder()): string | null => {
  if (order === 'big') return 'a big-endian machine'
  return platform?.validate(simd) === true ? null : 'a platform without SIMD in WebAssembly'
}

/** The default home of the kernels: WebAssembly if it can run on this machine, else TypeScript. */
export const defaultHome = (order?: ByteOrder): KernelsName =>
  webAssemblyObstacle(order) === null ? 'webassembly' : 'typescript'

/** The settings of a learner that decide where its kernels run. */
export interface HomeSettings {
  /** Where its kernels run. The default is `defaultHome()`: WebAssembly if this machine can run it with SIMD, else TypeScript. */
  readonly kernels?: KernelsName | undefined
  /** Threads that compute; 2 needs WebAssembly. The default is 1. */
  readonly threads?: 1 | 2 | undefined
}

/** A setting that this machine does not support. */
export interface Unfit {
  readonly name: keyof HomeSettings
  readonly expected: string
  readonly got: string
}

/** The first setting that needs WebAssembly on a machine that cannot run it, or null. */
export const unfitHome = ({ kernels, threads }: HomeSettings, order?: ByteOrder): Unfit | null => {
  const obstacle = webAssemblyObstacle(order)
  if (obstacle === null) return null
  if (threads === 2) return { name: 'threads', expected: `1 on ${obstacle}`, got: '2' }
  if (kernels === 'webassembly') return { name: 'kernels', expected: `typescript on ${obstacle}`, got: 'webassembly' }
  return null
}

/**
 * The home of the kernels in the settings of `owner`, such as `avg`, else the default.
 *
 * Fails: TypeError that begins with `owner` for WebAssembly, or a second thread, which needs it, on a machine that cannot run it.
 */
export const kernelsHome = (owner: string, settings: HomeSettings, order?: ByteOrder): KernelsName => {
  const unfit = unfitHome(settings, order)
  if (unfit !== null) throw new TypeError(`${owner}: ${unfit.name} must be ${unfit.expected}, got ${unfit.got}`)
  return settings.kernels ?? defaultHome(order)
}
