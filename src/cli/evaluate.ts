/** `rivulet evaluate`: the returns of a saved policy on its task. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { filter, identity, lastValueFrom, map, scan, tap, toArray } from 'rxjs'
import type { Episode } from '../../operators/tallyEpisodes.js'
import { nearestName, printable } from '../edge/decode.js'
import { escaped } from '../edge/escaped.js'
import { robotTaskFailures, runTask } from '../environments/runTask.js'
import { taskIds } from '../environments/tasks.js'
import { reason } from '../failure.js'
import { policy } from '../learners/policy/policy.js'
import { readPolicyFile } from '../learners/policy/policyFiles.js'
import type { SavedPolicy } from '../learners/policy/savedPolicy.js'
import { mean } from '../mean.js'
import { seeded } from '../random.js'
import { evaluationEpisodes, summarizeReturns } from '../runs/evaluation.js'
import { openEvaluationWorld, type RunWorld } from '../runs/runWorld.js'
import { type CommandProcess, signalOf } from './commandProcess.js'
import { displayInterval, displayRecords, untilAborted } from './display.js'
import type { EvaluateRequest } from './evaluateOptions.js'
import { badInput, type Exit, failed, interrupted } from './exit.js'
import { countWithNoun, decimalText } from './numberText.js'
import { checkTask, policyFileAt, refusal } from './policyPath.js'

const openWorld = (
  path: string,
  { spec }: SavedPolicy,
  { seed, python }: EvaluateRequest,
): TE.TaskEither<Exit, RunWorld> => {
  const { name } = spec
  const refused = robotTaskFailures(path, [name])
  if (refused.length > 0) return TE.left(badInput(refused))
  if (!runTask.is(name)) {
    const expected = `a policy for a task of this version, as rivulet tasks lists them`
    return TE.left(badInput(refusal(path, expected, printable(name), nearestName(name, taskIds))))
  }
  return pipe(
    TE.tryCatch(
      () => openEvaluationWorld(spec, seed, python === undefined ? {} : { python }),
      (error) => failed(`world: ${reason(error)}`),
    ),
    TE.chainFirstEitherK((world) => {
      const failures = checkTask(path, spec, world.spec)
      if (failures.length === 0) return E.right(undefined)
      world.close()
      return E.left(badInput(failures))
    }),
  )
}

const progressText = (done: readonly Episode[], count: number): string =>
  `${done.length}/${countWithNoun(count, 'episode')}, mean return ${decimalText(mean(done.map((each) => each.return)))}`

/** Runs the episodes, as many as there are until a signal. */
const episodesIn = (
  world: RunWorld,
  saved: SavedPolicy,
  { episodes: count, seed, stochastic, progress }: EvaluateRequest,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, { readonly done: readonly Episode[]; readonly kernels: string }> =>
  TE.tryCatch(
    async () => {
      const act = policy(saved, stochastic ? { random: seeded(seed)('policy') } : {})
      const { clock, interruption } = commandProcess
      const shown = progress
        ? await displayRecords<readonly Episode[]>(commandProcess, (done) => progressText(done, count))
        : identity
      const every = displayInterval(commandProcess)
      let shownAt = clock.now()
      const isDue = (done: readonly Episode[]): boolean => {
        if (done.length < count && clock.now() - shownAt < every) return false
        shownAt = clock.now()
        return true
      }
      const all: Episode[] = []
      await lastValueFrom(
        evaluationEpisodes(world, act, count).pipe(
          untilAborted(interruption),
          tap((episode) => all.push(episode)),
          scan((done: readonly Episode[], episode) => [...done, episode], []),
          filter(isDue),
          shown,
          map(() => null),
          toArray(),
        ),
      )
      return { done: all, kernels: act.kernels }
    },
    (error) => failed(reason(error)),
  )

const resultText = (
  { spec }: SavedPolicy,
  { seed, stochastic, json }: EvaluateRequest,
  { done, kernels }: { readonly done: readonly Episode[]; readonly kernels: string },
): string => {
  const returns = done.map((episode) => episode.return)
  const summary = summarizeReturns(returns, seed)
  const lengths = done.map(({ length }) => length)
  if (json) {
    return JSON.stringify({
      task: spec.name,
      episodes: done.length,
      seed,
      stochastic,
      kernels,
      ...summary,
      returns,
      lengths,
    })
  }
  const { value, low, high } = summary.interquartileMean
  return (
    `${spec.name}: mean return ${decimalText(summary.mean)}, deviation ${decimalText(summary.deviation)}, ` +
    `interquartile mean ${decimalText(value)} (95 % interval ${decimalText(low)} to ${decimalText(high)}); ` +
    `${countWithNoun(done.length, 'episode')} of seed ${seed}, actions ${stochastic ? 'drawn' : 'deterministic'}.`
  )
}

/** Evaluates as requested; returns a sentence, or a line of JSON. A signal ends it after the step under way, and no result is printed. */
export const evaluate = (request: EvaluateRequest, commandProcess: CommandProcess): TE.TaskEither<Exit, string> => {
  const stopped = (done: number): string => `stopped after ${done} of ${countWithNoun(request.episodes, 'episode')}`
  return pipe(
    policyFileAt(request.path),
    TE.bindTo('path'),
    TE.bind('saved', ({ path }) => readPolicyFile(path)),
    TE.mapLeft(badInput),
    TE.flatMap(({ path, saved }) =>
      TE.bracket(
        openWorld(path, saved, request),
        (world) => async () => {
          const release = commandProcess.guard(async (cause) =>
            cause instanceof Error ? failed(reason(cause)) : interrupted(cause, `${cause}: stopped at once`),
          )
          try {
            const result = await episodesIn(world, saved, request, commandProcess)()
            if (E.isLeft(result)) return result
            const signal = signalOf(commandProcess.interruption)
            const { done } = result.right
            return signal === null || done.length === request.episodes
              ? E.right(resultText(saved, request, result.right))
              : E.left(interrupted(signal, `${signal}: ${stopped(done.length)}`))
          } finally {
            release()
          }
        },
        (world) =>
          TE.tryCatch(
            async () => {
              await world.stop()
              world.close()
            },
            (error) => failed(`world: ${escaped(reason(error))}`),
          ),
      ),
    ),
  )
}
