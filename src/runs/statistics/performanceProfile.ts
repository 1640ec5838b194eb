import { mean } from '../../mean.js'
import type { Scores } from './bootstrap.js'

/**
 * The performance profile of an algorithm: for each threshold τ the part of its runs whose score is above τ, as the mean over tasks of
 * (runs of the task with a score > τ) / (runs of the task) (Agarwal et al. 2021, section 4.2: the run-score distribution).
 *
 * It falls from 1 to 0. The area under it from 0 upwards is the mean score, if no score is below 0.
 */
export const performanceProfile = (scores: Scores, thresholds: readonly number[]): readonly number[] =>
  thresholds.map((threshold) => mean(scores.map((runs) => mean(runs.map((score) => (score > threshold ? 1 : 0))))))
