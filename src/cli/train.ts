/** `rivulet train` and `rivulet resume`: opens the parts of a run, runs it, and closes all parts again, however the run ends. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { map } from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type MonoTypeOperatorFunction, identity, lastValueFrom, tap } from 'rxjs'
import { reason } from '../failure.js'
import type { Progress } from '../../operators/progress.js'
import { simulate } from '../drivers/simulate.js'
import { type Cell, cell } from '../cell.js'
import { type CheckpointFolder, checkpointFolder } from '../checkpoints/checkpointFolder.js'
import type { SimulatedDriver } from '../drivers/drive.js'
import { type ClosableLearner, conflict } from '../learners/algorithm.js'
import { type RunDirectory, defaultPath, openRunDirectory, reopenRunDirectory } from '../runs/runDirectory.js'
import { restoreInitialWeights, restoreOwnWeights, saveFinalWeights, saveWeights } from '../runs/runWeights.js'
import {
  type Agent,
  openAgent,
  engineOf,
  environmentRandom,
  type TrainCells,
  train as startTraining,
  trainCells,
} from '../runs/train.js'
import type { MetricsSink } from '../records/metrics.js'
import { runState } from '../runs/runState.js'
import { provenance } from '../runs/versions.js'
import { displayProgress, displayInterval, untilAborted } from './display.js'
import { type Exit, failed, interrupted, badInput, withLines } from './exit.js'
import { type CommandProcess, signalOf, writeLines } from './commandProcess.js'
import { runLog } from './jsonLog.js'
import type { ResumeRequest } from './resumeRequest.js'
import { type TrainRequest, failuresByFlag } from './trainRequest.js'
import { type Returns, stoppedText, noReturns, summary, withReturn } from './summary.js'

/** Runs `work` at the first call; every call returns the same promise. */
const once = <A>(work: () => Promise<A>): (() => Promise<A>) => {
  let result: Promise<A> | null = null
  return () => (result ??= work())
}

/** How a run is carried out. */
interface Work extends Pick<TrainRequest, 'settings' | 'spec' | 'progress' | 'checkpointEvery' | 'log'> {
  readonly cells: TrainCells
  readonly returns: Cell<Returns>
  /** Puts the first weights of the run into its learner. */
  readonly restoreWeights: (learner: ClosableLearner) => TE.TaskEither<Exit, void>
  /** Opens the directory of the run, with all files that it has before the first step. */
  readonly openDirectory: (agent: Agent, world: SimulatedDriver) => TE.TaskEither<Exit, OpenDirectory>
}

/** The directory of a run, new or opened again. */
type OpenDirectory = Omit<RunDirectory, 'discard'>

/** The folder of a run's checkpoints. */
const checkpointsIn = (path: string) => checkpointFolder(join(path, 'checkpoints'))

/**
 * Runs, and closes everything again.
 *
 * Returns the sentence that sums the run up, an empty text if events are logged in its place, or the exit if the run failed or a signal
 * interrupted it. In every case the world is at rest and the files are closed. From the first step on the weights are saved, however the run ends, and a run that ends between two steps
 * leaves a checkpoint.
 */
