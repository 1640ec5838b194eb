import { type Observable, map } from 'rxjs'
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
 * First steps are not asked about, no action having led there, and last ones pass as they are. It only marks: `actuate`,
 * further down, is what begins a new episode. Fields of your own are seen by `predicate` when its parameter says so.
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
    map((step: T): T => (step.kind === 'mid' && predicate(step) ? { ...step, kind: 'last', [as]: true } : step))(source)
}
