/** The snapshots of learners on TensorFlow.js, and their check before anything is overwritten. */
import { checkRestoredVector, checkSnapshot } from '../../restored.js'
import type { RandomState } from '../../random.js'
import { checkClockAndScaler } from '../parts/clockAndScaler.js'
import { checkPlace, checkStepSizeScale } from '../parts/arenaSnapshot.js'
import type { NamedNumbers } from './ownNetwork.js'
import { checkNumbers } from './tensorNumbers.js'

/** The whole state of a learner on TensorFlow.js, as plain data. */
export interface TensorSnapshot {
  readonly parameters: NamedNumbers
  /** Adam's moments by the names of the parameters; `first` is empty at beta1 0. */
  readonly first: NamedNumbers
  readonly second: NamedNumbers
  /** Adam's clock and the TD-error scaler's statistics. */
  readonly doubles: Float64Array
  /** The place in its stream of action noise; null if its random number generator cannot save its place. */
  readonly random: RandomState | null
  /** By what all step sizes are multiplied, above 0 and at most 1; left out where it is 1, which is the default. */
  readonly stepSizeScale?: number
}

/** The whole state of an AVG learner on TensorFlow.js, as plain data. */
export interface TensorFlowAvgSnapshot extends TensorSnapshot {}

/** Variables by name, with the fields that a check of their sizes needs. */
type Sizes = Readonly<Record<string, { readonly size: number }>>

/** The numbers that a snapshot is compared with. */
export interface TensorState {
  readonly variables: Sizes
  readonly first: Sizes
  readonly second: Sizes
  readonly doubles: Float64Array
}

/**
 * Refuses a snapshot of other networks or settings, and one with numbers that no learner has, in the name of `owner`.
 *
 * Fails: RangeError with the field, the expected value and the one that came.
 */
export const checkTensorSnapshot = (
  owner: string,
  { variables, first, second, doubles }: TensorState,
  state: TensorSnapshot,
): void => {
  checkSnapshot(owner, state)
  checkNumbers(owner, variables, state.parameters, 'parameters')
  checkNumbers(owner, first, state.first, 'first moments')
  checkNumbers(owner, second, state.second, 'second moments', 0)
  checkRestoredVector({ owner, field: 'doubles' }, state.doubles, doubles.length)
  checkClockAndScaler(owner, state.doubles)
  checkPlace(owner, state.random)
  checkStepSizeScale(owner, state.stepSizeScale ?? 1)
}
