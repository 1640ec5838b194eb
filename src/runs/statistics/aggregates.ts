/** One number for the scores of many runs. */
import { mean } from '../../mean.js'
import type { Scores } from './bootstrap.js'

/** The mean over tasks of the mean over a task's runs: each task counts as much as any other. */
export const meanOfTasks = (scores: Scores): number => mean(scores.map(mean))

/**
 * The interquartile mean: of all values, a quarter, rounded down, is left out at the low end, and as many at the high end; the mean of the
 * others (Agarwal et al. 2021, section 4.3: the mean of the middle half of all runs of all tasks). Of fewer than four values it is the mean.
 */
export const interquartileMean = (values: readonly number[]): number => {
  const cut = Math.floor(values.length / 4)
  return mean(values.toSorted((one, other) => one - other).slice(cut, values.length - cut))
}
