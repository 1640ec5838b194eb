/** A clock whose time a test advances. */
import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs'
import type { Clock } from '../time/clock.js'
import { eventLoop } from '../time/schedule.js'

/** A clock whose time changes only by its methods. It can be used as a scheduler and as a clock. */
export interface VirtualClock extends SchedulerLike, Clock {
  /** Advances the time. Work that becomes due runs at its own time; of the same time, in the order in which it was scheduled. */
  advance(milliseconds: number): void
  /**
   * As `advance`, for work with promises: before each due work, and after the last one, the event loop has one turn. In this turn every
   * promise that can settle is settled, and the code that awaits it runs, at the same virtual time.
   */
  advanceAsync(milliseconds: number): Promise<void>
  /** Advances the time without running anything, as while an agent computes. Work that became due runs late, at the next `advance`. */
  block(milliseconds: number): void
}

type Work<State> = (this: SchedulerAction<State>, state: State) => void

interface Due {
  readonly at: number
  readonly run: () => void
}

/**
 * A virtual clock, from 0 ms on.
 *
 *     const clock = virtualClock()
 *     const world = drive(simulator, { schedule: lockstep({ scheduler: clock, pace: 10 }) })
 *     clock.advance(3_600_000)
 *
 * RxJS's own `VirtualTimeScheduler` is not suited for long runs: each repetition of a task stays a child of the one before, and after
 * some ten thousand repetitions its unsubscription overflows the stack.
 *
 * `advance` returns before any promise is settled, since JavaScript settles promises when the running code has returned. Therefore an
 * `act` that returns a promise is called only once, however long `advance` goes on. `advanceAsync` gives promises one turn of the event
 * loop (a macrotask) at a time. One turn is enough: in it the engine runs microtasks until none is left, so that chains of `await` of any
 * length finish. Promises that are settled by real input and output, by another thread or by a real timer are not waited for.
 *
 *     await clock.advanceAsync(240)     six beats of `realtime({ cycle: 40, scheduler: clock })`, each with its `act` awaited
 *
 * Memory: the work that is due. Times may have fractions of a millisecond.
 * Fails: `advance` throws, and `advanceAsync` rejects with, an error of the work, while the rest stays due; and a RangeError for negative
 * or infinite milliseconds. While `advanceAsync` is under way, another call of either throws an Error.
 */
export const virtualClock = (): VirtualClock => {
  let time = 0
  let isAdvancing = false
  const queue: Due[] = []

  const isDue = (until: number): boolean => queue.length > 0 && queue[0].at <= until
  const runNext = (): void => {
    const [{ at, run }] = queue.splice(0, 1)
    time = Math.max(time, at)
    run()
  }
  const checkNotAdvancing = (call: string): void => {
    if (isAdvancing) throw new Error(`virtualClock: ${call}: advanceAsync is under way; await it first`)
  }

  const schedule = <State>(work: Work<State>, delay = 0, state?: State): Subscription => {
    const task = new Subscription() as SchedulerAction<State>
    let entry: Due | null = null
    const removeFromQueue = (): void => {
      const place = entry === null ? -1 : queue.indexOf(entry)
      if (place >= 0) queue.splice(place, 1)
    }
    task.add(removeFromQueue)
    task.schedule = (next?: State, later = 0) => {
      if (task.closed) return task
      removeFromQueue()
      const due = { at: time + Math.max(later, 0), run: () => work.call(task, next as State) }
      queue.splice(queue.findLastIndex(({ at }) => at <= due.at) + 1, 0, due)
      entry = due
      return task
    }
    return task.schedule(state, delay)
  }

  return {
    now: () => time,
    schedule,
    advance: (milliseconds) => {
      checkNotAdvancing('advance')
      const until = time + checkedDuration(milliseconds)
      while (isDue(until)) runNext()
      time = Math.max(time, until)
    },
    advanceAsync: async (milliseconds) => {
      checkNotAdvancing('advanceAsync')
      const until = time + checkedDuration(milliseconds)
      isAdvancing = true
      try {
        await oneTurn()
        while (isDue(until)) {
          runNext()
          await oneTurn()
        }
        time = Math.max(time, until)
      } finally {
        isAdvancing = false
      }
    },
    block: (milliseconds) => {
      time += checkedDuration(milliseconds)
    },
  }
}

/** One turn of the real event loop, in which all microtasks run. */
const oneTurn = (): Promise<void> => new Promise((resolve) => void eventLoop.schedule(() => resolve()))

const checkedDuration = (milliseconds: number): number => {
  if (milliseconds >= 0 && milliseconds < Infinity) return milliseconds
  throw new RangeError(`virtualClock: expected finite milliseconds, 0 or more, got ${milliseconds}`)
}
