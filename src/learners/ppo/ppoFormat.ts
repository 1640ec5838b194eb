/** The format of the state of PPO. */
import type { StateFormat } from '../../state/format.js'
import { collectingFormat } from '../parts/arenaFormat.js'
import type { ArenaSnapshot } from '../parts/arenaSnapshot.js'
import { rolloutCodec } from '../parts/rolloutState.js'

/** Of a PPO learner, with the steps of its rollout; its `restore` checks sizes and ranges. */
export const ppoFormat: StateFormat<ArenaSnapshot> = collectingFormat(rolloutCodec)
