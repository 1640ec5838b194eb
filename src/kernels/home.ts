/** Which home of the kernels runs here. */
import type { Arena } from './arena.js'
import type { Kernels, KernelsName } from './kernels.js'
import { type ByteOrder, byteOrder } from './platform.js'
import { typescriptKernels } from './typescript.js'
import { hasWebAssemblyKernels, webAssemblyKernels } from './webassembly.js'

/** Binds the kernels of one home to an arena. */
export const kernelsOf: Readonly<Record<KernelsName, (on: Arena) => Kernels>> = {
  webassembly: webAssemblyKernels,
  typescript: typescriptKernels,
}

/** Why WebAssembly cannot hold the kernels on this machine, or null where it can. */
const obstacle = (order: ByteOrder): string | null => {
  // WebAssembly's memory is little-endian on every machine, the arrays that look into it are not: each number would be read backwards.
  if (order === 'big') return 'a big-endian machine'
  return hasWebAssemblyKernels() ? null : 'a platform without SIMD in WebAssembly'
}

/**
 * The home of the kernels: the one that was asked for, else WebAssembly where it can hold them and TypeScript where not.
 *
 * Fails: TypeError for WebAssembly where it cannot, and for a second thread, which needs it.
 */
export const kernelsHome = (
  { kernels: asked, threads = 1 }: { readonly kernels?: KernelsName | undefined; readonly threads?: 1 | 2 },
  order: ByteOrder = byteOrder(),
): KernelsName => {
  const found = obstacle(order)
  if (found === null) return asked ?? 'webassembly'
  if (threads === 2) throw new TypeError(`avg: threads must be 1 on ${found}, got 2`)
  if (asked === 'webassembly') throw new TypeError(`avg: kernels must be 'typescript' on ${found}, got 'webassembly'`)
  return 'typescript'
}
