/** How much memory an AVG learner takes, worked out before any is allocated. Loads no kernel, since the command asks as well. */
import { type Memory, excessOf } from '../algorithm.js'
import { plannedBytes } from '../parts/plan.js'
import { avgLayout, type AvgLayoutSettings } from './avgLayout.js'
import type { LearnerSpec } from './avgSettings.js'

/** Bytes that a learner may take: what one memory of WebAssembly, one array, and the heap of TensorFlow.js's WebAssembly hold. */
export const memoryLimit = 4294967296

/** Bytes of a learner of the fused engine: weights and moments, and what the passes of an update leave behind. */
export const fusedBytes = (spec: LearnerSpec, settings: AvgLayoutSettings): number =>
  plannedBytes(avgLayout(spec, settings).plan)

/**
 * Bytes of a learner on TensorFlow.js at its most: within an update, which frees nothing before its end. As `tf.profile` counts them on
 * the published networks: weights and moments, gradients, and each operation of the optimizer's step.
 */
export const tensorFlowBytes = (spec: LearnerSpec, settings: AvgLayoutSettings): number =>
  4 * (settings.adamBeta1 > 0 ? 17 : 13) * avgLayout(spec, settings).weightFloats

/** That memory, by the setting that decides it. */
export const widthsOf = (bytes: number): readonly Memory[] => [
  { setting: 'hidden', what: 'widths of a learner', bytes, limit: memoryLimit },
]

/** Throws a RangeError that names the widths of a learner that takes more memory than one may, and how much. */
export const checkBytes = (owner: string, hidden: readonly number[], bytes: number): void => {
  for (const { path, expected, got } of excessOf(widthsOf(bytes), { hidden })) {
    throw new RangeError(`${owner}: ${path} must be ${expected}, got ${got}`)
  }
}
