import { type Observable, concat, defer, filter, map, of } from 'rxjs'
import { type Clock, systemClock } from '../src/time/clock.js'
import { mean } from '../src/mean.js'
import type { TimeStep } from '../src/types.js'
import type { Episode } from './tallyEpisodes.js'

/** How far a run has come. */
export interface Progress {
  /** Actions executed. */
  readonly steps: number
  /** Actions that the run will have executed at its end; Infinity where it has none. */
  readonly total: number
  /** Since the subscription. */
  readonly stepsPerSecond: number
  /** Episodes ended. */
  readonly episodes: number
  /** Of the last ten episodes, or as many as there were; null before the first has ended. */
  readonly meanReturn: number | null
  /** At the pace so far; null while there is none, and for a run without end. */
  readonly secondsLeft: number | null
  /** Since the subscription. */
  readonly seconds: number
}

/** What `progress` is handed. */
export interface ProgressOptions {
  /** Actions that the run will have executed at its end; Infinity where it has none. */
  readonly total: number
  /** Milliseconds from one record to the next, at least. */
  readonly every?: number
  readonly clock?: Clock
}

/**
 * Reports from time to time, and once more at the end, how far a run has come.
 *
 *     source    --a-b-t-a-b-c-d-e-|
 *     progress  ------p-----p-----(p|)
 *
 * It emits when a step comes: while the world waits, it emits nothing.
 *
 * Memory: its counts and the last ten returns, of this subscription.
 * Numbers: the pace is that of the whole subscription, since the latest one would make the time left jump.
 * Fails: only with its source.
 */
export const progress =
  ({ total, every = 100, clock = systemClock }: ProgressOptions) =>
  <T extends TimeStep & { readonly episode: Episode | null }>(source: Observable<T>): Observable<Progress> =>
    defer(() => {
      const start = clock.now()
      let told = start
      let steps = 0
      let episodes = 0
      let returns: readonly number[] = []
      const record = (now: number): Progress => {
        const seconds = (now - start) / 1000
        const stepsPerSecond = seconds > 0 ? steps / seconds : 0
        const secondsLeft = stepsPerSecond > 0 && total < Infinity ? (total - steps) / stepsPerSecond : null
        const meanReturn = returns.length === 0 ? null : mean(returns)
        return { steps, total, stepsPerSecond, episodes, meanReturn, secondsLeft, seconds }
      }
      const count = ({ kind, episode }: T): Progress | null => {
        if (kind !== 'first') steps++
        if (episode !== null) {
          episodes++
          returns = [...returns, episode.return].slice(-10)
        }
        const now = clock.now()
        if (now - told < every) return null
        told = now
        return record(now)
      }
      const now = filter((each: Progress | null): each is Progress => each !== null)(map(count)(source))
      return concat(
        now,
        defer(() => of(record(clock.now()))),
      )
    })
