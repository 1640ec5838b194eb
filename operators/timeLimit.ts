import { type Observable, defer, map } from 'rxjs'
import { markedLast } from '../src/streams/markedLast.js'
import { type Cell, cell } from '../src/cell.js'
import type { Unpaired } from '../src/types.js'

/** Options of `timeLimit`. */
export interface TimeLimitOptions {
  /** Holds the number of actions in the present episode; `cell(0)` at the beginning of a run, and by default of each subscription. */
  readonly cell?: Cell<number>
}

/**
 * Ends an episode, as truncated, with the step that its `limit`-th action led to.
 *
 *     source        --a----b----c----d----t--|
 *     timeLimit(2)  --a----b----u----d----t--|
 *
 * Marks add up: a step that is last already is truncated too if the limit is reached with it, as in Gymnasium's TimeLimit,
 * and keeps its other flag; so `timeLimit` and `endEpisode` may stand in any order. The operator only marks: `actuate`,
 * further down, begins the new episode.
 *
 * Memory: the number of actions in the episode, 0 again after each last and at each first step.
 * Fails: throws a RangeError when the pipeline is built, unless `limit` is a positive integer or Infinity.
 */
export const timeLimit = (limit: number, options: TimeLimitOptions = {}) => {
  if (!(limit === Infinity || (Number.isInteger(limit) && limit > 0))) {
    throw new RangeError(`timeLimit: expected a positive integer or Infinity, got ${limit}`)
  }
  return <T extends Unpaired>(source: Observable<T>): Observable<T> =>
    defer(() => {
      const actions = options.cell ?? cell(0)
      return map((step: T): T => {
        const count = step.kind === 'first' ? 0 : actions.value + 1
        const over = count >= limit
        actions.value = over || step.kind === 'last' ? 0 : count
        return over ? markedLast(step, 'truncated') : step
      })(source)
    })
}