const carryOut = (
  { settings, spec, progress, checkpointEvery, log: logFormat, cells, returns, restoreWeights, openDirectory }: Work,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, string> => {
  const { task, steps } = settings
  const { clock, interruption } = commandProcess
  const log = runLog(logFormat, commandProcess)
  /** Ends the log, and returns how the run ended; what a log says is no text of the command. */
  const logEnd = (ended: Either<Exit, string>): Either<Exit, string> => {
    const extent = {
      step: cells.steps.value,
      episodes: returns.value.episodes,
      seconds: cells.progress.value.elapsed / 1000,
    }
    log.end(isLeft(ended) ? ended.left : null, extent)
    return isLeft(ended) || logFormat === 'text' ? ended : right('')
  }

  const makeAgent = TE.tryCatch(
    async () => openAgent(settings, spec),
    (error) => failed(`agent: ${reason(error)}`),
  )
  const openWorld: TE.TaskEither<Exit, SimulatedDriver> = TE.tryCatch(
    () => simulate(task, { random: environmentRandom(settings) }),
    (error) => failed(`world: ${reason(error)}`),
  )
  const closeWorld = (world: SimulatedDriver): TE.TaskEither<Exit, void> =>
    TE.tryCatch(
      async () => {
        await world.stop()
        world.close()
      },
      (error) => failed(`world: ${reason(error)}`),
    )

  const stoppedLine = ({ path }: OpenDirectory): string =>
    stoppedText({ executed: cells.steps.value, steps, episodes: returns.value.episodes, path })

  const run = (
    agent: Agent,
    directory: OpenDirectory,
    world: SimulatedDriver,
    save: () => Promise<unknown>,
  ): TE.TaskEither<Exit, string> =>
    pipe(
      TE.tryCatch(
        async () => {
          const shown: MonoTypeOperatorFunction<Progress> = progress ? await displayProgress(commandProcess) : identity
          const begun = clock.now()
          const writeEpisode: RunDirectory['writeEpisode'] = (row) => {
            directory.writeEpisode(row)
            log.episode(row)
            returns.value = withReturn(returns.value, row.return)
          }
          const metrics: MetricsSink = {
            write: (window) => {
              directory.write(window)
              log.metrics(window)
            },
          }
          const every = displayInterval(commandProcess)
          log.start(directory.path, settings)
          const checkpoints = { save, ...(checkpointEvery === null ? {} : { records: checkpointEvery }) }
          const progress$ = startTraining(settings, {
            world,
            agent,
            cells,
            writeEpisode,
            metrics,
            checkpoints,
            every,
            clock,
          })
          const written$ = pipe(
            progress$,
            tap(() => directory.check()),
          )
          await lastValueFrom(pipe(written$, shown, untilAborted(interruption)), { defaultValue: null })
          // Between two steps, as it has ended without an error. Before the first one there is nothing to save.
          if (cells.steps.value > 0) await save()
          return (clock.now() - begun) / 1000
        },
        (error) => failed(`${reason(error)}; ${stoppedLine(directory)}`),
      ),
      TE.flatMap((seconds) => {
        const signal = signalOf(interruption)
        const executed = cells.steps.value
        // A signal after the last step did not interrupt the run.
        return signal === null || executed === steps
          ? TE.right(summary({ task, steps: executed, seconds, path: directory.path }, returns.value))
          : TE.left(interrupted(signal, `${signal}: ${stoppedLine(directory)}`))
      }),
    )

  /** Runs in a directory, and saves the weights in it at the end of the run, or of the process if that ends first. */
  const runGuarded =
    (agent: Agent, world: SimulatedDriver): TE.TaskEither<Exit, string> =>
    async () => {
      const open = once(openDirectory(agent, world))
      const state = runState(agent, cells, world)
      let checkpoints: CheckpointFolder | null = null
      /** Saves the run as it is between two steps. */
      const saverIn = (directory: OpenDirectory): (() => Promise<unknown>) => {
        const folder = (checkpoints = checkpointsIn(directory.path))
        return async () => {
          // Otherwise the folder would be made anew, in a directory that is gone.
          directory.check()
          return folder.save(cells.steps.value, state)
        }
      }
      /** Saves the weights and closes the files; returns a line for each failure. */
      const finish = once(async (): Promise<readonly string[]> => {
        const opened = await open()
        if (isLeft(opened)) return []
        const { path, close } = opened.right
        const lines = await saveFinalWeights(path, settings, agent.learner)()
        await checkpoints?.settled()
        try {
          close()
          return lines
        } catch (error) {
          return [...lines, reason(error)]
        }
      })
      const release = commandProcess.guard(async (cause) => {
        const opened = await open()
        if (isLeft(opened)) return opened.left
        const where = stoppedLine(opened.right)
        const ending =
          cause instanceof Error ? failed(`${reason(cause)}; ${where}`) : interrupted(cause, `${cause}: ${where}`)
        const exit = withLines(ending, await finish())
        logEnd(left(exit))
        return exit
      })
      const ended = await pipe(
        open,
        TE.flatMap((directory) => run(agent, directory, world, saverIn(directory))),
      )()
      const lines = await finish()
      release()
      if (lines.length === 0) return ended
      return left(isLeft(ended) ? withLines(ended.left, lines) : { code: 1, lines })
    }

  const closeAgent = ({ learner }: Agent): TE.TaskEither<Exit, void> =>
    TE.tryCatch(
      async () => learner.close(),
      (error) => failed(`agent: ${reason(error)}`),
    )

  return pipe(
    TE.bracket(
      makeAgent,
      (agent) =>
        pipe(
          restoreWeights(agent.learner),
          TE.flatMap(() => TE.bracket(openWorld, (world) => runGuarded(agent, world), closeWorld)),
        ),
      closeAgent,
    ),
    map(logEnd),
  )
}

/**
 * Trains as requested, in a directory of its own.
 *
 * Returns what `carryOut` returns, or the exit if the request was refused: then nothing is on the disk.
 */
export const train = (
  { out, ...request }: TrainRequest,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, string> => {
  const { settings } = request
  const { engine, options } = engineOf(settings)

  /** Makes the run's directory with all files that it has before the first step; if one fails, removes them all. */
  const openDirectory = ({ learner }: Agent): TE.TaskEither<Exit, OpenDirectory> => {
    const path = out ?? defaultPath(settings, commandProcess.startedAt)
    return pipe(
      // Runs after the agent was made, which loads the packages whose versions are written.
      TE.fromIO(() => ({ ...settings, ...provenance(engine.packages?.(options)) })),
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

/**
 * Continues a run from the newest checkpoint in its directory that is whole; one that was stopped before its first checkpoint begins anew.
 *
 * Returns what `carryOut` returns, or the exit if the directory was refused: then it is as it was.
 */
export const resume = (
  { directory, config, ...request }: ResumeRequest,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, string> => {
  const { settings } = request
  const cells = trainCells()
  const returns = cell(noReturns)
  const { engine, options } = engineOf(settings)

  const restore = (agent: Agent, world: SimulatedDriver): TE.TaskEither<Exit, void> =>
    TE.tryCatch(
      async () => {
        const folder = checkpointsIn(directory)
        if (!existsSync(folder.path)) return
        const { refused } = await folder.restore(runState(agent, cells, world))
        if (refused.length > 0) writeLines(commandProcess, refused)
      },
      (error) => failed(reason(error)),
    )
  const openDirectory = (agent: Agent, world: SimulatedDriver): TE.TaskEither<Exit, OpenDirectory> =>
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
        const written = { ...config, ...settings, ...provenance(engine.packages?.(options)) }
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
      restoreWeights: (learner) =>
        settings.weights === undefined
          ? TE.right(undefined)
          : pipe(restoreOwnWeights(directory, settings, learner), TE.mapLeft(badInput)),
      openDirectory,
    },
    commandProcess,
  )
}
