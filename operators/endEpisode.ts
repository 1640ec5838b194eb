import { type Observable, map } from 'rxjs'
import { markedLast } from '../src/streams/markedLast.js'
import type { Unpaired } from '../src/types.js'

/** What `endEpisode` is told. */
export interface EndEpisodeOptions {
  /** `terminated`: the task ended, there is nothing to bootstrap from. `truncated`: we stop watching, the task would have gone on. */
  readonly as: 'terminated' | 'truncated'
}

/**
 * Ends an episode with the first step for which `predicate` holds.
 *
 *     source      --a----b----c----d----e--|
 *     predicate          no   yes  no   no
 *     endEpisode  --a----b----t----d----e--|     as: 'terminated'
 *
 * `predicate` is called for each step but a first one, to which no action led; for one that is last already too. Marks add
 * up: a step that both terminates and is truncated keeps both flags, in whatever order `endEpisode` and `timeLimit` stand,
 * and terminated counts: a learner does not bootstrap from it. The operator only marks: `actuate`, further down, begins the
 * new episode. `predicate` sees fields of your own when the type of its parameter has them.
 *
 * Memory: none.
 * Fails: throws a RangeError when the pipeline is built and `as` is neither. Error notification when `predicate` throws.
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
