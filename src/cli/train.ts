/** `rivulet train`: opens the parts of a run, runs it, and closes all parts again, however the run ends. */
import { isLeft, left } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type MonoTypeOperatorFunction, identity, lastValueFrom, tap } from 'rxjs'
import { reason } from '../failure.js'
import type { Progress } from '../../operators/progress.js'
import { simulate } from '../drivers/simulate.js'
import { cell } from '../cell.js'
import { type RunDirectory, defaultPath, openRunDirectory } from '../runs/runDirectory.js'
import { restoreInitialWeights, saveFinalWeights, saveWeights } from '../runs/runWeights.js'
import {
  type Agent,
  openAgent,
  engineOf,
  environmentRandom,
  train as startTraining,
  trainCells,
} from '../runs/train.js'
import { provenance } from '../runs/versions.js'
import type { Driver } from '../types.js'
import { displayProgress, displayInterval, untilAborted } from './display.js'
import { type Exit, failed, interrupted, badInput, withLines } from './exit.js'
import { type CommandProcess, signalOf } from './commandProcess.js'
import { type TrainRequest, failuresByFlag } from './trainRequest.js'
import { stoppedText, noReturns, summary, withReturn } from './summary.js'

/** Runs `work` at the first call; every call returns the same promise. */
const once = <A>(work: () => Promise<A>): (() => Promise<A>) => {
  let result: Promise<A> | null = null
  return () => (result ??= work())
}

/**
 * Trains as requested.
 *
 * Returns the sentence that sums the run up, or the exit if the request was refused, the run failed or a signal interrupted it. In
 * every case the world is at rest and the files are closed. From the first step on the weights are saved, however the run ends; before
 * it nothing is on the disk.
 */
export const train = (
  { settings, spec, out, progress }: TrainRequest,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, string> => {
  const { task, steps } = settings
  const { engine, options } = engineOf(settings)
  const { clock, interruption } = commandProcess
  const cells = trainCells()
  const returns = cell(noReturns)

  const makeAgent = TE.tryCatch(
    async () => openAgent(settings, spec),
    (error) => failed(`agent: ${reason(error)}`),
  )
  const restoreWeights = ({ learner }: Agent): TE.TaskEither<Exit, void> =>
    pipe(restoreInitialWeights(settings, learner), TE.mapLeft(badInput))
  const openWorld: TE.TaskEither<Exit, Driver> = TE.tryCatch(
    () => simulate(task, { random: environmentRandom(settings) }),
    (error) => failed(`world: ${reason(error)}`),
  )
  const closeWorld = (world: Driver): TE.TaskEither<Exit, void> =>
    TE.tryCatch(
      async () => {
        await world.stop()
        world.close()
      },
      (error) => failed(`world: ${reason(error)}`),
    )

  /** Makes the run's directory with all files that it has before the first step; if one fails, removes them all. */
  const openDirectory = ({ learner }: Agent): TE.TaskEither<Exit, RunDirectory> => {
    const path = out ?? defaultPath(settings, commandProcess.startedAt)
    return pipe(
      // Runs after the agent was made, which loads the packages whose versions are written.
      TE.fromIO(() => ({ ...settings, ...provenance(engine.packages?.(options)) })),
      TE.flatMap((config) => openRunDirectory(path, config, { numbered: out === null })),
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

  const stoppedLine = ({ path }: RunDirectory): string =>
    stoppedText({ executed: cells.steps.value, steps, episodes: returns.value.episodes, path })

  const run = (agent: Agent, directory: RunDirectory, world: Driver): TE.TaskEither<Exit, string> =>
    pipe(
      TE.tryCatch(
        async () => {
          const shown: MonoTypeOperatorFunction<Progress> = progress ? await displayProgress(commandProcess) : identity
          const begun = clock.now()
          const writeEpisode: RunDirectory['writeEpisode'] = (row) => {
            directory.writeEpisode(row)
            returns.value = withReturn(returns.value, row.return)
          }
          const every = displayInterval(commandProcess)
          const progress$ = startTraining(settings, { world, agent, cells, writeEpisode, every, clock })
          const written$ = pipe(
            progress$,
            tap(() => directory.check()),
          )
          await lastValueFrom(pipe(written$, shown, untilAborted(interruption)), { defaultValue: null })
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
    (agent: Agent, world: Driver): TE.TaskEither<Exit, string> =>
    async () => {
      const open = once(openDirectory(agent))
      /** Saves the weights and closes the files; returns a line for each failure. */
      const finish = once(async (): Promise<readonly string[]> => {
        const opened = await open()
        if (isLeft(opened)) return []
        const { path, close } = opened.right
        const lines = await saveFinalWeights(path, settings, agent.learner)()
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
        return withLines(ending, await finish())
      })
      const ended = await pipe(
        open,
        TE.flatMap((directory) => run(agent, directory, world)),
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

  return TE.bracket(
    makeAgent,
    (agent) =>
      pipe(
        restoreWeights(agent),
        TE.flatMap(() => TE.bracket(openWorld, (world) => runGuarded(agent, world), closeWorld)),
      ),
    closeAgent,
  )
}
