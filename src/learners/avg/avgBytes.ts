/** How much memory an AVG learner takes, worked out before any is allocated. Loads no kernel, since the command asks as well. */
import { printable } from '../../edge/decode.js'
import type { AvgSwitches, LearnerSpec } from './avgSettings.js'
import type { AvgHyperparameters } from './publishedSettings.js'

/** Bytes that a learner may take: what one memory of WebAssembly, one array, and the heap of TensorFlow.js's WebAssembly hold. */
export const memoryLimit = 4294967296

/** The settings that decide it. */
export type SizeSettings = Pick<AvgHyperparameters, 'hidden' | 'adamBeta1'> & Pick<AvgSwitches, 'normalizePenultimate'>

/** Numbers that one network's weights are, and that one pass forward and one backward leave behind. */
const sizesOf = (
  inputs: number,
  outputs: number,
  { hidden, normalizePenultimate }: SizeSettings,
): { readonly weights: number; readonly forward: number; readonly backward: number } => {
  const widths = [inputs, ...hidden, outputs]
  let weights = 0
  for (let l = 1; l < widths.length; l++) weights += (widths[l - 1] + 1) * widths[l]
  const features = normalizePenultimate ? hidden[hidden.length - 1] : 0
  const backward = hidden.reduce((sum, width) => sum + width, features) + outputs
  return { weights, forward: inputs + backward, backward }
}

/** Bytes of a learner of the fused engine: weights and moments, and what the passes of an update leave behind. */
export const fusedBytes = ({ observation, action }: LearnerSpec, settings: SizeSettings): number => {
  const actor = sizesOf(observation.size, 2 * action.size, settings)
  const critic = sizesOf(observation.size + action.size, 1, settings)
  const copies = settings.adamBeta1 > 0 ? 3 : 2
  const state = copies * (actor.weights + critic.weights)
  const passes = 2 * actor.forward + actor.backward + 3 * critic.forward + 2 * critic.backward
  return 4 * (state + passes + 5 * action.size)
}

/**
 * Bytes of a learner on TensorFlow.js at its most: within an update, which frees nothing before its end. As `tf.profile` counts them on
 * the published networks: weights and moments, gradients, and each operation of the optimizer's step.
 */
export const tensorFlowBytes = ({ observation, action }: LearnerSpec, settings: SizeSettings): number => {
  const actor = sizesOf(observation.size, 2 * action.size, settings)
  const critic = sizesOf(observation.size + action.size, 1, settings)
  return 4 * (settings.adamBeta1 > 0 ? 17 : 13) * (actor.weights + critic.weights)
}

/** What `hidden` must be. */
export const fitting = 'widths of a learner that fits into 4 GiB'

/** What `hidden` is, with the memory that it takes. */
export const taking = (hidden: readonly number[], bytes: number): string =>
  `${printable(hidden)}, which takes ${Number((bytes / 1073741824).toPrecision(3))} GiB`

/** Throws a RangeError that names the widths of a learner that takes more memory than one may, and how much. */
export const checkBytes = (owner: string, hidden: readonly number[], bytes: number): void => {
  if (bytes > memoryLimit) throw new RangeError(`${owner}: hidden must be ${fitting}, got ${taking(hidden, bytes)}`)
}
