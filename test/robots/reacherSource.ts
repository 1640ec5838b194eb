/** The steps of a reacher as a learner takes them: with rewards, the limit, and normalized observations. */
import { map } from 'rxjs'
import { normalizeObservation, reward, timeLimit, transitions } from '../../operators/index.js'
import { runningMoments } from '../../src/moments.js'
import type { ReacherSetup } from '../../src/robots/ur/reacherSetup.js'
import {
  REACHER_STEPS,
  reacherObservation,
  reacherObservationSpec,
  reacherReward,
} from '../../src/robots/ur/reacherTask.js'
import type { urReacher } from '../../src/robots/ur/urReacher.js'
import { pipe } from '../../src/streams/pipe.js'

/** The part of the pipeline above the learner. */
export const reacherSource = (world: ReturnType<typeof urReacher>, setup: ReacherSetup) =>
  pipe(
    world.timeSteps,
    reward((step) => reacherReward(step, setup)),
    timeLimit(REACHER_STEPS),
    map((step) => ({ ...step, observation: reacherObservation(step, setup) })),
    normalizeObservation(runningMoments(reacherObservationSpec(setup))),
    transitions(),
  )
