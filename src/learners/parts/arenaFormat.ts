/** The formats of the state of learners in an arena. */
import { closed, type Field, numberIn, positiveInteger } from '../../edge/codecs.js'
import { arrayOf, nullOr, randomState } from '../../state/codecs.js'
import type { StateFormat } from '../../state/format.js'
import type { ArenaSnapshot } from './arenaSnapshot.js'

const fields = {
  floats: arrayOf('Float32Array'),
  doubles: arrayOf('Float64Array'),
  random: nullOr(randomState),
}

/** By what step sizes are multiplied, where `scaleStepSizes` lowered them. */
const scaled = { stepSizeScale: numberIn({ above: 0, to: 1 }) }

/** Of a learner that collects nothing outside of its arena, such as AVG and IAC; its `restore` checks sizes and ranges. */
export const learnerFormat: StateFormat<ArenaSnapshot> = {
  version: 1,
  codec: closed(fields, scaled),
}

/** Of a learner that collects what this codec reads, such as the steps of a rollout; its `restore` checks sizes and ranges. */
export const collectingFormat = (collected: Field<unknown>): StateFormat<ArenaSnapshot> => ({
  version: 1,
  codec: closed({ ...fields, collected }, scaled),
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
