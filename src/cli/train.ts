/** `rivulet train`: opens what a run needs, runs it, and closes everything again, however it ends. */
import { isLeft, left } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type MonoTypeOperatorFunction, identity, lastValueFrom } from 'rxjs'
import { reason } from '../failure.js'
import type { Progress } from '../../operators/progress.js'
import { emptyTally } from '../../operators/tallyEpisodes.js'
import { simulate } from '../drivers/simulate.js'
import { tasks } from '../environments/simulator.js'
import { memory } from '../memory.js'
import { type RunDirectory, defaultPath, openRunDirectory } from '../runs/runDirectory.js'
import { beginWeights, keepWeights } from '../runs/runWeights.js'
import { type Agent, agentFor, environmentChance, train as startTraining } from '../runs/train.js'
import { provenance } from '../runs/versions.js'
import type { Spec } from '../spec.js'
import type { Driver } from '../types.js'
import { display, interval, untilAborted } from './display.js'
import { type Ending, failed, interrupted, refused, withLines } from './ending.js'
import { type Outside, signalOf } from './outside.js'
import { type TrainRequest, namedFailures } from './request.js'
import { kept, noReturns, summary, withReturn } from './summary.js'

/** A task's shapes before its world is opened: what can be refused is refused before anything is loaded or written. */
const specOf = (task: string): Spec => {
  const spec = tasks.find(({ name }) => name === task)
  if (spec === undefined) throw new RangeError(`train: expected a known task, got '${task}'`)
  return spec
}

/**
 * Trains as asked.
 *
 * Gives the sentence that sums the run up, or how else it ended: refused before the run began, failed in the middle of it,
 * or interrupted. The world is at rest and the files are closed in every case.
 */
export const train = ({ settings, out, progress }: TrainRequest, outside: Outside): TE.TaskEither<Ending, string> => {
  const { task, steps } = settings
  const backend = settings.engine === 'tfjs' ? settings.backend : null
  const { clock, interruption } = outside
  const path = out ?? defaultPath(settings, outside.begun)
  const tally = memory(emptyTally)
  const returns = memory(noReturns)

  const place = (): string => kept({ executed: tally.value.steps, steps, episodes: returns.value.episodes, path })
  const broken = (error: unknown): Ending => failed(`${reason(error)}; ${place()}`)

  const makeAgent = TE.tryCatch(
    async () => agentFor(settings, specOf(task)),
    (error) => failed(`agent: ${reason(error)}`),
  )
  const takeWeights = ({ learner }: Agent): TE.TaskEither<Ending, void> =>
    pipe(beginWeights(settings, learner), TE.mapLeft(refused))
  const openDirectory: TE.TaskEither<Ending, RunDirectory> = pipe(
    // Asked when the agent is there, and with it the packages whose versions are told.
    TE.fromIOEither(() => openRunDirectory(path, { ...settings, ...provenance(backend) })()),
    TE.mapLeft((failures) => refused(namedFailures(failures))),
  )
  const closeDirectory = (directory: RunDirectory): TE.TaskEither<Ending, void> =>
    TE.tryCatch(async () => directory.close(), broken)

  const openWorld: TE.TaskEither<Ending, Driver> = TE.tryCatch(
    () => simulate(task, { random: environmentChance(settings) }),
    broken,
  )
  const closeWorld = (world: Driver): TE.TaskEither<Ending, void> =>
    TE.tryCatch(async () => {
      await world.stop()
      world.close()
    }, broken)

  const run = (agent: Agent, directory: RunDirectory, world: Driver): TE.TaskEither<Ending, string> =>
    pipe(
      TE.tryCatch(async () => {
        const shown: MonoTypeOperatorFunction<Progress> = progress ? await display(outside) : identity
        const begun = clock.now()
        const writeEpisode: RunDirectory['writeEpisode'] = (row) => {
          directory.writeEpisode(row)
          returns.value = withReturn(returns.value, row.return)
        }
        const every = interval(outside)
        const progress$ = startTraining(settings, { world, agent, writeEpisode, every, clock, tally })
        await lastValueFrom(pipe(progress$, shown, untilAborted(interruption)), { defaultValue: null })
        return (clock.now() - begun) / 1000
      }, broken),
      TE.flatMap((seconds) => {
        const signal = signalOf(interruption)
        const executed = tally.value.steps
        // A signal that came with the last step interrupted nothing.
        return signal === null || executed === steps
          ? TE.right(summary({ task, steps: executed, seconds, path }, returns.value))
          : TE.left(interrupted(signal, `${signal}: ${place()}`))
      }),
    )

  const keep = (name: 'initial' | 'final', { learner }: Agent): TE.TaskEither<Ending, void> =>
    pipe(
      keepWeights(path, name, settings, learner),
      TE.mapLeft((failures) => ({ ...refused(failures), code: 1 })),
    )
  /** Runs between its weights: those that were handed to it are kept, and those that it ends with, however it ends. */
  const runBetween = (agent: Agent, directory: RunDirectory): TE.TaskEither<Ending, string> =>
    pipe(
      settings.weights === undefined ? TE.right(undefined) : keep('initial', agent),
      TE.flatMap(() => async () => {
        const ended = await TE.bracket(openWorld, (world) => run(agent, directory, world), closeWorld)()
        const saved = await keep('final', agent)()
        if (isLeft(saved)) return isLeft(ended) ? left(withLines(ended.left, saved.left)) : saved
        return ended
      }),
    )

  const runAgent = (agent: Agent): TE.TaskEither<Ending, string> =>
    pipe(
      takeWeights(agent),
      TE.flatMap(() => TE.bracket(openDirectory, (directory) => runBetween(agent, directory), closeDirectory)),
    )
  const closeAgent = ({ learner }: Agent): TE.TaskEither<Ending, void> =>
    TE.tryCatch(async () => learner.close(), broken)

  return TE.bracket(makeAgent, runAgent, closeAgent)
}
