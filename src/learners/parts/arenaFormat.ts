/** The format of the state of learners in an arena. */
import { closed } from '../../edge/codecs.js'
import { arrayOf, nullOr, randomState } from '../../state/codecs.js'
import type { StateFormat } from '../../state/format.js'
import type { ArenaSnapshot } from './arenaSnapshot.js'

/** Of a learner that collects nothing outside of its arena, such as AVG and IAC; its `restore` checks sizes and ranges. */
export const learnerFormat: StateFormat<ArenaSnapshot> = {
  version: 1,
  codec: closed({
    floats: arrayOf('Float32Array'),
    doubles: arrayOf('Float64Array'),
    random: nullOr(randomState),
  }),
}
