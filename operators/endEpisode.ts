import { type Observable, map } from 'rxjs'
import { markedLast } from '../src/streams/markedLast.js'
import type { Unpaired } from '../src/types.js'

/** Options of `endEpisode`. */
export interface EndEpisodeOptions {
  /** `terminated`: the task ended, there is nothing to bootstrap from. `truncated`: the episode is cut off here, the task would have gone on. */
  readonly as: 'terminated' | 'truncated'
}

/**
 * Ends an episode with the first step for which `predicate` holds.
 *
 *     source      --a----b----c----d----e--|
 *     predicate          no   yes  no   no
 *     endEpisode  --a----b----t----d----e--|     as: 'terminated'
 *
 * `predicate` is called for each step except a first one, to which no action led; also for a step that is last already. Marks add up: a
 * step that both terminates and is truncated keeps both flags, in any order of `endEpisode` and `timeLimit`, and a learner does not
 * bootstrap from it. The operator only marks: `actuate`, further down, begins the new episode. `predicate` reads fields of your own
 * when the type of its parameter has them.
 *
 * Memory: none.
 * Fails: throws a RangeError when the pipeline is built, for any other `as`. Error notification when `predicate` throws.
 */
export const endEpisode = <U extends Unpaired = Unpaired>(
  predicate: (step: U) => boolean,
  { as }: EndEpisodeOptions,
) => {
  if (as !== 'terminated' && as !== 'truncated') {
    throw new RangeError(`endEpisode: as: expected 'terminated' or 'truncated', got ${String(as)}`)
  }
  return <T extends U>(source: Observable<T>): Observable<T> =>
    map((step: T): T => (step.kind !== 'first' && predicate(step) ? markedLast(step, as) : step))(source)
}
