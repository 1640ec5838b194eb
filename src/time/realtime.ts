/** Time that does not wait for the agent. */
import { type Observable, type SchedulerLike, Subject, type Subscription, defer } from 'rxjs'
import { DriverError } from '../failure.js'
import { type LearningGap, type LearningCounts, emptyLearningCounts } from './learningGap.js'
import { histogram } from './histogram.js'
import { cell } from '../cell.js'
import { type Hold, type Paced, type Schedule, type Timeline, eventLoop } from './schedule.js'

/** What becomes of a beat that the agent misses: the grid goes on without it, waits for the answer, or the run fails. */
export type Overrun = 'skip' | 'stretch' | 'fail'

/** How `realtime` paces a world. All times are in milliseconds. */
export interface RealtimeOptions {
  /** From one beat to the next. */
  readonly cycle: number
  readonly overrun?: Overrun
  readonly hold?: Hold
  /** The source of time and timers; it must not run work from within `schedule`, as `queueScheduler` does. */
  readonly scheduler?: SchedulerLike
  /** Before each deadline the event loop is watched this long instead of trusting a timer; by default 2, and a quarter of the cycle at most. */
  readonly spin?: number
}

/** One beat, told when it is over. */
export interface Beat {
  /** Counts the beats of the schedule from 0, missed ones included. */
  readonly index: number
  /** When it was due, in ms of the scheduler's clock. */
  readonly due: number
  readonly missed: boolean
  /** Milliseconds from then to its step; null for a beat that had none. */
  readonly lateness: number | null
  /** Milliseconds since each sensor's newest reading, by the sensor's name; Infinity before its first one. */
  readonly ages: Readonly<Record<string, number>>
  /** What became of the transitions until now, where a learner learns in the gap. */
  readonly learning: LearningCounts
}

/** All beats so far, summed up. */
export interface BeatReport {
  readonly beats: number
  readonly misses: number
  /** Of the beats that had a step, in ms; the percentiles to within 7 %. */
  readonly lateness: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly learning: LearningCounts
}

/** The schedule of one world whose clock ticks whether or not the agent is ready. */
export interface Realtime extends Schedule, LearningGap {
  /** Milliseconds from one beat to the next. */
  readonly cycle: number
  /**
   * Each beat as it is over, from the subscription on; nothing is kept. Completes when the run is over, or if there is none
   * with the next one, so that `sampleTime` and other timers end with it; `repeat()` goes on with the run after that.
   */
  readonly beats: Observable<Beat>
  /** Sums up all beats so far: `schedule.beats.pipe(sampleTime(1000), map(schedule.report))`. */
  report(): BeatReport
}

/** A nanosecond: what sums of fractions may be wrong by. */
const tolerance = 1e-6

/**
 * Time that ticks whether or not the agent is ready: beat k is due k cycles after the first one, however late any other was.
 *
 * A beat takes the step that follows an answer. It is **missed** unless the answer was given by the beat's deadline and the
 * event loop was free before the next one's. Only that moment counts: an agent that blocks the event loop and one that
 * answers from elsewhere at the same time miss the same beats. Below a beat is due every four columns, steps are answered
 * at once, and only `b` six columns late:
 *
 *     due      |---|---|---|---|---|
 *     skip     a---b---x---c---d---e     the grid stays: a missed beat has no step, and `b` is followed on the next one
 *     stretch  a---b-----c---d---e--     the beat waits for the answer, and all later ones with it
 *     fail     a---b---#                 an error notification that names step and beat
 *
 * What the world is under meanwhile is `hold`'s to say. By letters, the command that each of these beats carries out:
 *
 *     skip     a---b---x---c---d---e
 *     last         A   A   B   C   D     the command before goes on; zeros before the first one
 *     zero         A   0   B   C   D     a command of zeros
 *     stop         A   -   B   C   D     the world is brought to rest until the answer
 *
 * A simulator carries commands out at its beats: one whose beat is skipped takes a step under `hold`, or stands still for
 * `stop`, and one whose beat is stretched stands still. A device is sent commands as they are answered, and told to hold
 * once at each missed deadline. An answer in time is carried out in any case, also at beats that are missed since the event
 * loop was not free. Rewards of missed beats are added to that of the step that follows, and so belong to its
 * transition; an episode that ends in a missed beat is over with that step, whose answer is not carried out any more.
 *
 * A timer wakes `spin` ms before a deadline; from there the clock is read once each turn of the event loop, which serves
 * others in between. A clock that stands still within a turn, as virtual ones do, is asked for a timer again.
 *
 * Memory: counts and a histogram, whatever the length of the run. One world at a time: an episode that a robot has to get
 * ready for begins a new grid, while counts go on.
 * Numbers: lateness is that of steps; percentiles are of 16 bins a doubling.
 * Fails: throws a RangeError on a `cycle` that is not above 0, a `spin` that is not below it, and on an `overrun` or `hold`
 * that is none. Error notification for a second world on one schedule, and with `overrun: 'fail'` on the first missed beat.
 */
