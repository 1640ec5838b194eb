import { type Observable, defer, map } from 'rxjs'
import { type Cell, cell } from '../src/cell.js'
import { timeComponent, withTime } from '../src/episodeTime.js'
import { specWithAppended } from '../src/streams/appended.js'
import type { Spec, Unpaired } from '../src/types.js'

/** Options of `appendTime`. */
export interface AppendTimeOptions {
  /** Holds the number of actions in the present episode; `cell(0)` at the beginning of a run, and by default of each subscription. */
  readonly cell?: Cell<number>
}

/**
 * Appends the time in the episode to each observation, so that a learner can tell how near the limit is.
 *
 *     source           --a----b----c----u----a--|
 *     appendTime(200)  --A----B----C----U----A--|
 *
 * Its place is below `normalizeObservation`: the time is not normalized. The learner's spec is `specWithTime(world.spec)`.
 *
 * Memory: the number of actions in the episode, 0 again after each last and at each first step.
 * Numbers: with k actions, max(k - 1, 0) / limit - 0.5: Stream AC's time input, -0.5 at a first step and at the one after it, then
 * growing by 1 / limit, also beyond 0.5 if the episode goes on beyond the limit. The observation is a new Float64Array.
 * Fails: throws a RangeError when the pipeline is built, unless `limit` is a positive integer.
 */
export const appendTime = (limit: number, options: AppendTimeOptions = {}) => {
  if (!(Number.isSafeInteger(limit) && limit > 0)) {
    throw new RangeError(`appendTime: expected a positive integer, got ${limit}`)
  }
  return <T extends Unpaired>(source: Observable<T>): Observable<T> =>
    defer(() => {
      const actions = options.cell ?? cell(0)
      return map((step: T): T => {
        const count = step.kind === 'first' ? 0 : actions.value + 1
        actions.value = step.kind === 'last' ? 0 : count
        return { ...step, observation: withTime(step.observation, count, limit) }
      })(source)
    })
}

/** The spec of what `appendTime` emits: one observed component more, `time in the episode`, from -0.5 without an upper bound. */
export const specWithTime = (spec: Spec): Spec => specWithAppended(spec, [timeComponent])
