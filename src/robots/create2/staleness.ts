/** Watches how old the newest frame of a Create 2 is. */
import { type SchedulerLike, Subscription } from 'rxjs'
import type { ReportFault } from './monitor.js'

/** Milliseconds between two frames above which the second one is late. A robot sends one every 15 ms. */
export const LATE = 30
/** Milliseconds in which frames are read that came while the event loop was blocked. */
const GRACE = 50
/** Milliseconds without a frame after which the robot is halted. */
export const STALE = 100

/** Watches the times of frames. */
export interface Staleness {
  /** The robot streams, from now on. */
  begin(): void
  /** A frame arrived now. */
  frame(): void
  /** No frames are expected any more. */
  end(): void
  /** The longest time between two frames so far, in ms. */
  readonly longest: number
}

/**
 * Reports late frames, and calls `halt` when there has been none for `STALE` milliseconds.
 *
 * One timer serves all frames: it fires when the newest frame may be too old, checks, and is set again. If it fires late, the event loop was
 * blocked, and frames may wait that are not read yet.
 */
export const staleness = (scheduler: SchedulerLike, report: ReportFault, halt: () => void): Staleness => {
  let newest: number | null = null
  let isStale = false
  let longest = 0
  /** When the timer should fire. */
  let due = 0
  let timer = Subscription.EMPTY

  const watch = (): void => {
    if (newest === null) return
    const now = scheduler.now()
    const age = now - newest
    if (age >= STALE && now - due > LATE) set(GRACE)
    else if (age >= STALE) {
      if (!isStale) {
        isStale = true
        report('stale', `no frame for ${Math.round(age)} ms; the robot is halted`)
        halt()
      }
      set(STALE)
    } else set(STALE - age)
  }
  const set = (delay: number): void => {
    due = scheduler.now() + delay
    timer = scheduler.schedule(watch, delay)
  }
  const end = (): void => {
    timer.unsubscribe()
    newest = null
    isStale = false
  }
  return {
    begin: () => {
      end()
      newest = scheduler.now()
      watch()
    },
    frame: () => {
      if (newest === null) return
      const now = scheduler.now()
      const gap = now - newest
      longest = Math.max(longest, gap)
      if (gap > LATE) report('late', `a frame came ${Math.round(gap)} ms after the one before`)
      newest = now
      isStale = false
    },
    end,
    get longest() {
      return longest
    },
  }
}
