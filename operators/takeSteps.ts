import { type Observable, defer, takeWhile } from 'rxjs'
import type { TimeStep } from '../src/types.js'

/**
 * Passes steps until `count` actions were executed, and completes with the last of them.
 *
 *     source        --a----b----t----a----b----c--
 *     takeSteps(3)  --a----b----t----a----(b|)
 *
 * A first step is none: no action led to it.
 *
 * Memory: the number of actions so far, of this subscription.
 * Fails: throws a RangeError when the pipeline is built, unless `count` is a positive integer or Infinity.
 */
export const takeSteps = (count: number) => {
  if (!(count === Infinity || (Number.isInteger(count) && count > 0))) {
    throw new RangeError(`takeSteps: expected a positive integer or Infinity, got ${count}`)
  }
  return <T extends TimeStep>(source: Observable<T>): Observable<T> =>
    defer(() => {
      let executed = 0
      return takeWhile((step: T) => step.kind === 'first' || ++executed < count, true)(source)
    })
}
