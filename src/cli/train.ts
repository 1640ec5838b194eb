/** `rivulet train`: a run in a directory of its own. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { cell } from '../cell.js'
import { defaultPath, openRunDirectory } from '../runs/runDirectory.js'
import type { RunDirectory } from '../runs/runRecords.js'
import { restoreInitialWeights, saveWeights } from '../runs/runWeights.js'
import { type Agent, engineOf, trainCells } from '../runs/train.js'
import { provenance } from '../runs/versions.js'
import { carryOut } from './carryOut.js'
import type { RobotWork } from './work.js'
import { type Exit, badInput } from './exit.js'
import { type CommandProcess, writeLines } from './commandProcess.js'
import { repeatLines } from './repeatRequest.js'
import { type TrainRequest, failuresByFlag } from './trainRequest.js'
import { noReturns } from './summary.js'

/**
 * Trains as requested.
 *
 * Returns what `carryOut` returns, or the exit if the request was refused: then nothing is on the disk.
 */
export const train = (
  { out, repeated, ...request }: TrainRequest & RobotWork,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, string> => {
  const { settings } = request
  const { engine, options } = engineOf(settings)

  /** Makes the run's directory with all files that it has before the first step; if one fails, removes them all. */
  const openDirectory = ({ learner }: Agent): TE.TaskEither<Exit, RunDirectory> => {
    const path = out ?? defaultPath(settings, commandProcess.startedAt)
    return pipe(
      // Runs after the agent was made, which loads the packages whose versions are written.
      TE.fromIO(() => {
        const now = provenance(engine.packages?.(options))
        if (repeated !== undefined) writeLines(commandProcess, repeatLines(repeated, now))
        return { ...settings, ...now }
      }),
      TE.flatMap((config) =>
        openRunDirectory(path, config, { numbered: out === null, tensorboard: request.tensorboard }),
      ),
      TE.mapLeft((failures) => badInput(failuresByFlag(failures))),
      TE.tap((directory) =>
        settings.weights === undefined
          ? TE.right(undefined)
          : pipe(
              saveWeights(directory.path, 'initial', settings, learner),
              TE.mapLeft((failures) => {
                directory.discard()
                return { ...badInput(failures), code: 1 }
              }),
            ),
      ),
    )
  }

  return carryOut(
    {
      ...request,
      cells: trainCells(),
      returns: cell(noReturns),
      restoreWeights: (learner) => pipe(restoreInitialWeights(settings, learner), TE.mapLeft(badInput)),
      openDirectory,
    },
    commandProcess,
  )
}
