/** How time passes: the turns of the event loop as a scheduler, and the schedules that lead a world through time on one. */
import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs'
import { calendar, systemClock } from './clock.js'

type Work<State> = (this: SchedulerAction<State>, state: State) => void
type Cancel = () => void
type Defer = (work: () => void) => Cancel

/** The longest delay that a timer holds; beyond it platforms fire at once. */
const longestTimer = 2 ** 31 - 1

const afterDelay = (work: () => void, delay: number): Cancel => {
  let timer: ReturnType<typeof setTimeout>
  const wait = (left: number): void => {
    timer = setTimeout(() => (left > longestTimer ? wait(left - longestTimer) : work()), Math.min(left, longestTimer))
  }
  wait(delay)
  return () => clearTimeout(timer)
}

const byImmediate: Defer = (work) => {
  const handle = setImmediate(work)
  return () => clearImmediate(handle)
}

/** One channel for all: messages of different channels have no order among them. Each message runs the oldest work. */
const byMessage = (): Defer => {
  const { port1, port2 } = new MessageChannel()
  const waiting = new Set<() => void>()
  port1.addEventListener('message', () => {
    for (const work of waiting) {
      waiting.delete(work)
      return work()
    }
  })
  port1.start()
  return (work) => {
    const once = (): void => work()
    waiting.add(once)
    port2.postMessage(null)
    return () => waiting.delete(once)
  }
}

const inNextTurn: Defer = typeof setImmediate === 'function' ? byImmediate : byMessage()

/** A unit of scheduled work, which may schedule itself anew from within or be cancelled. */
class Task<State> extends Subscription implements SchedulerAction<State> {
  readonly #work: Work<State>
  #disarm: Cancel | null = null

  constructor(work: Work<State>) {
    super()
    this.#work = work
    this.add(() => this.#disarm?.())
  }

  schedule(state?: State, delay = 0): Subscription {
    if (this.closed) return this
    this.#disarm?.()
    const run = (): void => {
      this.#disarm = null
      try {
        this.#work(state as State)
      } catch (error) {
        this.unsubscribe()
        throw error
      }
    }
    this.#disarm = delay > 0 ? afterDelay(run, delay) : inNextTurn(run)
    return this
  }
}

/** What a scheduler has whose `now()` does not count from 1970. */
export interface Dated {
  /** Milliseconds since 1970. */
  readonly date: () => number
}

/** Milliseconds since 1970 by a scheduler: RxJS's own count from there, and of a virtual one that is when it begins. */
export const dateOf = (scheduler: SchedulerLike & Partial<Dated>): number => scheduler.date?.() ?? scheduler.now()

/**
 * The scheduler of real time: without a delay the work runs in the next turn of the event loop, after timers, sockets and
 * files had theirs; with one it runs on a timer. `now()` is monotonic and does not count from 1970; `date()` does.
 *
 * The turn is `setImmediate`'s, or a message's where there is none (browsers, which hold timers back to 4 ms).
 */
export const eventLoop: SchedulerLike & Dated = {
  now: systemClock.now,
  date: calendar.now,
  schedule: <State>(work: Work<State>, delay?: number, state?: State): Subscription =>
    new Task(work).schedule(state, delay),
}

/** One run of a world through time, from a subscription to its end. */
export interface Timeline {
  /** The world has something to do and will be advanced, not from within this call; called again, it changes nothing. */
  wake(): void
  /** Nothing is advanced any more, not even within the present turn. For good. */
  cancel(): void
}

/** What a robot does while a beat passes it by: it goes on with its last command, gets one of zeros, or is stopped. */
export type Hold = 'last' | 'zero' | 'stop'

/** A beat that comes before its answer, by the choices of a schedule that does not wait: see `realtime`. */
export interface Missed {
  readonly overrun: 'skip' | 'stretch'
  readonly hold: Hold
  /** The answer was in time: the beat is missed since the event loop was not free, and there is nothing to hold. */
  readonly answered: boolean
}

/** A world as its schedule sees it. */
export interface Paced {
  /** Takes one step and tells whether the next one could follow at once. */
  advance(): boolean
  /** A beat is missed: time goes on for the world, and the step that waits keeps waiting. */
  miss(missed: Missed): void
  /** The schedule gives up on the world. `complaint` says why, to follow the name of the step that waits. */
  fail(complaint: string): void
  /** Milliseconds since each sensor's newest reading at the latest beat, by the sensor's name; left out where there is none. */
  ages?(): Readonly<Record<string, number>>
}

/** When a world advances: asked for by name, handed in, and the same for a simulator and a robot. */
export interface Schedule {
  /** What a run's settings call it, such as `lockstep`. */
  readonly name: string
  /** Where all its time comes from; the driver's own deadlines are set on it too. */
  readonly scheduler: SchedulerLike
  /** Begins a timeline at rest. A run has one, or several one after another where its world pauses. */
  timeline(world: Paced): Timeline
  /** The world is at rest: a run of it is over, with its last timeline cancelled, or it was closed. Called by the driver. */
  rest?(world: Paced): void
}

/** How `lockstep` shares the event loop. */
export interface LockstepOptions {
  /** The source of time and turns; it must not run work from within `schedule`, as `queueScheduler` does. */
  readonly scheduler?: SchedulerLike
  /** Milliseconds after which others get a turn, at the end of the step under way. */
  readonly slice?: number
  /** Milliseconds of the scheduler's time from an answer to its step; 0 for as fast as it goes. */
  readonly pace?: number
}

/**
 * Time that waits for the agent: the world steps as soon as its last step is answered, and stands still until then.
 *
 *     pace 0   turn  |-step-step-step-step-|-step-step-step-|     as many steps a turn as fit into `slice`
 *     pace 1   frame  -s-s-s---s-s-                               a step one frame after its answer
 *
 * A virtual clock stands still within a turn, so that an endless run on one needs a `pace`; a marble test gives
 * `lockstep({ scheduler: testScheduler, pace: 1 })`, one frame a step.
 *
 * Fails: throws on a negative `slice` or `pace`.
 */
export const lockstep = ({ scheduler = eventLoop, slice = 20, pace = 0 }: LockstepOptions = {}): Schedule => {
  for (const [option, value] of Object.entries({ slice, pace })) {
    if (!(value >= 0)) throw new RangeError(`lockstep: ${option}: expected milliseconds, 0 or more, got ${value}`)
  }
  const timeline = ({ advance }: Paced): Timeline => {
    let cancelled = false
    // Held until its turn is over: a wake from within it is answered by what `advance` returns.
    let task: Subscription | null = null

    const turn = (): void => {
      let onward = false
      try {
        const until = scheduler.now() + slice
        do onward = advance()
        while (onward && !cancelled && pace === 0 && scheduler.now() < until)
      } finally {
        task = null
      }
      if (onward) wake()
    }
    const wake = (): void => {
      if (!cancelled) task ??= scheduler.schedule(turn, pace)
    }
    const cancel = (): void => {
      cancelled = true
      task?.unsubscribe()
    }
    return { wake, cancel }
  }
  return { name: 'lockstep', scheduler, timeline }
}
