/** The format of an IAC learner's state. */
import { closed } from '../../edge/codecs.js'
import { arrayOf, nullOr, randomState } from '../../state/codecs.js'
import type { StateFormat } from '../../state/format.js'
import type { ArenaSnapshot } from '../parts/arenaSnapshot.js'

/** Of an IAC learner; its `restore` checks sizes and ranges. */
export const iacFormat: StateFormat<ArenaSnapshot> = {
  version: 1,
  codec: closed({
    floats: arrayOf('Float32Array'),
    doubles: arrayOf('Float64Array'),
    random: nullOr(randomState),
  }),
}
