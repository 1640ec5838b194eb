/** Watches how old the newest message of a robot is. */
import { type SchedulerLike, Subscription } from 'rxjs'

/** When a message counts as late, and when there is none at all, in ms. */
export interface FreshnessLimits {
  readonly late: number
  readonly stale: number
}

/** Called with the gap or the age, in ms. */
export interface FreshnessEvents {
  readonly late: (gap: number) => void
  readonly stale: (age: number) => void
}

/** Watches the times of messages. */
export interface Freshness {
  /** Messages are expected from now on. */
  begin(): void
  /** A message arrived now. */
  arrived(): void
  /** No messages are expected any more. */
  end(): void
  /** The longest time between two messages so far, in ms. */
  readonly longest: number
  /** Whether there has been no message for too long. */
  readonly isStale: boolean
}

/** Milliseconds in which messages are read that came while the event loop was blocked. */
const GRACE = 50

/**
 * Calls `late` for a message after a long gap, and `stale` once when there has been none for too long.
 *
 * One timer serves all messages: it fires when the newest one may be too old, checks, and is set again. If it fires late itself, the event
 * loop was blocked, and messages may wait that are not read yet.
 */
export const freshness = (
  scheduler: SchedulerLike,
  { late, stale }: FreshnessLimits,
  events: FreshnessEvents,
): Freshness => {
  let newest: number | null = null
  let isStale = false
  let longest = 0
  let due = 0
  let timer = Subscription.EMPTY

  const set = (delay: number): void => {
    due = scheduler.now() + delay
    timer = scheduler.schedule(watch, delay)
  }
  const watch = (): void => {
    if (newest === null) return
    const now = scheduler.now()
    const age = now - newest
    if (age < stale) return set(stale - age)
    if (!isStale && now - due > GRACE / 2) return set(GRACE)
    if (!isStale) {
      isStale = true
      events.stale(age)
    }
    set(stale)
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
    arrived: () => {
      if (newest === null) return
      const now = scheduler.now()
      const gap = now - newest
      longest = Math.max(longest, gap)
      if (gap > late) events.late(gap)
      newest = now
      isStale = false
    },
    end,
    get longest() {
      return longest
    },
    get isStale() {
      return isStale
    },
  }
}
