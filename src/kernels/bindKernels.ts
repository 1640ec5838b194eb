/** Both homes of the kernels, by name. */
import type { Arena } from './arena.js'
import type { Kernels, KernelsName } from './kernels.js'
import { typescriptKernels } from './typescript.js'
import { webAssemblyKernels } from './webassembly.js'

/** Binds the kernels of one home to an arena. */
export const bindKernels: Readonly<Record<KernelsName, (on: Arena) => Kernels>> = {
  webassembly: webAssemblyKernels,
  typescript: typescriptKernels,
}
