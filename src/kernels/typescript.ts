/** The kernels in plain TypeScript, by kind in the folder `typescript`: sums in doubles, storage in floats. */
import type { Arena } from './arena.js'
import type { Kernels } from './kernels.js'
import { activationKernels } from './typescript/activation.js'
import { boundedKernels } from './typescript/boundedGaussian.js'
import { denseKernels, denseRowKernels } from './typescript/dense.js'
import { normKernels } from './typescript/norm.js'
import { optimizerKernels } from './typescript/optimizer.js'
import { squashKernels } from './typescript/squashedGaussian.js'
import { traceKernels } from './typescript/trace.js'
import { vectorKernels } from './typescript/vector.js'

/** The kernels bound to one arena. */
export const typescriptKernels = (on: Arena): Kernels => {
  const dense = denseKernels(on)
  return {
    name: 'typescript',
    ...dense,
    ...denseRowKernels(on, dense),
    ...activationKernels(on),
    ...normKernels(on),
    ...squashKernels(on),
    ...boundedKernels(on),
    ...optimizerKernels(on),
    ...traceKernels(on),
    ...vectorKernels(on),
  }
}
