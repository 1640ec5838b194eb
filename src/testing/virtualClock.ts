/** Time that passes when a test says so. */
import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs'
import type { Clock } from '../time/clock.js'
import { eventLoop } from '../time/schedule.js'

/** A clock that stands still until it is told how much time has passed; it is handed in as a scheduler and as a clock alike. */
export interface VirtualClock extends SchedulerLike, Clock {
  /** Lets so many milliseconds pass: what becomes due runs at its own moment, and in the order in which it was asked for. */
  advance(milliseconds: number): void
  /**
   * As `advance`, for works that promises are part of: before each due work, and after the last one, the event loop has one turn.
   * Every promise whose wait is over by then is settled, and what was waiting for it has run, in the virtual moment in which it was
   * settled.
   */
  advanceAsync(milliseconds: number): Promise<void>
  /** So much time goes by in which nothing can run, as while an agent computes; what became due runs late, when `advance` is called. */
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
 * RxJS's own `VirtualTimeScheduler` does not do for long runs: each repetition of a task stays a child of the one before, and
 * after some ten thousand of them its unsubscription overflows the stack.
 *
 * `advance` returns before any promise is settled: JavaScript settles promises when the code that runs has returned. An `act`
 * that returns a promise is therefore called once, however long `advance` goes on. `advanceAsync` gives promises one turn of the
 * event loop (a macrotask) at a time. One is enough: within it the engine runs microtasks until none is left, so that chains of
 * `await` of any length come to their end. What is settled by real input and output, by another thread or by a real timer may
 * need more, and is not waited for.
 *
 *     await clock.advanceAsync(240)     six beats of `realtime({ cycle: 40, scheduler: clock })`, each with its `act` awaited
 *
 * Memory: what is due. Fractions of a millisecond count.
 * Fails: `advance` throws, and `advanceAsync` rejects with, what the work throws, with the rest still due, and a RangeError for
 * time that runs backwards. While `advanceAsync` is under way, another call of either is an Error.
 */
export const virtualClock = (): VirtualClock => {
  let time = 0
  let underway = false
  const queue: Due[] = []

  const isDue = (until: number): boolean => queue.length > 0 && queue[0].at <= until
  const runNext = (): void => {
    const [{ at, run }] = queue.splice(0, 1)
    time = Math.max(time, at)
    run()
  }
  const claim = (call: string): void => {
    if (underway) throw new Error(`virtualClock: ${call}: advanceAsync is under way; await it first`)
  }

  const schedule = <State>(work: Work<State>, delay = 0, state?: State): Subscription => {
    const task = new Subscription() as SchedulerAction<State>
    let mine: Due | null = null
    const disarm = (): void => {
      const place = mine === null ? -1 : queue.indexOf(mine)
      if (place >= 0) queue.splice(place, 1)
    }
    task.add(disarm)
    task.schedule = (next?: State, later = 0) => {
      if (task.closed) return task
      disarm()
      const due = { at: time + Math.max(later, 0), run: () => work.call(task, next as State) }
      queue.splice(queue.findLastIndex(({ at }) => at <= due.at) + 1, 0, due)
      mine = due
      return task
    }
    return task.schedule(state, delay)
  }

  return {
    now: () => time,
    schedule,
    advance: (milliseconds) => {
      claim('advance')
      const until = time + forward(milliseconds)
      while (isDue(until)) runNext()
      time = Math.max(time, until)
    },
    advanceAsync: async (milliseconds) => {
      claim('advanceAsync')
      const until = time + forward(milliseconds)
      underway = true
      try {
        await oneTurn()
        while (isDue(until)) {
          runNext()
          await oneTurn()
        }
        time = Math.max(time, until)
      } finally {
        underway = false
      }
    },
    block: (milliseconds) => {
      time += forward(milliseconds)
    },
  }
}

/** A turn of the real event loop, in which all microtasks run. */
const oneTurn = (): Promise<void> => new Promise((resolve) => void eventLoop.schedule(() => resolve()))

const forward = (milliseconds: number): number => {
  if (milliseconds >= 0 && milliseconds < Infinity) return milliseconds
  throw new RangeError(`virtualClock: expected finite milliseconds, 0 or more, got ${milliseconds}`)
}
