/** What an AVG learner on TensorFlow.js saves of itself, and the check of it before anything is overwritten. */
import { checkRestoredVector, checkSnapshot } from '../../restored.js'
import type { RandomState } from '../../random.js'
import { checkAvgDoubles, checkAvgRandom } from '../avg/avgSnapshot.js'
import type { NamedNumbers } from './ownNetwork.js'
import { checkNumbers } from './tensorNumbers.js'

/** Everything that an AVG learner on TensorFlow.js remembers, as plain data. */
export interface TensorFlowAvgSnapshot {
  readonly parameters: NamedNumbers
  /** Adam's moments by the names of the parameters; `first` is empty at beta1 0. */
  readonly first: NamedNumbers
  readonly second: NamedNumbers
  /** Adam's clock and the TD-error scaler's statistics. */
  readonly doubles: Float64Array
  /** The place in its stream of action noise; null where the random number generator given cannot tell. */
  readonly random: RandomState | null
}

/** Variables by name, as far as a check of their sizes needs them. */
type Sizes = Readonly<Record<string, { readonly size: number }>>

/** What a snapshot is put into. */
export interface TensorState {
  readonly variables: Sizes
  readonly first: Sizes
  readonly second: Sizes
  readonly doubles: Float64Array
}

/**
 * Refuses a snapshot that is not of these networks and settings, or that holds what no learner leaves behind.
 *
 * Fails: RangeError with the field, what was expected and what came.
 */
export const checkTensorSnapshot = (
  { variables, first, second, doubles }: TensorState,
  state: TensorFlowAvgSnapshot,
): void => {
  const owner = 'avgOnTensorFlow'
  checkSnapshot(owner, state)
  checkNumbers(variables, state.parameters, 'parameters')
  checkNumbers(first, state.first, 'first moments')
  checkNumbers(second, state.second, 'second moments', 0)
  checkRestoredVector({ owner, field: 'doubles' }, state.doubles, doubles.length)
  checkAvgDoubles(owner, state.doubles)
  checkAvgRandom(owner, state.random)
}
