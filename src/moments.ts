/** Running mean and variance of a vector, over all runs. */
import { checkRestored, checkRestoredVector, checkSnapshot } from './restored.js'
import { NotFiniteError } from './failure.js'
import type { Observation, Snapshots, Vector } from './types.js'

/** The whole state of running moments, as plain data. */
export interface MomentsState {
  readonly mean: Float64Array
  readonly variance: Float64Array
  readonly count: number
}

/**
 * How the variance is estimated. `population`: the sum of squared deviations divided by the count, with a pseudo-count of 1e-4 at the
 * beginning, as Gymnasium's wrappers do. `sample`: divided by the count minus one, and 1 until two vectors have come, as Stream AC does.
 */
export type VarianceEstimator = 'population' | 'sample'

/** The components of moments, and how their variance is estimated. */
export interface MomentsSpec {
  readonly size: number
  /** One name a component. The default is none: errors then give the index alone. */
  readonly names?: readonly string[]
  /** The default is 'population'. */
  readonly estimator?: VarianceEstimator
}

/** Mean and variance of each component so far; only `absorb` and `restore` write to them, in place. */
export interface RunningMoments extends Snapshots<MomentsState> {
  /** A name for each component, as in the options. */
  readonly names: readonly string[]
  readonly estimator: VarianceEstimator
  /** Shape `[size]`. */
  readonly mean: Float64Array
  /** As `estimator` says, shape `[size]`. */
  readonly variance: Float64Array
  /** Vectors absorbed, and for a population the pseudo-count of 1e-4 with which the moments start. */
  count: number
}

/** The start of a population counts as this many vectors of mean 0 and variance 1: next to nothing once a real one has come. */
const pseudoCount = 1e-4

/** What `standardize` reads of moments. */
export type MomentsInUse = Pick<RunningMoments, 'names' | 'mean' | 'variance'>

/** Added to the variance, so that the deviation of a constant component is not 0. */
const varianceFloor = 1e-8

const sizeChecked = (moments: MomentsInUse, vector: Vector): number => {
  const { length } = moments.mean
  if (vector.length !== length) {
    throw new RangeError(`moments: expected a vector of ${length} components, got one of ${vector.length}`)
  }
  return length
}

const notFinite = (moments: MomentsInUse, quantity: string, index: number, value: number): NotFiniteError => {
  const name = moments.names[index]
  return new NotFiniteError(quantity, name === undefined ? { index } : { index, name }, value)
}

const isCountOf = (estimator: VarianceEstimator, count: unknown): boolean =>
  estimator === 'sample'
    ? Number.isSafeInteger(count) && (count as number) >= 0
    : typeof count === 'number' && count > 0 && count < Infinity

/**
 * Running moments of vectors of `size` components, before the first one.
 *
 * Memory: all of it, in float64; nothing decays and an episode's end resets nothing.
 * Numbers: mean 0 and variance 1; of a population with a pseudo-count of 1e-4, as Gymnasium's NormalizeObservation, golden beside the
 * test; of a sample with a count of 0.
 * Fails: RangeError for a size that is no positive integer and for an unknown estimator; `restore` throws a RangeError that names the
 * field, before anything is overwritten, for a snapshot of another size, a mean that is not finite, a variance below 0, a count of a
 * population that is not above 0 and a count of a sample that is no integer from 0 up.
 */
export const runningMoments = ({ size, names = [], estimator = 'population' }: MomentsSpec): RunningMoments => {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`runningMoments: expected size to be a positive integer, got ${size}`)
  }
  if (estimator !== 'population' && estimator !== 'sample') {
    throw new RangeError(`runningMoments: expected estimator to be 'population' or 'sample', got ${String(estimator)}`)
  }
  const mean = new Float64Array(size)
  const variance = new Float64Array(size).fill(1)
  const moments: RunningMoments = {
    names,
    estimator,
    mean,
    variance,
    count: estimator === 'sample' ? 0 : pseudoCount,
    snapshot: () => ({ mean: mean.slice(), variance: variance.slice(), count: moments.count }),
    restore: (state) => {
      const owner = 'runningMoments'
      checkSnapshot(owner, state)
      checkRestoredVector({ owner, field: 'mean', names }, state.mean, size)
      checkRestoredVector({ owner, field: 'variance', names }, state.variance, size, 0)
      const { count } = state
      const expected = estimator === 'sample' ? 'an integer from 0 up' : 'a number above 0'
      checkRestored({ owner, field: 'count' }, count, expected, isCountOf(estimator, count))
      mean.set(state.mean)
      variance.set(state.variance)
      moments.count = count
    },
  }
  return moments
}

/**
 * Advances `moments`, in place, by one vector of this quantity, which errors name; the default is 'observation'.
 *
 * Numbers: the parallel formula for merging variances (Chan, Golub and LeVeque 1979) with a batch of one; of a population in the order
 * of operations that Gymnasium's wrapper has, so that the last bits are the same.
 * Fails: throws a NotFiniteError before anything has changed, for a component that is not finite or whose squared
 * distance from the mean, or variance, would not be.
 */
export const absorb = (moments: RunningMoments, vector: Vector, quantity = 'observation'): void => {
  const { mean, variance, count } = moments
  const size = sizeChecked(moments, vector)
  const total = count + 1
  for (let i = 0; i < size; i++) {
    const deviation = vector[i] - mean[i]
    // All that the variance below is made of, without its divisions.
    if (!Number.isFinite(variance[i] * count + deviation * deviation * total)) {
      const value = vector[i]
      if (!Number.isFinite(value)) throw notFinite(moments, quantity, i, value)
      const isSquare = !Number.isFinite(deviation * deviation)
      throw notFinite(moments, `${isSquare ? 'squared deviation' : 'variance'} of ${quantity}`, i, Infinity)
    }
  }
  const isSample = moments.estimator === 'sample'
  for (let i = 0; i < size; i++) {
    const deviation = vector[i] - mean[i]
    mean[i] += deviation / total
    if (!isSample) variance[i] = (variance[i] * count + (deviation * deviation * count) / total) / total
    // With the second vector the factor of the 1 at the beginning is 0.
    else if (count > 0) variance[i] = (variance[i] * (count - 1)) / count + (deviation * deviation) / total
  }
  moments.count = total
}

/**
 * The running deviation of one component, sqrt(variance + 1e-8): what `standardize` divides by, for a quantity that is only scaled.
 */
export const deviationOf = ({ variance }: Pick<RunningMoments, 'variance'>, index: number): number =>
  Math.sqrt(variance[index] + varianceFloor)

/**
 * The vector in units of the running deviation from the running mean, as a fresh array.
 *
 * Numbers: (x - mean) / sqrt(variance + 1e-8), not clipped.
 * Fails: throws a NotFiniteError for a component that is not finite, or would not be.
 */
export const standardize = (moments: MomentsInUse, observation: Observation): Float64Array => {
  const { mean } = moments
  const size = sizeChecked(moments, observation)
  const standardized = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    const value = (observation[i] - mean[i]) / deviationOf(moments, i)
    if (!Number.isFinite(value)) {
      const isInput = !Number.isFinite(observation[i])
      throw notFinite(
        moments,
        isInput ? 'observation' : 'standardized observation',
        i,
        isInput ? observation[i] : value,
      )
    }
    standardized[i] = value
  }
  return standardized
}
