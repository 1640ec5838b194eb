/** The doubles that a learner with a replay buffer keeps: the clocks of its optimizers, then its counts of transitions and of updates. */
import { checkRestored } from '../../restored.js'
import { ADAM_DOUBLES, checkClock } from './adam.js'

/**
 * The check of such doubles, for a number of clocks: it refuses doubles of a snapshot that no learner leaves behind.
 *
 * Fails: RangeError with the owner, the double and what came.
 */
export const replayCounts =
  (clocks: number) =>
  (owner: string, doubles: ArrayLike<number>): void => {
    for (let clock = 0; clock < clocks; clock++) checkClock(owner, doubles, clock * ADAM_DOUBLES)
    const [transitions, updates] = [doubles[clocks * ADAM_DOUBLES], doubles[clocks * ADAM_DOUBLES + 1]]
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
