/** What a run is carried out with. */
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Cell } from '../cell.js'
import type { ClosableLearner } from '../learners/algorithm.js'
import type { RunDirectory } from '../runs/runRecords.js'
import type { RunWorld } from '../runs/runWorld.js'
import type { Agent, TrainCells } from '../runs/train.js'
import type { Exit } from './exit.js'
import type { Returns } from './summary.js'
import type { TrainRequest } from './trainRequest.js'

/** How a run is carried out. */
export interface Work extends Pick<
  TrainRequest,
  'settings' | 'spec' | 'python' | 'progress' | 'checkpointEvery' | 'log' | 'dashboard'
> {
  readonly cells: TrainCells
  readonly returns: Cell<Returns>
  /** Puts the first weights of the run into its learner. */
  readonly restoreWeights: (learner: ClosableLearner) => TE.TaskEither<Exit, void>
  /** Opens the world of a robot. By default the world is that of the task. */
  readonly openWorld?: () => Promise<RunWorld>
  /** Appended to each line of progress. By default nothing is. */
  readonly note?: () => string
  /** Opens the directory of the run, with all files that it has before the first step. */
  readonly openDirectory: (agent: Agent, world: RunWorld) => TE.TaskEither<Exit, RunDirectory>
}

/** The parts of a run that only a robot has. */
export type RobotWork = Pick<Work, 'openWorld' | 'note'>
