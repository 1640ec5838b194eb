import { type Observable, defer, map } from 'rxjs'
import { NotFiniteError } from '../src/failure.js'
import { type Cell, cell } from '../src/cell.js'
import { checkNewArray } from '../src/checks.js'
import type { TimeStep, Unpaired } from '../src/types.js'

/** Options of `reward`. */
export interface RewardOptions<U extends TimeStep> {
  /** Holds the step before; `cell<TimeStep | null>(null)` at the beginning of a run, and by default of each subscription. */
  readonly cell?: Cell<U | null>
}

/**
 * Replaces the reward of each step by what `fn` computes from the step and the one before.
 *
 *     source  --a----b----t----a----b--|
 *     fn             b,a  t,b       b,a
 *     reward  --a----B----T----a----B--|
 *
 * A first step, and a step with none before it, pass unchanged. `previous` is the step as it came in, with the reward of the world.
 * `fn` reads fields of your own when the type of its parameter has them: `reward((step: TimeStep & { distance: number }) =>
 * -step.distance)`. The `info` of a simulator is such a field of the steps of `drive` and `simulate`: `reward((step: SimulatedStep) =>
 * step.info['x_velocity'])`.
 *
 * Memory: the step before, cleared at the end of each episode.
 * Numbers: yours.
 * Fails: error notification when `fn` throws, with the step when `fn` returns a number that is not finite, and, as in `transitions`,
 * when two successive steps share one observation array.
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
