import { mean } from '../../mean.js'
import type { Scores } from './bootstrap.js'

/** The part of all pairs of a run of each in which the first scores higher; equal scores count as one half. */
const ofTask = (first: readonly number[], second: readonly number[]): number =>
  mean(first.flatMap((one) => second.map((other) => (one > other ? 1 : one === other ? 0.5 : 0))))

/**
 * How likely a run of the first algorithm scores higher than a run of the second one, on a task that is drawn at random: the mean over
 * tasks of the Mann-Whitney U statistic divided by the number of pairs (Agarwal et al. 2021). Since scores are compared
 * within a task only, it depends on no normalization. It says nothing of how much higher a score is.
 *
 * Fails: RangeError if the two have different numbers of tasks.
 */
export const probabilityOfImprovement = (first: Scores, second: Scores): number => {
  if (first.length !== second.length) {
    throw new RangeError(`probabilityOfImprovement: expected the same tasks, got ${first.length} and ${second.length}`)
  }
  return mean(first.map((runs, task) => ofTask(runs, second[task])))
}
