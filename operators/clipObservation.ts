import { type Observable, map } from 'rxjs'
import { checkBound, clipped } from '../src/clip.js'
import { NotFiniteError } from '../src/failure.js'
import type { Unpaired } from '../src/types.js'

/**
 * Clips each component of each observation to [-bound, bound].
 *
 *     source                --a----b----u----a----b--|
 *     clipObservation(0.5)  --A----B----U----a----b--|
 *
 * Its place is below `normalizeObservation`, where PPO clips to 10: then a bound counts deviations.
 *
 * Memory: none.
 * Numbers: min(max(x, -bound), bound) as a new Float64Array; an observation within the bound passes unchanged.
 * Fails: throws a RangeError when the pipeline is built, unless `bound` is a positive number. Error notification with the step and the
 * component for a component that is not finite, which clipping would hide.
 */
export const clipObservation = (bound: number) => {
  checkBound('clipObservation', bound)
  return <T extends Unpaired>(source: Observable<T>): Observable<T> =>
    map((step: T): T => {
      const { length } = step.observation
      let isWithin = true
      for (let i = 0; i < length; i++) {
        const value = step.observation[i]
        if (!Number.isFinite(value)) throw new NotFiniteError('observation', { index: i }, value, step.index)
        if (value > bound || value < -bound) isWithin = false
      }
      if (isWithin) return step
      const observation = new Float64Array(length)
      for (let i = 0; i < length; i++) observation[i] = clipped(step.observation[i], bound)
      return { ...step, observation }
    })(source)
}
