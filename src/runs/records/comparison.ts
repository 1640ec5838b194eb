/** Algorithms compared over several tasks, by the statistics of Agarwal et al. (2021). */
import { seeded } from '../../random.js'
import { interquartileMean, meanOfTasks } from '../statistics/aggregates.js'
import { bootstrapIntervals, resampledScores, type Scores } from '../statistics/bootstrap.js'
import { performanceProfile } from '../statistics/performanceProfile.js'
import { probabilityOfImprovement } from '../statistics/probabilityOfImprovement.js'
import type { Group } from './experiment.js'
import type { Estimate, TaskReturns } from './finalReturns.js'

/** How the returns of a task become scores: `zero` becomes 0, and `one` becomes 1. */
export interface Scale {
  readonly task: string
  /** What runs get before they learn: `TaskReturns.first`. */
  readonly zero: number
  /** The highest final return of any run. */
  readonly one: number
}

/** The scores of one group over all tasks that are compared. */
export interface GroupScores {
  readonly group: Group
  /** The mean over tasks of the mean over runs. */
  readonly mean: Estimate
  /** The interquartile mean over the runs of all tasks. */
  readonly interquartileMean: Estimate
  /** The part of its runs that score above each threshold. */
  readonly profile: readonly Estimate[]
}

/** How likely a run of one group gets a higher return than one of another. */
export interface Improvement extends Estimate {
  readonly first: Group
  readonly second: Group
}

/** Groups compared over several tasks. */
export interface Comparison {
  /** Tasks whose scores are compared: all groups have runs of them, and a run has ended above where runs begin. */
  readonly scales: readonly Scale[]
  /** Tasks that not all groups have runs of; nothing is compared on them. */
  readonly missing: readonly string[]
  /** Tasks of all groups on which no run has ended above where runs begin: they have no scale, and count for improvements alone. */
  readonly unlearned: readonly string[]
  readonly thresholds: readonly number[]
  /** A line for each group; empty if no task has a scale. */
  readonly scores: readonly GroupScores[]
  /** Tasks whose returns are compared for improvements. */
  readonly tasks: readonly string[]
  /** A line for each pair of groups; empty if there is one group, or no task of all groups. */
  readonly improvements: readonly Improvement[]
}

/** Thresholds of the performance profile: 0, 0.01, and so on to 1. */
const thresholds = Array.from({ length: 101 }, (_, i) => i / 100)

/** A score: 0 is the return before learning, 1 the highest final return. */
const scoreOf =
  ({ zero, one }: Scale) =>
  (value: number): number =>
    (value - zero) / (one - zero)

const finalsOf = ({ groups }: TaskReturns, of: Group): readonly number[] =>
  (groups.find(({ group }) => group === of)?.runs ?? []).map(({ final }) => final)

const highest = ({ groups }: TaskReturns): number =>
  Math.max(...groups.flatMap(({ runs }) => runs.map(({ final }) => final)))

const scoresOf = (group: Group, scores: Scores): GroupScores => {
  const statistics = (of: Scores): readonly number[] => [
    meanOfTasks(of),
    interquartileMean(of.flat()),
    ...performanceProfile(of, thresholds),
  ]
  const random = seeded(1)(JSON.stringify(['scores', group.key]))
  const intervals = bootstrapIntervals((draws) => statistics(resampledScores(scores, draws)), { random })
  const estimates = statistics(scores).map((value, i) => ({ value, ...intervals[i] }))
  const [whole, middle, ...profile] = estimates
  return { group, mean: whole, interquartileMean: middle, profile }
}

const improvementOf = (first: Group, second: Group, tasks: readonly TaskReturns[]): Improvement => {
  const [one, other] = [first, second].map((group): Scores => tasks.map((task) => finalsOf(task, group)))
  const random = seeded(1)(JSON.stringify(['improvement', first.key, second.key]))
  const [interval] = bootstrapIntervals(
    (draws) => [probabilityOfImprovement(resampledScores(one, draws), resampledScores(other, draws))],
    { random },
  )
  return { first, second, value: probabilityOfImprovement(one, other), ...interval }
}

/** Compares groups by their final returns, over the tasks that all of them have runs of. Every interval is a 95 % one. */
export const compare = (groups: readonly Group[], returns: readonly TaskReturns[]): Comparison => {
  const shared = returns.filter((task) => groups.every((group) => finalsOf(task, group).length > 0))
  const scaled = shared.filter((task) => highest(task) > task.first)
  const scales = scaled.map((each) => ({ task: each.task, zero: each.first, one: highest(each) }))
  const pairs = groups.flatMap((first, i) => groups.slice(i + 1).map((second) => [first, second] as const))
  const names = (some: readonly TaskReturns[]): readonly string[] => some.map(({ task }) => task)
  return {
    scales,
    missing: names(returns.filter((task) => !shared.includes(task))),
    unlearned: names(shared.filter((task) => !scaled.includes(task))),
    thresholds,
    scores:
      scaled.length === 0
        ? []
        : groups.map((group) =>
            scoresOf(
              group,
              scaled.map((task, i) => finalsOf(task, group).map(scoreOf(scales[i]))),
            ),
          ),
    tasks: names(shared),
    improvements: shared.length === 0 ? [] : pairs.map(([first, second]) => improvementOf(first, second, shared)),
  }
}
