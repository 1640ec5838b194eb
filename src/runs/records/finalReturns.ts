/** The final returns of an experiment's runs, task by task. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { Failure } from '../../edge/decode.js'
import { mean } from '../../mean.js'
import { interquartileMean } from '../statistics/aggregates.js'
import { bootstrapIntervals, resampled, type Interval } from '../statistics/bootstrap.js'
import type { EpisodeRow } from '../episodeRows.js'
import { type Experiment, type Group, randomOf, stepsReached } from './experiment.js'
import type { RecordedRun } from './recordedRun.js'

/** A statistic with its 95 % interval. */
export interface Estimate extends Interval {
  readonly value: number
}

/** The final returns of one group on one task. */
export interface GroupReturns {
  readonly group: Group
  readonly runs: readonly { readonly run: RecordedRun; readonly final: number }[]
  readonly mean: Estimate
  readonly interquartileMean: Estimate
}

/** The final returns of one task. */
export interface TaskReturns {
  readonly task: string
  /** The steps at which the runs are compared: as many as all of them reached. */
  readonly steps: number
  /** The run that came least far, if others came further; null if all came as far as they are compared. */
  readonly endedBy: RecordedRun | null
  readonly groups: readonly GroupReturns[]
  /** The mean return of the first ten episodes of a run, as the mean over all runs. */
  readonly first: number
}

/** Episodes at the beginning of a run that show what it does before it learns; a run of fewer has them all. */
export const FIRST_EPISODES = 10

/**
 * The final return of a run at some step: the mean return of the episodes that ended in the last tenth of the steps up to it. If none
 * ended there, the return of the last episode before; null if there is none.
 */
export const finalReturn = (episodes: readonly EpisodeRow[], steps: number): number | null => {
  const before = episodes.filter(({ step }) => step <= steps)
  const last = before.filter(({ step }) => 10 * step > 9 * steps)
  const some = last.length > 0 ? last : before.slice(-1)
  return some.length === 0 ? null : mean(some.map((row) => row.return))
}

const estimatesOf = (
  values: readonly number[],
  statistics: readonly ((values: readonly number[]) => number)[],
  group: Group,
  task: string,
): readonly Estimate[] => {
  const all = (some: readonly number[]): readonly number[] => statistics.map((statistic) => statistic(some))
  const intervals = bootstrapIntervals((random) => all(resampled(values, random)), {
    random: randomOf('final', task, group),
  })
  return all(values).map((value, i) => ({ value, ...intervals[i] }))
}

/** Refuses a run of which no episode has ended at the step at which the runs of its task are compared. */
const lateFailures = (steps: number, runs: readonly RecordedRun[]): readonly Failure[] =>
  runs
    .filter(({ episodes }) => finalReturn(episodes, steps) === null)
    .map(({ path, config: { task }, episodes }) => ({
      path,
      expected: `an episode that ended within ${steps} steps, at which the runs of ${task} are compared`,
      got: `the first one at ${episodes[0].step}`,
      nearest: null,
    }))

/**
 * The final returns of all runs. Runs of one task are compared at the same step: the last one that all of them reached, and `most` at the
 * latest (null for no such limit).
 *
 * Fails: a failure for each run of which no episode has ended by then.
 */
export const finalReturns = (
  { tasks, groups }: Experiment,
  most: number | null,
): Either<readonly Failure[], readonly TaskReturns[]> => {
  const compared = tasks.map((task) => {
    const runs = groups.flatMap((group) => group.runs[task] ?? [])
    const reached = runs.map(stepsReached)
    const [least, furthest] = [Math.min(...reached), Math.max(...reached)]
    const endedBy = least < Math.min(most ?? Infinity, furthest) ? runs[reached.indexOf(least)] : null
    return { task, runs, steps: Math.min(most ?? Infinity, least), endedBy }
  })
  const failures = compared.flatMap(({ steps, runs }) => lateFailures(steps, runs))
  if (failures.length > 0) return left(failures)
  return right(
    compared.map(({ task, steps, endedBy, runs }) => ({
      task,
      steps,
      endedBy,
      first: mean(runs.map(({ episodes }) => mean(episodes.slice(0, FIRST_EPISODES).map((row) => row.return)))),
      groups: groups
        .filter((group) => group.runs[task] !== undefined)
        .map((group) => {
          // Each of these runs has one, since none was refused.
          const finals = (group.runs[task] ?? []).map((run) => ({
            run,
            final: finalReturn(run.episodes, steps) ?? NaN,
          }))
          const values = finals.map(({ final }) => final)
          const [whole, middle] = estimatesOf(values, [mean, interquartileMean], group, task)
          return { group, runs: finals, mean: whole, interquartileMean: middle }
        }),
    })),
  )
}
