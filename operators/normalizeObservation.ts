import { type Observable, map } from 'rxjs'
import { atStep } from '../src/failure.js'
import { type RunningMoments, absorb, standardize } from '../src/moments.js'
import type { Unpaired } from '../src/types.js'

/** Options of `normalizeObservation`. */
export interface NormalizeObservationOptions {
  /** Whether each observation advances the moments. The default is true; an evaluation sets false, which only reads them. */
  readonly update?: boolean
}

/**
 * Rescales each observation by the running mean and deviation of all observations so far, itself included.
 *
 *     source                --a----b----u----a--|
 *     normalizeObservation  --A----B----U----A--|
 *
 * Memory: `moments`, the caller's, advanced in place by each step; the end of an episode does not reset them. With `update: false` they
 * are only read.
 * Numbers: population variance with pseudo-count 1e-4, not clipped, as Gymnasium's NormalizeObservation, golden beside the test; with
 * moments of a sample as in Stream AC, where the first observation of a run becomes 0. The observation that is passed on is a new
 * Float64Array.
 * Fails: error notification with the step and the component, for a component that is not finite or whose variance would not be, before
 * the moments have changed.
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
