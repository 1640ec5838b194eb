import { type Observable, map } from 'rxjs'
import { atStep } from '../src/failure.js'
import { type RunningMoments, absorb, standardize } from '../src/moments.js'
import type { Unpaired } from '../src/types.js'

/** What `normalizeObservation` may be handed. */
export interface NormalizeObservationOptions {
  /** False leaves the moments as they are, as an evaluation must. */
  readonly update?: boolean
}

/**
 * Rescales each observation by the running mean and deviation of those seen so far, itself included.
 *
 *     source                --a----b----u----a--|
 *     normalizeObservation  --A----B----U----A--|
 *
 * Memory: `moments`, the caller's, advanced in place by each step; an episode's end does not reset it. With
 * `update: false` it is only read.
 * Numbers: population variance with pseudo-count 1e-4, not clipped, as Gymnasium's NormalizeObservation; the observation
 * that goes on is a fresh Float64Array; golden beside the test.
 * Fails: error notification naming the step and the component, on the first one that is not finite or whose variance would not
 * be, before the moments have changed.
 */
export const normalizeObservation =
  (moments: RunningMoments, { update = true }: NormalizeObservationOptions = {}) =>
  <T extends Unpaired>(source: Observable<T>): Observable<T> =>
    map((step: T): T => {
      try {
        if (update) absorb(moments, step.observation)
        return { ...step, observation: standardize(moments, step.observation) }
      } catch (error) {
        throw atStep(error, step.index)
      }
    })(source)
