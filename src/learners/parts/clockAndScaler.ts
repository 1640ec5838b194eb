/** The doubles that learners with one clock of Adam and TD-error scaling keep: the clock, then the statistics. */
import { ADAM_DOUBLES, checkClock } from './adam.js'
import { checkScaler } from './tdErrorScaler.js'

/**
 * Refuses doubles of a snapshot that no learner leaves behind.
 *
 * Fails: RangeError with the owner, the double and what came.
 */
export const checkClockAndScaler = (owner: string, doubles: ArrayLike<number>): void => {
  checkClock(owner, doubles, 0)
  checkScaler(owner, doubles, ADAM_DOUBLES)
}
