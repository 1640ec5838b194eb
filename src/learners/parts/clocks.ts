/** Clocks of optimizers and of running means: doubles β^t, 1 at the start, which correct the bias of a mean that began at 0. */
import { checkRestored } from '../../restored.js'

/**
 * Refuses `count` clocks from `at` on that no learner leaves behind, when a snapshot is restored.
 *
 * Fails: RangeError with the owner, the double and what came.
 */
export const checkClocks = (owner: string, doubles: ArrayLike<number>, at: number, count: number): void => {
  for (let i = at; i < at + count; i++) {
    const field = `the optimizer's clock, doubles[${i}],`
    checkRestored({ owner, field }, doubles[i], 'a number from 0 to 1', doubles[i] >= 0 && doubles[i] <= 1)
  }
}
