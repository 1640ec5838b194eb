/** What an AVG learner saves of itself, and the check of it before anything is overwritten. */
import { checkRestored, checkRestoredVector, checkSnapshot } from '../../restored.js'
import { checkRandomState, type RandomState } from '../../random.js'
import { ADAM_DOUBLES } from '../parts/adam.js'
import type { AvgLayout } from './avgLayout.js'
import { checkScaler } from '../parts/tdErrorScaler.js'

/** Everything that an AVG learner remembers. */
export interface AvgSnapshot {
  readonly floats: Float32Array
  readonly doubles: Float64Array
  /** The place in its stream of action noise; null where the random number generator given cannot tell. */
  readonly random: RandomState | null
}

/** Refuses an optimizer's clock and a scaler's statistics that no learner leaves behind; `doubles` begin with them. */
export const checkAvgDoubles = (owner: string, doubles: ArrayLike<number>): void => {
  for (let power = 0; power < ADAM_DOUBLES; power++) {
    const value = doubles[power]
    const field = `the optimizer's clock, doubles[${power}],`
    checkRestored({ owner, field }, value, 'a number from 0 to 1', value >= 0 && value <= 1)
  }
  checkScaler(owner, doubles, ADAM_DOUBLES)
}

/** Refuses the place of a stream of random numbers that is neither one nor null. */
export const checkAvgRandom = (owner: string, random: unknown): void => {
  if (random !== null) checkRandomState(`${owner}: random of a snapshot`, random)
}

/**
 * Refuses a snapshot that is not of this learner's shapes, or that holds what no learner leaves behind.
 *
 * Fails: RangeError with the field, what was expected and what came.
 */
export const checkAvgSnapshot = (layout: AvgLayout, state: AvgSnapshot): void => {
  const { weightFloats, stateFloats, stateDoubles, secondMoments } = layout
  checkSnapshot('avg', state)
  const { floats, doubles, random } = state
  if (floats?.length !== undefined && doubles?.length !== undefined) {
    if (floats.length !== stateFloats || doubles.length !== stateDoubles) {
      throw new RangeError(
        `avg: a snapshot of ${stateFloats} floats and ${stateDoubles} doubles was expected, ` +
          `got ${floats.length} and ${doubles.length}: it was taken of other shapes or settings`,
      )
    }
  }
  checkRestoredVector({ owner: 'avg', field: 'floats' }, floats, stateFloats)
  checkRestoredVector({ owner: 'avg', field: 'doubles' }, doubles, stateDoubles)
  for (let i = secondMoments; i < secondMoments + weightFloats; i++) {
    const field = `the second moment floats[${i}]`
    if (!(floats[i] >= 0)) checkRestored({ owner: 'avg', field }, floats[i], 'a number from 0 up', false)
  }
  checkAvgDoubles('avg', doubles)
  checkAvgRandom('avg', random)
}
