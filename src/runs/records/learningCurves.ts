/** Learning curves: returns against steps, in bins, as means over seeds. */
import { mean } from '../../mean.js'
import { bootstrapIntervals, resampled, type Interval } from '../statistics/bootstrap.js'
import type { EpisodeRow } from '../episodeRows.js'
import { type Experiment, type Group, randomOf, stepsReached } from './experiment.js'
import type { RecordedRun } from './recordedRun.js'

/** One point of a curve. */
export interface CurvePoint extends Interval {
  /** The last step of its bin. */
  readonly step: number
  /** The mean over seeds. */
  readonly mean: number
}

/** The curve of one group on one task. */
export interface Curve {
  readonly group: Group
  /** Runs that it is the mean of; with one run there is no band, and each interval is a point. */
  readonly seeds: number
  readonly points: readonly CurvePoint[]
  /** Its run that came least far, if that is less than the panel shows: the curve ends where this run ends. */
  readonly endedBy: RecordedRun | null
}

/** The curves of one task. */
export interface Panel {
  readonly task: string
  /** Steps that it shows. */
  readonly steps: number
  readonly curves: readonly Curve[]
}

/** Options of `learningCurves`. */
export interface CurveOptions {
  /** Bins of each panel. */
  readonly bins: number
  /** The most steps that are shown; null for all. */
  readonly steps: number | null
}

/**
 * The returns of a run in bins of equal width, up to the last whole bin that it reached. A bin holds the mean return of the episodes that
 * ended in it: after its first step, and at its last step at the latest. A bin in which no episode ended holds what the bin before holds;
 * it is null before the first episode ended.
 */
export const binnedReturns = (
  episodes: readonly EpisodeRow[],
  { bins, steps, reached }: { readonly bins: number; readonly steps: number; readonly reached: number },
): readonly (number | null)[] => {
  const whole = Math.min(bins, Math.floor((reached * bins) / steps))
  const returns = Array.from({ length: whole }, (): number[] => [])
  for (const { step, return: sum } of episodes) returns[Math.ceil((step * bins) / steps) - 1]?.push(sum)
  let carried: number | null = null
  return returns.map((some) => (carried = some.length === 0 ? carried : mean(some)))
}

const curveOf = (group: Group, task: string, bins: number, steps: number): Curve => {
  const runs = group.runs[task] ?? []
  const byRun = runs.map((run) => binnedReturns(run.episodes, { bins, steps, reached: stepsReached(run) }))
  const length = Math.min(...byRun.map((values) => values.length))
  // A carried value is never null again, so that all bins from the first common one on have a value of each run.
  const first = Math.max(...byRun.map((values) => values.findIndex((value) => value !== null)))
  const known = byRun.some((values) => values.every((value) => value === null))
    ? []
    : byRun.map((values) => values.slice(first, length).map((value) => value ?? NaN))
  const means = (some: readonly (readonly number[])[]): readonly number[] =>
    (some[0] ?? []).map((_value, bin) => mean(some.map((values) => values[bin])))
  // Whole runs are drawn, so that the band is as smooth as the runs are.
  const intervals = bootstrapIntervals((random) => means(resampled(known, random)), {
    random: randomOf('curve', task, group),
  })
  const least = runs.reduce((one, other) => (stepsReached(other) < stepsReached(one) ? other : one))
  return {
    group,
    seeds: runs.length,
    points: means(known).map((value, i) => ({ step: ((first + i + 1) * steps) / bins, mean: value, ...intervals[i] })),
    endedBy: stepsReached(least) < steps ? least : null,
  }
}

/**
 * The curves of an experiment: a panel for each task, a curve for each group that has runs of it. A curve has a point where all runs of
 * the group have a value: the mean over runs, with its 95 % interval by the bootstrap over runs.
 */
export const learningCurves = ({ tasks, groups }: Experiment, { bins, steps: most }: CurveOptions): readonly Panel[] =>
  tasks.map((task) => {
    const some = groups.filter(({ runs }) => runs[task] !== undefined)
    const reached = some.flatMap(({ runs }) => (runs[task] ?? []).map(stepsReached))
    const steps = Math.min(most ?? Infinity, Math.max(...reached))
    return { task, steps, curves: some.map((group) => curveOf(group, task, bins, steps)) }
  })
