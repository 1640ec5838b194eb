/** How much memory an AVG learner takes, worked out before any is allocated. Loads no kernel, since the command asks as well. */
import type { LearnerSpec } from '../learnerSettings.js'
import { plannedBytes } from '../parts/plan.js'
import { avgLayout, type AvgLayoutSettings } from './avgLayout.js'

/** Bytes of a learner of the fused engine: weights and moments, and what the passes of an update leave behind. */
export const fusedBytes = (spec: LearnerSpec, settings: AvgLayoutSettings): number =>
  plannedBytes(avgLayout(spec, settings).plan)

/**
 * Bytes of a learner on TensorFlow.js at its most: within an update, which frees nothing before its end. As `tf.profile` counts them on
 * the published networks: weights and moments, gradients, and each operation of the optimizer's step; the target network, its step, and
 * the critic's weights while the target network stands in their place.
 */
export const tensorFlowBytes = (spec: LearnerSpec, settings: AvgLayoutSettings): number => {
  const { weightFloats, target } = avgLayout(spec, settings)
  return 4 * ((settings.adamBeta1 > 0 ? 17 : 13) * weightFloats + 5 * (target?.size ?? 0))
}
