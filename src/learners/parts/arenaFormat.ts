/** The formats of the state of learners in an arena. */
import { closed, type Field, positiveInteger } from '../../edge/codecs.js'
import { arrayOf, nullOr, randomState } from '../../state/codecs.js'
import type { StateFormat } from '../../state/format.js'
import type { ArenaSnapshot } from './arenaSnapshot.js'

const fields = {
  floats: arrayOf('Float32Array'),
  doubles: arrayOf('Float64Array'),
  random: nullOr(randomState),
}

/** Of a learner that collects nothing outside of its arena, such as AVG and IAC; its `restore` checks sizes and ranges. */
export const learnerFormat: StateFormat<ArenaSnapshot> = {
  version: 1,
  codec: closed(fields),
}

/** Of a learner that collects what this codec reads, such as the steps of a rollout; its `restore` checks sizes and ranges. */
export const collectingFormat = (collected: Field<unknown>): StateFormat<ArenaSnapshot> => ({
  version: 1,
  codec: closed({ ...fields, collected }),
})

/** Of a learner with a replay buffer, such as TD3; its `restore` checks sizes and ranges. */
export const replayLearnerFormat = collectingFormat(
  closed({
    capacity: positiveInteger,
    observation: arrayOf('Float32Array'),
    action: arrayOf('Float32Array'),
    nextObservation: arrayOf('Float32Array'),
    rewards: arrayOf('Float32Array'),
    terminated: arrayOf('Uint8Array'),
  }),
)
