/** Everything that a run remembers, as one state in parts. */
import type { SimulatedDriver } from '../drivers/drive.js'
import { driverFormat } from '../drivers/driverState.js'
import {
  countFormat,
  earlierStepFormat,
  metricsFormat,
  momentsFormat,
  numberFormat,
  plainFormat,
  progressFormat,
  tallyFormat,
} from '../state/formats.js'
import { restorable } from '../state/restorable.js'
import { restorables } from '../state/restorables.js'
import type { Restorable } from '../types.js'
import type { Agent, TrainCells } from './train.js'

/**
 * The state of a run: its learner, its running moments, its world in mid-episode, and the memory of its pipeline. It is whole between
 * two records, and once the run was unsubscribed. `world` is null for a robot, which no state can put back: the run goes on with a new episode.
 */
export const runState = (
  { learner, moments, rewardMoments }: Agent,
  cells: TrainCells,
  world: SimulatedDriver | null,
): Restorable =>
  restorables({
    learner: learner.state ?? restorable(learner, plainFormat),
    moments: restorable(moments, momentsFormat),
    rewardMoments: restorable(rewardMoments, momentsFormat),
    ...(world !== null && { world: restorable(world, driverFormat) }),
    discountedReturn: restorable(cells.discountedReturn, numberFormat),
    episodeActions: restorable(cells.episodeActions, countFormat),
    earlierStep: restorable(cells.earlierStep, earlierStepFormat),
    steps: restorable(cells.steps, countFormat),
    tally: restorable(cells.tally, tallyFormat),
    metrics: restorable(cells.metrics, metricsFormat),
    progress: restorable(cells.progress, progressFormat),
  })
