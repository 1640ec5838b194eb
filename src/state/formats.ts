/**
 * The formats of the states of pipelines: the cells of operators, running moments and random numbers. When the fields of a state
 * change, its format gets a new version here, and its old codec moves to `earlier` for as long as old states must be readable.
 */
import * as t from 'io-ts'
import { type Field, closed, finiteNumber, nonNegativeInteger, numberIn } from '../edge/codecs.js'
import type { MomentsState } from '../moments.js'
import type { MetricsState } from '../records/metrics.js'
import type { RandomState } from '../random.js'
import type { OverflowState } from '../streams/workOneByOne.js'
import { BINS } from '../time/histogram.js'
import { type GapState, type LearningCounts, LATEST_UPDATES } from '../time/learningGap.js'
import type { TimeStep, Vector } from '../types.js'
import { arrayOf, integerBelow, itemsOf, nullOr, randomState, timeStep, transition, vector } from './codecs.js'
import type { StateFormat } from './format.js'

const notNegative = numberIn({ from: 0 })

/** Of a count from 0 up: the cells of `takeSteps`, `timeLimit` and `appendTime`. */
export const countFormat: StateFormat<number> = { version: 1, codec: nonNegativeInteger }

/** Of a finite number: the cell of `normalizeReward`. */
export const numberFormat: StateFormat<number> = { version: 1, codec: finiteNumber }

/** Of a vector or null: the cell of `withPreviousActions`. */
export const actionsFormat: StateFormat<Vector | null> = { version: 1, codec: nullOr(vector) }

/** Of a step or null, with the fields of users: the cell of `reward`. */
export const stepFormat: StateFormat<TimeStep | null> = { version: 1, codec: nullOr(timeStep) }

/** Of the cell of `transitions`. */
export const earlierStepFormat: StateFormat<{ readonly index: number; readonly observation: Vector } | null> = {
  version: 1,
  codec: nullOr(closed({ index: nonNegativeInteger, observation: vector })),
}

/** Of the cell of `tallyEpisodes` and `episodes`. */
export const tallyFormat = {
  version: 1,
  codec: closed({
    episodes: nonNegativeInteger,
    steps: nonNegativeInteger,
    length: nonNegativeInteger,
    return: finiteNumber,
  }),
}

/** Of the cell of `progress`. */
export const progressFormat = {
  version: 1,
  codec: closed({
    steps: nonNegativeInteger,
    episodes: nonNegativeInteger,
    returns: itemsOf(finiteNumber, 10),
    elapsed: notNegative,
    sinceRecord: notNegative,
  }),
}

/** Of the cell of `writeMetrics`; the learner whose weights are watched checks their names and sizes. */
export const metricsFormat: StateFormat<MetricsState> = {
  version: 1,
  codec: closed({
    steps: nonNegativeInteger,
    elapsed: notNegative,
    windowSteps: nonNegativeInteger,
    windowElapsed: notNegative,
    updates: nonNegativeInteger,
    means: t.record(t.string, closed({ mean: t.number, count: nonNegativeInteger }), 'an object of means'),
    weights: nullOr(t.record(t.string, arrayOf('Float32Array'), 'an object of weights')),
  }),
}

const bin = integerBelow(BINS)

/** Of the cell of `updateInGap`. */
export const gapFormat: StateFormat<GapState> = {
  version: 1,
  codec: closed({
    waiting: itemsOf(closed({ transition, index: nonNegativeInteger, waited: notNegative })),
    durations: closed({
      longest: notNegative,
      counts: t.null,
      latest: itemsOf(bin, LATEST_UPDATES),
    }),
    refusals: nonNegativeInteger,
  }),
}

/** Of the counts of a `realtime` schedule, its `learning`. */
export const learningCountsFormat: StateFormat<LearningCounts> = {
  version: 1,
  codec: closed({
    learnt: nonNegativeInteger,
    delayed: nonNegativeInteger,
    dropped: nonNegativeInteger,
    waiting: nonNegativeInteger,
    longestWait: notNegative,
  }),
}

/** Of the cell of `sliding`, `dropping` or `suspend`, whose values a codec decodes. */
export const overflowFormat = <V>(value: Field<V>): StateFormat<OverflowState<V>> => ({
  version: 1,
  codec: closed({
    arrived: nonNegativeInteger,
    begun: nonNegativeInteger,
    dropped: nonNegativeInteger,
    waiting: itemsOf(value),
    underway: nullOr(closed({ value })),
  }),
})

/** Of running moments; the moments that it is restored into check that the count is one of their estimator. */
export const momentsFormat: StateFormat<MomentsState> = {
  version: 1,
  codec: closed({ mean: arrayOf('Float64Array'), variance: arrayOf('Float64Array'), count: notNegative }),
}

/** Of the place in a stream of random numbers. */
export const randomFormat: StateFormat<RandomState> = { version: 1, codec: randomState }

/** Of plain data that the `restore` of its owner checks itself, such as that of your own learner or simulator. */
export const plainFormat: StateFormat<unknown> = { version: 1, codec: t.unknown }
