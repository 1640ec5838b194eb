/** `rivulet train`: opens what a run needs, runs it, and closes everything again, however it ends. */
import { isLeft, left } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type MonoTypeOperatorFunction, identity, lastValueFrom, tap } from 'rxjs'
import { reason } from '../failure.js'
import type { Progress } from '../../operators/progress.js'
import { simulate } from '../drivers/simulate.js'
import { cell } from '../cell.js'
import { type RunDirectory, defaultPath, openRunDirectory } from '../runs/runDirectory.js'
import { beginWeights, keepLearnt, keepWeights } from '../runs/runWeights.js'
import { type Agent, agentFor, engineOf, environmentRandom, train as startTraining, trainCells } from '../runs/train.js'
import { provenance } from '../runs/versions.js'
import type { Driver } from '../types.js'
import { display, interval, untilAborted } from './display.js'
import { type Exit, failed, interrupted, refused, withLines } from './exit.js'
import { type CommandProcess, signalOf } from './commandProcess.js'
import { type TrainRequest, namedFailures } from './trainRequest.js'
import { kept, noReturns, summary, withReturn } from './summary.js'

/** Runs a task once, and gives the same promise to each that asks for it. */
const once = <A>(work: () => Promise<A>): (() => Promise<A>) => {
  let result: Promise<A> | null = null
  return () => (result ??= work())
}

/**
 * Trains as asked.
 *
 * Gives the sentence that sums the run up, or how else it ended: refused before the run began, failed in the middle of it,
 * or interrupted. The world is at rest and the files are closed in every case, and from the first step on what was learnt is kept,
 * however the run ends. Until then nothing is on the disk.
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
    async () => agentFor(settings, spec),
    (error) => failed(`agent: ${reason(error)}`),
  )
  const takeWeights = ({ learner }: Agent): TE.TaskEither<Exit, void> =>
    pipe(beginWeights(settings, learner), TE.mapLeft(refused))
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

  /** A directory with all that stands in it before the first step, or none. */
  const openDirectory = ({ learner }: Agent): TE.TaskEither<Exit, RunDirectory> => {
    const path = out ?? defaultPath(settings, commandProcess.begun)
    return pipe(
      // Asked when the agent is there, and with it the packages whose versions are told.
      TE.fromIO(() => ({ ...settings, ...provenance(engine.packages?.(options)) })),
      TE.flatMap((config) => openRunDirectory(path, config, { numbered: out === null })),
      TE.mapLeft((failures) => refused(namedFailures(failures))),
      TE.tap((directory) =>
        settings.weights === undefined
          ? TE.right(undefined)
          : pipe(
              keepWeights(directory.path, 'initial', settings, learner),
              TE.mapLeft((failures) => {
                directory.discard()
                return { ...refused(failures), code: 1 }
              }),
            ),
      ),
    )
  }

  const place = ({ path }: RunDirectory): string =>
    kept({ executed: cells.tally.value.steps, steps, episodes: returns.value.episodes, path })

  const run = (agent: Agent, directory: RunDirectory, world: Driver): TE.TaskEither<Exit, string> =>
    pipe(
      TE.tryCatch(
        async () => {
          const shown: MonoTypeOperatorFunction<Progress> = progress ? await display(commandProcess) : identity
          const begun = clock.now()
          const writeEpisode: RunDirectory['writeEpisode'] = (row) => {
            directory.writeEpisode(row)
            returns.value = withReturn(returns.value, row.return)
          }
          const every = interval(commandProcess)
          const progress$ = startTraining(settings, { world, agent, cells, writeEpisode, every, clock })
          const written$ = pipe(
            progress$,
            tap(() => directory.check()),
          )
          await lastValueFrom(pipe(written$, shown, untilAborted(interruption)), { defaultValue: null })
          return (clock.now() - begun) / 1000
        },
        (error) => failed(`${reason(error)}; ${place(directory)}`),
      ),
      TE.flatMap((seconds) => {
        const signal = signalOf(interruption)
        const executed = cells.tally.value.steps
        // A signal that came with the last step interrupted nothing.
        return signal === null || executed === steps
          ? TE.right(summary({ task, steps: executed, seconds, path: directory.path }, returns.value))
          : TE.left(interrupted(signal, `${signal}: ${place(directory)}`))
      }),
    )

  /** Runs in a directory, and leaves in it what was learnt: at the end of the run or, if that does not come, of the process. */
  const runGuarded =
    (agent: Agent, world: Driver): TE.TaskEither<Exit, string> =>
    async () => {
      const open = once(openDirectory(agent))
      /** Keeps what was learnt and closes the files; gives a line for each thing that went wrong. */
      const finish = once(async (): Promise<readonly string[]> => {
        const opened = await open()
        if (isLeft(opened)) return []
        const { path, close } = opened.right
        const lines = await keepLearnt(path, settings, agent.learner)()
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
        const where = place(opened.right)
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
        takeWeights(agent),
        TE.flatMap(() => TE.bracket(openWorld, (world) => runGuarded(agent, world), closeWorld)),
      ),
    closeAgent,
  )
}
