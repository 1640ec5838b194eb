/** How time passes: the event loop as a scheduler, and schedules, which decide when a world steps. */
import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs'
import { calendar, systemClock } from './clock.js'

type Work<State> = (this: SchedulerAction<State>, state: State) => void
type Cancel = () => void
type RunInNextTurn = (work: () => void) => Cancel

/** The longest delay of a platform's timer; a longer one fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1

const afterDelay = (work: () => void, delay: number): Cancel => {
  let timer: ReturnType<typeof setTimeout>
  const wait = (left: number): void => {
    timer = setTimeout(
      () => (left > LONGEST_TIMER ? wait(left - LONGEST_TIMER) : work()),
      Math.min(left, LONGEST_TIMER),
    )
  }
  wait(delay)
  return () => clearTimeout(timer)
}

const byImmediate: RunInNextTurn = (work) => {
  const handle = setImmediate(work)
  return () => clearImmediate(handle)
}

/** One channel for all work, since messages of different channels have no order. Each message runs the oldest work. */
const byMessage = (): RunInNextTurn => {
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

const inNextTurn: RunInNextTurn = typeof setImmediate === 'function' ? byImmediate : byMessage()

/** A unit of scheduled work. It may schedule itself again while it runs, and may be cancelled. */
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

/** A scheduler whose `now()` does not count from 1970 also has the date. */
export interface Dated {
  /** Milliseconds since 1970. */
  readonly date: () => number
}

/** Milliseconds since 1970 by a scheduler: its `date()` if it has one, else its `now()`, which counts from 1970 in RxJS's own schedulers. */
export const dateOf = (scheduler: SchedulerLike & Partial<Dated>): number => scheduler.date?.() ?? scheduler.now()

/**
 * The scheduler of real time. Without a delay the work runs in the next turn of the event loop, after timers, sockets and files; with
 * a delay it runs on a timer. `now()` is monotonic and does not count from 1970; `date()` does.
 *
 * The next turn begins by `setImmediate`, or by a message where there is no `setImmediate`: in browsers, whose timers wait for 4 ms at
 * least.
 */
export const eventLoop: SchedulerLike & Dated = {
  now: systemClock.now,
  date: calendar.now,
  schedule: <State>(work: Work<State>, delay?: number, state?: State): Subscription =>
    new Task(work).schedule(state, delay),
}

/** One run of a world through time, from a subscription to its end. */
export interface Timeline {
  /** The world can step: the schedule calls `advance` later, never from within this call. Further calls until then change nothing. */
  wake(): void
  /** Ends the timeline: `advance` is not called any more, not even in the present turn. */
  cancel(): void
}

/** What a world does at a missed beat: it repeats its last command, executes a command of zeros, or is stopped. */
export type Hold = 'last' | 'zero' | 'stop'

/** A missed beat of a schedule that does not wait for answers: see `realtime`. */
export interface MissedBeat {
  readonly overrun: 'skip' | 'stretch'
  readonly hold: Hold
  /** Whether the answer was in time: then the beat is missed because the event loop was not free, and `hold` does not apply. */
  readonly answered: boolean
}

/** A world, as its schedule uses it. */
export interface ScheduledWorld {
  /** Takes one step; returns whether the next one can follow at once. */
  advance(): boolean
  /** A beat is missed: the world's time goes on, and the present step still waits for its answer. */
  miss(missed: MissedBeat): void
  /** Ends the run with an error. `reason` follows the name of the step that waits. */
  fail(reason: string): void
  /** Milliseconds since each sensor's newest reading at the latest beat, by the sensor's name; absent if there are no sensors. */
  ages?(): Readonly<Record<string, number>>
}

/** Decides when a world advances. A driver receives it as an option; simulators and robots use the same schedules. */
export interface Schedule {
  /** The name in the settings of a run, such as `lockstep`. */
  readonly name: string
  /** The source of all its time; the driver sets its own deadlines on it too. */
  readonly scheduler: SchedulerLike
  /** Begins a timeline, at rest. A run has one, or several one after another if its world pauses. */
  timeline(world: ScheduledWorld): Timeline
  /** The driver reports that a run of the world is over, its last timeline being cancelled, or that the world was closed. */
  runEnded?(world: ScheduledWorld): void
}

/** How `lockstep` shares the event loop. */
export interface LockstepOptions {
  /**
   * The source of time and turns. It must not run work from within `schedule`, as `queueScheduler` does. The default is `eventLoop`.
   */
  readonly scheduler?: SchedulerLike
  /** Milliseconds after which `lockstep` yields to the event loop, at the end of the step under way. The default is 20. */
  readonly slice?: number
  /** Milliseconds of the scheduler's time from an answer to its step. The default is 0: as fast as possible. */
  readonly pace?: number
}

/**
 * Time that waits for the agent: the world steps as soon as its present step is answered, and not before.
 *
 *     pace 0   turn  |-step-step-step-step-|-step-step-step-|     as many steps a turn as fit into `slice`
 *     pace 1   frame  -s-s-s---s-s-                               a step one frame after its answer
 *
 * A virtual clock does not move within a turn, so that an endless run on it needs a `pace`. A marble test uses
 * `lockstep({ scheduler: testScheduler, pace: 1 })`: one frame a step.
 *
 * Fails: throws on a negative `slice` or `pace`.
 */
export const lockstep = ({ scheduler = eventLoop, slice = 20, pace = 0 }: LockstepOptions = {}): Schedule => {
  for (const [option, value] of Object.entries({ slice, pace })) {
    if (!(value >= 0)) throw new RangeError(`lockstep: ${option}: expected milliseconds, 0 or more, got ${value}`)
  }
  const timeline = ({ advance }: ScheduledWorld): Timeline => {
    let cancelled = false
    // Set until its turn is over: for a wake during the turn, the result of `advance` counts.
    let task: Subscription | null = null

    const runTurn = (): void => {
      let hasNext = false
      try {
        const until = scheduler.now() + slice
        do hasNext = advance()
        while (hasNext && !cancelled && pace === 0 && scheduler.now() < until)
      } finally {
        task = null
      }
      if (hasNext) wake()
    }
    const wake = (): void => {
      if (!cancelled) task ??= scheduler.schedule(runTurn, pace)
    }
    const cancel = (): void => {
      cancelled = true
      task?.unsubscribe()
    }
    return { wake, cancel }
  }
  return { name: 'lockstep', scheduler, timeline }
}
