/** `rivulet resume`: a run that goes on in its directory. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { cell } from '../cell.js'
import { reason } from '../failure.js'
import { conflict } from '../learners/algorithm.js'
import { reopenRunDirectory } from '../runs/reopenedDirectory.js'
import type { RunDirectory } from '../runs/runRecords.js'
import { runState } from '../runs/runState.js'
import { canBeSaved, type RunWorld } from '../runs/runWorld.js'
import { restoreOwnWeights } from '../runs/runWeights.js'
import { type Agent, engineOf, trainCells } from '../runs/train.js'
import { provenance } from '../runs/versions.js'
import { carryOut, checkpointsIn } from './carryOut.js'
import type { RobotWork } from './work.js'
import { type Exit, badInput, failed } from './exit.js'
import { type CommandProcess, writeLines } from './commandProcess.js'
import type { ResumeRequest } from './resumeRequest.js'
import { noReturns, withReturn } from './summary.js'

/**
 * Continues a run from the newest checkpoint in its directory that is whole; one that was stopped before its first checkpoint begins anew.
 *
 * Returns what `carryOut` returns, or the exit if the directory was refused: then it is as it was.
 */
export const resume = (
  { directory, ...request }: ResumeRequest & RobotWork,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, string> => {
  const { settings } = request
  const cells = trainCells()
  const returns = cell(noReturns)
  const { engine, options } = engineOf(settings)

  const restore = (agent: Agent, world: RunWorld): TE.TaskEither<Exit, void> =>
    TE.tryCatch(
      async () => {
        // Of the worlds that cannot be saved only those of robots get here.
        const state = runState(agent, cells, canBeSaved(world) ? world : null)
        const restored = await checkpointsIn(directory).restore(state)
        if (restored !== null) writeLines(commandProcess, restored.refused)
      },
      (error) => failed(reason(error)),
    )
  const openDirectory = (agent: Agent, world: RunWorld): TE.TaskEither<Exit, RunDirectory> =>
    pipe(
      restore(agent, world),
      TE.filterOrElse(
        () => cells.steps.value <= settings.steps,
        () =>
          badInput([
            conflict('--steps', `${cells.steps.value} or more, the steps that the run has made`, settings.steps),
          ]),
      ),
      TE.flatMap(() => {
        const reached = { steps: cells.steps.value, episodes: cells.tally.value.episodes }
        const written = { ...settings, ...provenance(engine.packages?.(options)) }
        return pipe(
          reopenRunDirectory(directory, written, reached, { tensorboard: request.tensorboard }),
          TE.mapLeft(badInput),
        )
      }),
      TE.tapIO((opened) => () => {
        returns.value = opened.returns.reduce(withReturn, noReturns)
      }),
    )

  return carryOut(
    {
      ...request,
      cells,
      returns,
      restoreWeights: (learner) => pipe(restoreOwnWeights(directory, settings, learner), TE.mapLeft(badInput)),
      openDirectory,
    },
    commandProcess,
  )
}
