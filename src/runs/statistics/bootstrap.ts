/** The bootstrap (Efron 1979): how far a statistic varies when its sample is drawn again from itself. */
import type { Random } from '../../types.js'
import { quantile } from './quantile.js'

/** An interval of numbers; both ends belong to it. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** The scores of one algorithm: for each task those of its runs. Tasks may have different numbers of runs. */
export type Scores = readonly (readonly number[])[]

/** Options of `bootstrapIntervals`. */
export interface BootstrapOptions {
  /** Draws the samples. */
  readonly random: Random
  /** Samples that are drawn. The default is 2000. */
  readonly resamples?: number
  /** The part of all samples whose statistic is within the interval. The default is 0.95. */
  readonly level?: number
}

/** As many values as there are, drawn with replacement. */
export const resampled = <A>(values: readonly A[], random: Random): readonly A[] =>
  values.map(() => values[Math.floor(random.uniform() * values.length)])

/** The runs of each task drawn with replacement, each task from its own (the stratified bootstrap of Agarwal et al. 2021, section 4.1). */
export const resampledScores = (scores: Scores, random: Random): Scores => scores.map((runs) => resampled(runs, random))

/**
 * The intervals of some statistics, from the quantiles of their values over all samples (the percentile bootstrap). `statistics` draws a
 * sample and returns the values of all statistics on it, always as many.
 *
 * An interval is never wider than what the sample can give: with one run it is a point, and with three runs that of their mean goes from
 * the lowest to the highest, since one sample in 27 consists of the same run three times.
 */
export const bootstrapIntervals = (
  statistics: (random: Random) => readonly number[],
  { random, resamples = 2000, level = 0.95 }: BootstrapOptions,
): readonly Interval[] => {
  const drawn = Array.from({ length: resamples }, () => statistics(random))
  const tail = (1 - level) / 2
  return (drawn[0] ?? []).map((_first, place) => {
    const sorted = Float64Array.from(drawn, (values) => values[place]).sort()
    return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) }
  })
}