export const realtime = ({
  cycle,
  overrun = 'skip',
  hold = 'last',
  scheduler = eventLoop,
  spin = Math.min(2, cycle / 4),
}: RealtimeOptions): Realtime => {
  if (!(cycle > 0 && cycle < Infinity)) {
    throw new RangeError(`realtime: cycle: expected milliseconds above 0, got ${cycle}`)
  }
  if (!(spin >= 0 && spin < cycle)) {
    throw new RangeError(`realtime: spin: expected milliseconds, 0 or more and less than the cycle, got ${spin}`)
  }
  if (!['skip', 'stretch', 'fail'].includes(overrun)) {
    throw new RangeError(`realtime: overrun: expected 'skip', 'stretch' or 'fail', got '${overrun}'`)
  }
  if (!['last', 'zero', 'stop'].includes(hold)) {
    throw new RangeError(`realtime: hold: expected 'last', 'zero' or 'stop', got '${hold}'`)
  }
  // Of one run: a new one takes its place when the run is over.
  let told = new Subject<Beat>()
  const lateness = histogram()
  const learning = cell(emptyLearningCounts)
  let beats = 0
  let misses = 0
  let deadline: (() => number) | null = null
  // Led from its first timeline to its rest, pauses included.
  let led: Paced | null = null

  // While a beat is under way a run that ends in it keeps its listeners until they were told of it.
  let hearing: Subject<Beat> | null = null

  const tell = (world: Paced, due: number, late: number | null, missed: boolean): void => {
    const index = beats++
    if (missed) misses += 1
    if (late !== null) lateness.add(late)
    const heard = hearing ?? told
    if (!heard.observed) return
    heard.next({ index, due, missed, lateness: late, ages: world.ages?.() ?? {}, learning: learning.value })
  }

  const timeline = (world: Paced): Timeline => {
    if (deadline !== null || (led !== null && led !== world)) {
      throw new DriverError('realtime: this schedule leads another world; make one for each')
    }
    led = world
    let cancelled = false
    let task: Subscription | null = null
    // Deadlines are counted from the first beat, so that no error adds up.
    let start: number | null = null
    let next = 0
    // When the answer came that the next beat takes.
    let answered: number | null = null
    let stretched = false
    let looked = NaN

    const due = (beat = next): number => (start ?? Infinity) + beat * cycle
    deadline = due

    const turn = (): void => {
      hearing = told
      pass()
      const heard = hearing
      hearing = null
      if (heard !== told) heard.complete()
    }
    const pass = (): void => {
      task = null
      const now = scheduler.now()
      start ??= now
      if (due() - now > tolerance) return watch(now)
      if (overrun === 'stretch') stretch(now)
      else keepUp(now)
      if (!cancelled && !stretched) arm()
    }
    const arm = (): void => {
      task = scheduler.schedule(turn, Math.max(0, due() - scheduler.now() - spin))
    }
    const watch = (now: number): void => {
      const left = due() - now
      const stands = now === looked
      looked = now
      task = scheduler.schedule(turn, left > spin ? left - spin : stands ? left : 0)
    }

    const inTime = (): boolean => answered !== null && answered <= due() + tolerance
    const isOver = (now: number): boolean => due(next + 1) - now <= tolerance

    const keepUp = (now: number): void => {
      while (!cancelled && isOver(now)) lose(now)
      if (cancelled) return
      if (inTime()) take(now)
      else lose(now)
    }
    const lose = (now: number): void => {
      const planned = due()
      if (overrun === 'fail') {
        tell(world, planned, null, true)
        cancel()
        return world.fail(complaint(now))
      }
      world.miss({ overrun: 'skip', hold, answered: inTime() })
      next += 1
      tell(world, planned, null, true)
    }
    const complaint = (now: number): string => {
      const late =
        answered === null ? 'had no answer' : inTime() ? `was reached ${now - due()} ms late` : 'was answered too late'
      return `missed its beat: beat ${beats - 1}, due ${due() - (start ?? 0)} ms after the first, ${late} (overrun: 'fail')`
    }

    const stretch = (now: number): void => {
      if (!stretched && (!inTime() || isOver(now))) {
        stretched = true
        world.miss({ overrun: 'stretch', hold, answered: inTime() })
      }
      if (!cancelled && answered !== null) take(now)
    }

    const take = (now: number): void => {
      const planned = due()
      const late = Math.max(0, now - planned)
      const missed = stretched
      if (missed) start = now - next * cycle
      stretched = false
      answered = null
      next += 1
      world.advance()
      tell(world, planned, late, missed)
    }

    const wake = (): void => {
      if (cancelled) return
      answered ??= scheduler.now()
      // The first beat is due at once, and one that was stretched has waited for this; any other has its timer.
      if (start === null || stretched) task ??= scheduler.schedule(turn, 0)
    }
    const cancel = (): void => {
      if (cancelled) return
      cancelled = true
      deadline = null
      task?.unsubscribe()
    }
    return { wake, cancel }
  }

  const rest = (world: Paced): void => {
    if (led !== null && led !== world) return
    led = null
    const over = told
    told = new Subject()
    if (over !== hearing) over.complete()
  }

  return {
    name: 'realtime',
    scheduler,
    timeline,
    rest,
    cycle,
    beats: defer(() => told),
    left: () => (deadline?.() ?? Infinity) - scheduler.now(),
    learning,
    report: () => ({
      beats,
      misses,
      lateness: { p50: lateness.quantile(0.5), p99: lateness.quantile(0.99), max: lateness.longest },
      learning: learning.value,
    }),
  }
}
