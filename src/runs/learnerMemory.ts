/** What the learner of a run takes. */
import type { Memory } from '../learners/algorithm.js'
import type { Spec } from '../types.js'
import { algorithmNamed } from './algorithms.js'
import type { RunSettings } from './config.js'
import { learnerSpec } from './learnerSpec.js'

/** Memory that the learner of a run needs in a world of this spec, in parts, computed before any of it is allocated. */
export const learnerMemory = async (run: RunSettings, spec: Spec): Promise<readonly Memory[]> =>
  algorithmNamed(run.algorithm).engines[run.engine].memory(await learnerSpec(run, spec), run.settings)
