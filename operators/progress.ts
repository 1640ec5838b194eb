import { type Observable, concat, defer, filter, map, of } from 'rxjs'
import type { Cell } from '../src/cell.js'
import { mean } from '../src/mean.js'
import { mirrorInCell } from '../src/streams/mirrorInCell.js'
import { type Clock, systemClock } from '../src/time/clock.js'
import type { TimeStep } from '../src/types.js'
import type { Episode } from './tallyEpisodes.js'

/** How far a run has come. */
export interface Progress {
  /** Actions executed. */
  readonly steps: number
  /** Actions that the run will have executed at its end; Infinity where it has none. */
  readonly total: number
  /** Of the whole run: `steps` divided by `seconds`. */
  readonly stepsPerSecond: number
  /** Episodes ended. */
  readonly episodes: number
  /** Mean return of the last ten episodes, or of as many as have ended; null before the first has ended. */
  readonly meanReturn: number | null
  /** Time left at the pace so far; null before there is a pace, and for a run without end. */
  readonly secondsLeft: number | null
  /** Seconds of the run: those in which it was subscribed to. */
  readonly seconds: number
}

/** The memory of `progress`. It holds durations and no points in time: a later subscription may run on another machine, with another clock. */
export interface ProgressState {
  /** Actions executed. */
  readonly steps: number
  /** Episodes ended. */
  readonly episodes: number
  /** Returns of the last ten episodes, the oldest first, or of as many as have ended. */
  readonly returns: readonly number[]
  /** Milliseconds of the run. */
  readonly elapsed: number
  /** Milliseconds of them since the latest record. */
  readonly sinceRecord: number
}

/** The memory of a run that has not begun. */
export const emptyProgress: ProgressState = { steps: 0, episodes: 0, returns: [], elapsed: 0, sinceRecord: 0 }

/** Options of `progress`. */
export interface ProgressOptions {
  /** Actions that the run will have executed at its end; Infinity where it has none. */
  readonly total: number
  /** Milliseconds from one record to the next, at least; the default is 100. */
  readonly every?: number
  /** Where time is read, in ms; the default is the system's clock. */
  readonly clock?: Clock
  /** Holds its memory; `cell(emptyProgress)` at the beginning of a run, and by default of each subscription. */
  readonly cell?: Cell<ProgressState>
}

/**
 * Emits from time to time, and once more at the end, how far a run has come.
 *
 *     source    --a-b-t-a-b-c-d-e-|
 *     progress  ------p-----p-----(p|)
 *
 * It emits only when a step comes: between two steps it emits nothing.
 *
 * Memory: its counts, the last ten returns, and how long the run has taken. The time between two subscriptions does not count.
 * Numbers: the pace is the mean of the whole run; a momentary pace would make the time left jump.
 * Fails: with its source, and where another subscription keeps its memory in the cell.
 */
export const progress =
  ({ total, every = 100, clock = systemClock, cell }: ProgressOptions) =>
  <T extends TimeStep & { readonly episode: Episode | null }>(source: Observable<T>): Observable<Progress> =>
    defer(() => {
      const before = cell?.value ?? emptyProgress
      let { steps, episodes, returns } = before
      const subscribed = clock.now()
      const start = subscribed - before.elapsed
      let lastRecord = subscribed - before.sinceRecord
      const state = (): ProgressState => {
        const now = clock.now()
        return { steps, episodes, returns, elapsed: now - start, sinceRecord: now - lastRecord }
      }
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
        if (now - lastRecord < every) return null
        lastRecord = now
        return record(now)
      }
      const now = filter((each: Progress | null): each is Progress => each !== null)(map(count)(source))
      const last = defer(() => of(record(clock.now())))
      return mirrorInCell<ProgressState, Progress>(cell, state)(concat(now, last))
    })
