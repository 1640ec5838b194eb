/** The formats of the state of learners in an arena. */
import { closed, positiveInteger } from '../../edge/codecs.js'
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

/** Of a learner with a replay buffer, such as TD3; its `restore` checks sizes and ranges. */
export const replayLearnerFormat: StateFormat<ArenaSnapshot> = {
  version: 1,
  codec: closed({
    ...fields,
    collected: closed({
      capacity: positiveInteger,
      observation: arrayOf('Float32Array'),
      action: arrayOf('Float32Array'),
      nextObservation: arrayOf('Float32Array'),
      rewards: arrayOf('Float32Array'),
      terminated: arrayOf('Uint8Array'),
    }),
  }),
}
