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

/** Mean and variance of each component so far; only `absorb` and `restore` write to them, in place. */
export interface RunningMoments extends Snapshots<MomentsState> {
  /** A name for each component, as in the options. */
  readonly names: readonly string[]
  /** Shape `[size]`. */
  readonly mean: Float64Array
  /** Population variance, shape `[size]`. */
  readonly variance: Float64Array
  /** Vectors absorbed, plus the pseudo-count of 1e-4 with which the moments start. */
  count: number
}

/** The initial moments count as this many vectors of mean 0 and variance 1: almost nothing after a real vector. */
const pseudoCount = 1e-4

/** Added to the variance, so that the deviation of a constant component is not 0. */
const varianceFloor = 1e-8

const sizeChecked = (moments: RunningMoments, vector: Vector): number => {
  const { length } = moments.mean
  if (vector.length !== length) {
    throw new RangeError(`moments: expected a vector of ${length} components, got one of ${vector.length}`)
  }
  return length
}

const notFinite = (moments: RunningMoments, quantity: string, index: number, value: number): NotFiniteError => {
  const name = moments.names[index]
  return new NotFiniteError(quantity, name === undefined ? { index } : { index, name }, value)
}

/**
 * Running moments of vectors of `size` components, before the first one.
 *
 * Memory: mean, variance and count, in float64; nothing decays, and the end of an episode resets nothing.
 * Numbers: mean 0, variance 1, pseudo-count 1e-4, as Gymnasium's NormalizeObservation; golden beside the test.
 * Fails: RangeError for a size that is no positive integer; `restore` throws a RangeError that names the field, before anything is
 * overwritten, for a snapshot of another size, a mean that is not finite, a variance below 0 or a count that is not above 0.
 */
export const runningMoments = (spec: { readonly size: number; readonly names?: readonly string[] }): RunningMoments => {
  const { size, names = [] } = spec
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`runningMoments: expected size to be a positive integer, got ${size}`)
  }
  const mean = new Float64Array(size)
  const variance = new Float64Array(size).fill(1)
  const moments: RunningMoments = {
    names,
    mean,
    variance,
    count: pseudoCount,
    snapshot: () => ({ mean: mean.slice(), variance: variance.slice(), count: moments.count }),
    restore: (state) => {
      const owner = 'runningMoments'
      checkSnapshot(owner, state)
      checkRestoredVector({ owner, field: 'mean', names }, state.mean, size)
      checkRestoredVector({ owner, field: 'variance', names }, state.variance, size, 0)
      const { count } = state
      const isCount = typeof count === 'number' && count > 0 && count < Infinity
      checkRestored({ owner, field: 'count' }, count, 'a number above 0', isCount)
      mean.set(state.mean)
      variance.set(state.variance)
      moments.count = count
    },
  }
  return moments
}

/**
 * Advances `moments`, in place, by one vector.
 *
 * Numbers: the parallel formula for merging variances (Chan, Golub and LeVeque 1979) with a batch of one, in the order
 * of operations that Gymnasium's wrapper has, so that the last bits are the same.
 * Fails: throws a NotFiniteError before anything has changed, for a component that is not finite or whose squared
 * distance from the mean, or variance, would not be.
 */
export const absorb = (moments: RunningMoments, observation: Observation): void => {
  const { mean, variance, count } = moments
  const size = sizeChecked(moments, observation)
  const total = count + 1
  for (let i = 0; i < size; i++) {
    const deviation = observation[i] - mean[i]
    // The terms of the variance below, without its divisions.
    if (!Number.isFinite(variance[i] * count + deviation * deviation * total)) {
      const value = observation[i]
      if (!Number.isFinite(value)) throw notFinite(moments, 'observation', i, value)
      const isSquare = !Number.isFinite(deviation * deviation)
      throw notFinite(moments, `${isSquare ? 'squared deviation' : 'variance'} of observation`, i, Infinity)
    }
  }
  for (let i = 0; i < size; i++) {
    const deviation = observation[i] - mean[i]
    mean[i] += deviation / total
    variance[i] = (variance[i] * count + (deviation * deviation * count) / total) / total
  }
  moments.count = total
}

/**
 * The vector minus the running mean, divided by the running deviation, as a new array.
 *
 * Numbers: (x - mean) / sqrt(variance + 1e-8), not clipped.
 * Fails: throws a NotFiniteError for a component that is not finite, or would not be.
 */
export const standardize = (moments: RunningMoments, observation: Observation): Float64Array => {
  const { mean, variance } = moments
  const size = sizeChecked(moments, observation)
  const standardized = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    const value = (observation[i] - mean[i]) / Math.sqrt(variance[i] + varianceFloor)
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
