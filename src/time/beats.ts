/** The account of the beats of a schedule: each one for the subscribers of the moment, and all of them summed up. */
import { type Observable, Subject, defer } from 'rxjs'
import type { Cell } from '../cell.js'
import { histogram } from './histogram.js'
import type { LearningCounts } from './learningGap.js'
import type { ScheduledWorld } from './schedule.js'

/** One beat, reported when it is over. */
export interface Beat {
  /** Counts the beats of the schedule from 0, missed ones included. */
  readonly index: number
  /** When the beat was due, in ms of the scheduler's clock. */
  readonly due: number
  readonly missed: boolean
  /** Milliseconds from the due time to the step; null for a beat without a step. */
  readonly lateness: number | null
  /** Milliseconds since each sensor's newest reading, by the sensor's name; Infinity before its first reading. */
  readonly ages: Readonly<Record<string, number>>
  /** The counts of transitions so far, if a learner learns in the gap. */
  readonly learning: LearningCounts
}

/** All beats so far, summed up. */
export interface BeatReport {
  readonly beats: number
  readonly misses: number
  /** Of the beats that had a step, in ms; the percentiles are exact to within 7 %. */
  readonly lateness: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly learning: LearningCounts
}

/** Counts beats and reports them. */
export interface Beats {
  /**
   * Emits each beat when it is over; nothing is stored. Completes at the end of the run, or of the next run if there is none, after
   * its last beat.
   */
  readonly emitted: Observable<Beat>
  /** Beats so far. */
  readonly count: number
  /** Calls `serve`, which may add beats and end the run. A run that ends within it completes afterwards, so that its last beat is emitted. */
  during(serve: () => void): void
  /** Adds a beat that is over; `lateness` is null for one without a step. */
  add(world: ScheduledWorld, due: number, lateness: number | null, missed: boolean): void
  /** The run is over. */
  runEnded(): void
  report(): BeatReport
}

/**
 * An account without beats; `learning` holds the counts that every beat carries.
 *
 * Memory: counts and a histogram, whatever the number of beats.
 * Numbers: percentiles from 16 bins for each doubling.
 */
export const beatAccount = (learning: Cell<LearningCounts>): Beats => {
  const lateness = histogram()
  // The subscribers of one run; a new subject takes its place when the run is over.
  let subscribers = new Subject<Beat>()
  // While a beat is served, the subscribers of the run in which it began, which may be over before the beat is added.
  let served: Subject<Beat> | null = null
  let count = 0
  let misses = 0

  return {
    emitted: defer(() => subscribers),
    get count() {
      return count
    },
    during: (serve) => {
      const present = subscribers
      served = present
      serve()
      served = null
      if (present !== subscribers) present.complete()
    },
    add: (world, due, late, missed) => {
      const index = count++
      if (missed) misses += 1
      if (late !== null) lateness.add(late)
      const receivers = served ?? subscribers
      if (!receivers.observed) return
      receivers.next({ index, due, missed, lateness: late, ages: world.ages?.() ?? {}, learning: learning.value })
    },
    runEnded: () => {
      const ended = subscribers
      subscribers = new Subject()
      if (ended !== served) ended.complete()
    },
    report: () => ({
      beats: count,
      misses,
      lateness: { p50: lateness.quantile(0.5), p99: lateness.quantile(0.99), max: lateness.longest },
      learning: learning.value,
    }),
  }
}
