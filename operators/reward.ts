import { type Observable, defer, map } from 'rxjs'
import { NotFiniteError } from '../src/failure.js'
import { type Cell, cell } from '../src/cell.js'
import { checkNewArray } from '../src/checks.js'
import type { TimeStep, Unpaired } from '../src/types.js'

/** What `reward` may be handed. */
export interface RewardOptions<U extends TimeStep> {
  /** Holds the step before; `cell<TimeStep | null>(null)` at the beginning of a run, and by default of each subscription. */
  readonly cell?: Cell<U | null>
}

/**
 * Gives each step the reward that `fn` finds for it, from the step and the one before.
 *
 *     source  --a----b----t----a----b--|
 *     fn             b,a  t,b       b,a
 *     reward  --a----B----T----a----B--|
 *
 * A first step, and one that nothing came before, pass untouched. `previous` is the step as it came in, with the reward
 * that the world had given it. Fields of your own are seen by `fn` when its parameter says so:
 * `reward((step: TimeStep & { distance: number }) => -step.distance)`. What a simulator gives as `info` is such a field of
 * the steps of `drive` and `simulate`: `reward((step: SimulatedStep) => step.info['x_velocity'])`.
 *
 * Memory: the step before, forgotten at the end of each episode.
 * Numbers: yours.
 * Fails: error notification when `fn` throws, with the step when it finds a number that is not finite, and when two
 * successive steps come with one and the same observation array, as `transitions` does.
 */
export const reward =
  <U extends TimeStep = Unpaired>(fn: (step: U, previous: U) => number, options: RewardOptions<U> = {}) =>
  <T extends U & Unpaired>(source: Observable<T>): Observable<T> =>
    defer(() => {
      const last = options.cell ?? cell<U | null>(null)
      return map((step: T): T => {
        const previous = step.kind === 'first' ? null : last.value
        last.value = step.kind === 'last' ? null : step
        if (previous === null) return step
        checkNewArray('reward', step, previous.observation)
        const value = fn(step, previous)
        if (!Number.isFinite(value)) throw new NotFiniteError('reward', null, value, step.index)
        return { ...step, reward: value }
      })(source)
    })
