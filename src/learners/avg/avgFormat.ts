/** The format of an AVG learner's state. */
import { closed } from '../../edge/codecs.js'
import { arrayOf, nullOr, randomState } from '../../state/codecs.js'
import type { StateFormat } from '../../state/format.js'
import type { ArenaSnapshot } from '../parts/arenaSnapshot.js'

/** Of an AVG learner; its `restore` checks sizes and ranges. */
export const avgFormat: StateFormat<ArenaSnapshot> = {
  version: 1,
  codec: closed({
    floats: arrayOf('Float32Array'),
    doubles: arrayOf('Float64Array'),
    random: nullOr(randomState),
  }),
}
