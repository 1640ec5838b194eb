/** The doubles that a TD3 learner keeps: the critics' clock, the actor's, and its counts of transitions and of updates. */
import { checkRestored } from '../../restored.js'
import { ADAM_DOUBLES, checkClock } from '../parts/adam.js'

/**
 * Refuses doubles of a snapshot that no learner leaves behind.
 *
 * Fails: RangeError with the owner, the double and what came.
 */
export const checkCounts = (owner: string, doubles: ArrayLike<number>): void => {
  checkClock(owner, doubles, 0)
  checkClock(owner, doubles, ADAM_DOUBLES)
  const [transitions, updates] = [doubles[2 * ADAM_DOUBLES], doubles[2 * ADAM_DOUBLES + 1]]
  const check = (field: string, value: number, most: number): void =>
    checkRestored(
      { owner, field: `the count of ${field}` },
      value,
      `an integer from 0 to ${most}`,
      Number.isSafeInteger(value) && value >= 0 && value <= most,
    )
  check('transitions', transitions, Number.MAX_SAFE_INTEGER)
  check('updates', updates, transitions)
}
