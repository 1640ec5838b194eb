/** The ticks of a simulated robot in the time of its scheduler. */
import type { SchedulerLike, Subscription } from 'rxjs'

/** Ticks that go on until they are ended. */
export interface Ticks {
  /** Ticks that have passed. */
  readonly count: number
  /** Ticks that were left out, since the process was too far behind. */
  readonly skipped: number
  end(): void
}

/** When ticks are due. */
export interface TickOptions {
  readonly scheduler: SchedulerLike
  /** Milliseconds from one tick to the next. */
  readonly period: number
  /** The most ticks that are made up for at once if the process was blocked. */
  readonly mostBehind: number
}

/**
 * Calls `tick` once a period, at first a period from now. Ticks are counted from the beginning, so that they do not drift. Those that become due while
 * others run are left for the next turn: ticks that take longer than their time would otherwise never end it.
 */
export const ticking = ({ scheduler, period, mostBehind }: TickOptions, tick: () => void): Ticks => {
  const begun = scheduler.now()
  let [count, skipped] = [0, 0]
  let isEnded = false
  let timer: Subscription | null = null

  const due = (): number => begun + (count + skipped + 1) * period
  const run = (): void => {
    const now = scheduler.now()
    const behind = Math.floor((now - due()) / period)
    if (behind > mostBehind) skipped += behind - mostBehind
    while (!isEnded && due() <= now) {
      count += 1
      tick()
    }
    if (!isEnded) timer = scheduler.schedule(run, Math.max(0, due() - scheduler.now()))
  }
  run()
  return {
    get count() {
      return count
    },
    get skipped() {
      return skipped
    },
    end: () => {
      isEnded = true
      timer?.unsubscribe()
    },
  }
}
