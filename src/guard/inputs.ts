/** The numbers that come into a learner. */
import { isSized } from '../checks.js'
import { LARGEST, NotFiniteError } from '../failure.js'
import type { Transition, Vector } from '../types.js'

/** The failure of the first component that is not finite or larger than `LARGEST`, or null. */
export const vectorFailure = (quantity: string, vector: Vector): NotFiniteError | null => {
  // The sum is above the square of LARGEST, or NaN, if one component is refused: most vectors need no look at each.
  let squares = 0
  for (let index = 0; index < vector.length; index++) squares += vector[index] * vector[index]
  if (squares <= LARGEST * LARGEST) return null
  for (let index = 0; index < vector.length; index++) {
    if (!isSized(vector[index])) return new NotFiniteError(quantity, { index }, vector[index])
  }
  return null
}

/**
 * The failure of the first number of a transition that is not finite or larger than `LARGEST`, or null. `observationFailure` looks at its two
 * observations.
 */
export const transitionFailure = (
  { observation, sampled, reward, nextObservation }: Transition,
  observationFailure: typeof vectorFailure = vectorFailure,
): NotFiniteError | null =>
  observationFailure('observation', observation) ??
  vectorFailure('action', sampled.action) ??
  (isSized(reward) ? null : new NotFiniteError('reward', null, reward)) ??
  observationFailure('nextObservation', nextObservation)
