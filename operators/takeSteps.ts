import { type Observable, EMPTY, defer, takeWhile } from 'rxjs'
import { type Cell, cell } from '../src/cell.js'
import type { TimeStep } from '../src/types.js'

/** Options of `takeSteps`. */
export interface TakeStepsOptions {
  /** Holds the actions executed so far; `cell(0)` at the beginning of a run, and by default of each subscription. */
  readonly cell?: Cell<number>
}

/**
 * Passes steps until `count` actions were executed, and completes with the last of them.
 *
 *     source        --a----b----t----a----b----c--
 *     takeSteps(3)  --a----b----t----a----(b|)
 *
 * A first step does not count: no action led to it. If its cell holds `count` already, it completes at once and does not subscribe to
 * its source.
 *
 * Memory: the number of actions so far.
 * Fails: throws a RangeError when the pipeline is built, unless `count` is a positive integer or Infinity.
 */
export const takeSteps = (count: number, options: TakeStepsOptions = {}) => {
  if (!(count === Infinity || (Number.isInteger(count) && count > 0))) {
    throw new RangeError(`takeSteps: expected a positive integer or Infinity, got ${count}`)
  }
  return <T extends TimeStep>(source: Observable<T>): Observable<T> =>
    defer(() => {
      const executed = options.cell ?? cell(0)
      if (executed.value >= count) return EMPTY
      return takeWhile((step: T) => {
        if (step.kind !== 'first') executed.value += 1
        return executed.value < count
      }, true)(source)
    })
}
