/** Decisions of a squashed actor on tensors. */
import { LARGEST, NotFiniteError } from '../../failure.js'
import type { SampleOptions, Vector } from '../../types.js'
import type { LearnerSpec } from '../learnerSettings.js'
import type { Draws } from '../parts/draws.js'
import type { SquashedAction } from '../parts/squashedPolicy.js'
import type { TensorFlow } from './backend.js'
import { squash } from './policy.js'
import type { TensorNetwork } from './tensorNetwork.js'
import type { TensorRow } from './tensorRow.js'

/** What such a policy is put together from. */
export interface TensorPolicyParts {
  readonly tf: TensorFlow
  readonly spec: LearnerSpec
  readonly row: TensorRow
  readonly actor: Pick<TensorNetwork, 'apply'>
  readonly draws: Draws
  /** By which the actor's second head is multiplied: s = e^(k c). */
  readonly k: number
}

/**
 * Draws an action and gives it as a fresh record; `deterministic` takes the mode and draws no random number. It is called within the
 * backend's `run`.
 *
 * Fails: RangeError for an observation of another size, NotFiniteError for a number that is not finite, after which the random number
 * generator is where it was.
 */
export const tensorPolicy = ({ tf, spec, row, actor, draws, k }: TensorPolicyParts) => {
  const actions = spec.action.size
  return (observation: Vector, sampling?: SampleOptions): SquashedAction => {
    const input = row('observation', observation, spec.observation)
    const noise = new Float32Array(actions)
    const isDrawn = sampling?.deterministic !== true
    if (isDrawn) {
      draws.begin()
      draws.normal(noise)
    }
    const sampled = squash(tf, actor.apply(input), row('noise', noise, { size: actions }), k)
    const numbers = tf.concat([sampled.action, sampled.logProbability], 1).dataSync()
    const logProbability = numbers[actions]
    if (!(Math.abs(logProbability) <= LARGEST)) {
      if (isDrawn) draws.takeBack()
      throw new NotFiniteError('logProbability', null, logProbability)
    }
    return { action: Float32Array.from(numbers).subarray(0, actions).slice(), noise, logProbability }
  }
}
