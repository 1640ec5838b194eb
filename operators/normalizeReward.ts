import { type Observable, defer, map } from 'rxjs'
import { type Cell, cell } from '../src/cell.js'
import { NotFiniteError, atStep } from '../src/failure.js'
import { type RunningMoments, absorb, deviationOf } from '../src/moments.js'
import type { Unpaired } from '../src/types.js'

/** Options of `normalizeReward`. */
export interface NormalizeRewardOptions {
  /** Discount of the running return, from 0 to 1; a learner's own. The default is 0.99. */
  readonly discount?: number
  /**
   * Which steps clear the running return before their own reward is added: `terminated` ones, as in Gymnasium's NormalizeReward, or each
   * `last` one, truncated or terminated, as in Stream AC. The default is 'terminated'.
   */
  readonly clearedBy?: 'terminated' | 'last'
  /** Whether each reward advances the return and the moments. The default is true; an evaluation sets false, which only reads them. */
  readonly update?: boolean
  /** Holds the running return; `cell(0)` at the beginning of a run, and by default of each subscription. */
  readonly cell?: Cell<number>
}

/**
 * Divides each reward by the running deviation of the discounted sum of the rewards so far, itself included.
 *
 *     source           --a----b----u----a----b--|
 *     normalizeReward  --a----B----U----a----B--|
 *
 * No mean is removed, so that a reward keeps its sign. A first step has no reward and passes unchanged. The kind of the moments decides
 * whose scaling this is: `runningMoments({ size: 1 })` for PPO, which clips to 10 below it (`clipReward`), and for Stream AC
 * `runningMoments({ size: 1, estimator: 'sample' })` with `clearedBy: 'last'`.
 *
 * Memory: `moments`, the caller's, advanced in place by each step that is not a first one, and the running return. The end of an episode
 * resets neither; a step that clears the return counts its own reward in the return that follows. With `update: false` both are only
 * read.
 * Numbers: return = discount return (1 - cleared) + reward, of which the moments are; reward / sqrt(variance + 1e-8).
 * Fails: throws a RangeError when the pipeline is built, for moments of another size than 1, a discount outside [0, 1] and an unknown
 * `clearedBy`. Error notification with the step for a reward, a return, a variance or a result that is not finite; before anything has
 * changed, except for the result.
 */
export const normalizeReward = (moments: RunningMoments, options: NormalizeRewardOptions = {}) => {
  const { discount = 0.99, clearedBy = 'terminated', update = true } = options
  if (moments.mean.length !== 1) {
    throw new RangeError(`normalizeReward: expected moments of size 1, got ${moments.mean.length}`)
  }
  // Written so that NaN fails too.
  if (!(discount >= 0 && discount <= 1)) {
    throw new RangeError(`normalizeReward: expected discount to be a number from 0 to 1, got ${discount}`)
  }
  if (clearedBy !== 'terminated' && clearedBy !== 'last') {
    throw new RangeError(`normalizeReward: expected clearedBy to be 'terminated' or 'last', got ${String(clearedBy)}`)
  }
  return <T extends Unpaired>(source: Observable<T>): Observable<T> =>
    defer(() => {
      const running = options.cell ?? cell(0)
      const absorbed = new Float64Array(1)
      const advance = (step: T): void => {
        const cleared = clearedBy === 'last' ? step.kind === 'last' : step.terminated
        absorbed[0] = (cleared ? 0 : discount * running.value) + step.reward
        absorb(moments, absorbed, 'discounted return')
        running.value = absorbed[0]
      }
      return map((step: T): T => {
        if (step.kind === 'first') return step
        try {
          if (!Number.isFinite(step.reward)) throw new NotFiniteError('reward', null, step.reward)
          if (update) advance(step)
          const reward = step.reward / deviationOf(moments, 0)
          if (!Number.isFinite(reward)) throw new NotFiniteError('normalized reward', null, reward)
          return { ...step, reward }
        } catch (error) {
          throw atStep(error, step.index)
        }
      })(source)
    })
}
