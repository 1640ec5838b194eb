import { type Observable, map } from 'rxjs'
import { checkBound, clipped } from '../src/clip.js'
import { NotFiniteError } from '../src/failure.js'
import type { Unpaired } from '../src/types.js'

/**
 * Clips each reward to [-bound, bound].
 *
 *     source           --a----b----c----u----a----b--|
 *     clipReward(1.2)  --a----b----C----U----a----B--|
 *
 * Its place is below `normalizeReward`, where PPO clips to 10.
 *
 * Memory: none.
 * Numbers: min(max(reward, -bound), bound).
 * Fails: throws a RangeError when the pipeline is built, unless `bound` is a positive number. Error notification with the step for a
 * reward that is not finite, which clipping would hide.
 */
export const clipReward = (bound: number) => {
  checkBound('clipReward', bound)
  return <T extends Unpaired>(source: Observable<T>): Observable<T> =>
    map((step: T): T => {
      const { reward } = step
      if (!Number.isFinite(reward)) throw new NotFiniteError('reward', null, reward, step.index)
      return reward > bound || reward < -bound ? { ...step, reward: clipped(reward, bound) } : step
    })(source)
}
