/** How much memory an AVG learner takes, worked out before any is allocated. Loads no kernel, since the command asks as well. */
import type { LearnerSpec } from '../learnerSettings.js'
import { plannedBytes } from '../parts/plan.js'
import { tensorBytes } from '../tensorflow/tensorBytes.js'
import { avgLayout, type AvgLayoutSettings } from './avgLayout.js'

/** Bytes of a learner of the fused engine: weights and moments, and what the passes of an update leave behind. */
export const fusedBytes = (spec: LearnerSpec, settings: AvgLayoutSettings): number =>
  plannedBytes(avgLayout(spec, settings).plan)

/** Bytes of a learner on TensorFlow.js at its most: within an update. */
export const tensorFlowBytes = (spec: LearnerSpec, settings: AvgLayoutSettings): number => {
  const { weightFloats, target } = avgLayout(spec, settings)
  return tensorBytes({ weights: weightFloats, target: target?.size }, settings.adamBeta1)
}
