/** Time that passes when a test says so. */
import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs'
import type { Clock } from '../clock.js'

/** A clock that stands still until it is told how much time has passed; it is handed in as a scheduler and as a clock alike. */
export interface VirtualClock extends SchedulerLike, Clock {
  /** Lets so many milliseconds pass: what becomes due runs at its own moment, and in the order in which it was asked for. */
  advance(milliseconds: number): void
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
 * Memory: what is due. Fractions of a millisecond count.
 * Fails: `advance` throws what the work throws, with the rest still due, and a RangeError for time that runs backwards.
 */
export const virtualClock = (): VirtualClock => {
  let time = 0
  const queue: Due[] = []

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
      const until = time + forward(milliseconds)
      while (queue.length > 0 && queue[0].at <= until) {
        const [{ at, run }] = queue.splice(0, 1)
        time = Math.max(time, at)
        run()
      }
      time = Math.max(time, until)
    },
    block: (milliseconds) => {
      time += forward(milliseconds)
    },
  }
}

const forward = (milliseconds: number): number => {
  if (milliseconds >= 0 && milliseconds < Infinity) return milliseconds
  throw new RangeError(`virtualClock: expected finite milliseconds, 0 or more, got ${milliseconds}`)
}
