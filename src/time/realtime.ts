/** Time that does not wait for the agent. */
import type { Observable, SchedulerLike, Subscription } from 'rxjs'
import { cell } from '../cell.js'
import { DriverError } from '../failure.js'
import { type Beat, type BeatReport, beatAccount } from './beats.js'
import { type LearningGap, emptyLearningCounts } from './learningGap.js'
import { type Hold, type Schedule, type ScheduledWorld, type Timeline, eventLoop } from './schedule.js'

/** What happens to a beat that the agent misses: the grid goes on without it, the beat waits for the answer, or the run fails. */
export type Overrun = 'skip' | 'stretch' | 'fail'

/** How `realtime` paces a world. All times are in milliseconds. */
export interface RealtimeOptions {
  /** The time from one beat to the next. */
  readonly cycle: number
  /** What happens to a missed beat: `skip`, `stretch` or `fail`. The default is `skip`. */
  readonly overrun?: Overrun
  /** The command that the world executes at a missed beat: `last`, `zero` or `stop`. The default is `last`. */
  readonly hold?: Hold
  /**
   * The source of time and timers. It must not run work from within `schedule`, as `queueScheduler` does. The default is `eventLoop`.
   */
  readonly scheduler?: SchedulerLike
  /**
   * The time before each deadline in which the clock is read once each turn of the event loop, since timers are inexact. The default
   * is 2, and at most a quarter of the cycle; 0 relies on the timer alone.
   */
  readonly spin?: number
}

/** The schedule of one world whose clock runs whether or not the agent is ready. */
export interface Realtime extends Schedule, LearningGap {
  /** Milliseconds from one beat to the next. */
  readonly cycle: number
  /**
   * Each beat when it is over, from the subscription on; nothing is stored. Completes at the end of the run, or if there is none at
   * the end of the next run, so that `sampleTime` and other timers end with it; with `repeat()` it goes on in the run after that.
   */
  readonly beats: Observable<Beat>
  /** Sums up all beats so far: `schedule.beats.pipe(sampleTime(1000), map(schedule.report))`. */
  report(): BeatReport
}

/** A nanosecond, in ms: the error that sums of fractions may have. */
const tolerance = 1e-6

/**
 * Time that goes on whether or not the agent is ready: beat k is due k cycles after the first one, however late other beats were.
 *
 * At a beat the world takes the step that follows an answer. The beat is **missed** unless the answer was given by the beat's
 * deadline and the event loop was free before the next deadline. Only the time of the answer counts: an agent that blocks the
 * event loop and one that answers later without blocking it miss the same beats. Below, a beat is due every four columns, and
 * steps are answered at once, but `b` only after six columns:
 *
 *     due      |---|---|---|---|---|
 *     skip     a---b---x---c---d---e     the grid stays: a missed beat has no step; `c` follows `b` at the next beat
 *     stretch  a---b-----c---d---e--     the beat waits for the answer, and all later beats move with it
 *     fail     a---b---#                 an error notification that names step and beat
 *
 * `hold` decides which command the world executes meanwhile. The letters are the commands of these beats:
 *
 *     skip     a---b---x---c---d---e
 *     last         A   A   B   C   D     the last command again; zeros before the first one
 *     zero         A   0   B   C   D     a command of zeros
 *     stop         A   -   B   C   D     the world is at rest until the answer
 *
 * A simulator executes commands at its beats. At a skipped beat it takes a step under `hold`, or none for `stop`; at a
 * stretched beat it takes none. A device receives each command as soon as it is given, and the command of `hold` once at each
 * missed deadline. An answer that came in time is executed in any case, also at beats that are missed because the event loop
 * was not free. Rewards of missed beats are added to the reward of the next step, and so belong to its transition. If an
 * episode ends in a missed beat, the next step is its last one, and its late answer is not executed.
 *
 * A timer fires `spin` ms before a deadline; from then on the clock is read once each turn of the event loop, which does other
 * work in between. If the clock does not move within a turn, as virtual clocks do not, another timer is set instead.
 *
 * Memory: counts and a histogram, whatever the length of the run. One world at a time: where a robot gets ready for an
 * episode, a new grid begins after it, while the counts go on.
 * Numbers: lateness is measured on steps; percentiles have 16 bins for each doubling.
 * Fails: throws a RangeError on a `cycle` that is not above 0, a `spin` that is not below it, and on a wrong `overrun` or `hold`.
 * Error notification for a second world on one schedule, and with `overrun: 'fail'` on the first missed beat.
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
  const learning = cell(emptyLearningCounts)
  const account = beatAccount(learning)
  let deadline: (() => number) | null = null
  // The world of the run, from its first timeline to its end, pauses included.
  let present: ScheduledWorld | null = null

  const timeline = (world: ScheduledWorld): Timeline => {
    if (deadline !== null || (present !== null && present !== world)) {
      throw new DriverError('realtime: this schedule paces another world; make one schedule for each world')
    }
    present = world
    let cancelled = false
    let task: Subscription | null = null
    // Deadlines are counted from the first beat, so that errors do not add up.
    let start: number | null = null
    let next = 0
    // When the answer was given that the next beat takes.
    let answered: number | null = null
    let stretched = false
    // The clock's time in the turn before.
    let lastRead = NaN

    const due = (beat = next): number => (start ?? Infinity) + beat * cycle
    deadline = due

    const turn = (): void => account.during(serve)
    const serve = (): void => {
      task = null
      const now = scheduler.now()
      start ??= now
      if (due() - now > tolerance) return waitForDeadline(now)
      if (overrun === 'stretch') stepOrStretch(now)
      else stepOrSkip(now)
      if (!cancelled && !stretched) setTimer()
    }
    const setTimer = (): void => {
      task = scheduler.schedule(turn, Math.max(0, due() - scheduler.now() - spin))
    }
    const waitForDeadline = (now: number): void => {
      const left = due() - now
      const standsStill = now === lastRead
      lastRead = now
      // A timer of less than that could be lost in the sum of a virtual clock, which would then stand still for ever.
      task = scheduler.schedule(turn, left - spin > tolerance ? left - spin : standsStill ? left : 0)
    }

    const inTime = (): boolean => answered !== null && answered <= due() + tolerance
    const isOver = (now: number): boolean => due(next + 1) - now <= tolerance

    const stepOrSkip = (now: number): void => {
      while (!cancelled && isOver(now)) miss(now)
      if (cancelled) return
      if (inTime()) step(now)
      else miss(now)
    }
    const miss = (now: number): void => {
      const planned = due()
      if (overrun === 'fail') {
        account.add(world, planned, null, true)
        cancel()
        return world.fail(missedBeat(now))
      }
      world.miss({ overrun: 'skip', hold, answered: inTime() })
      next += 1
      account.add(world, planned, null, true)
    }
    const missedBeat = (now: number): string => {
      const late =
        answered === null ? 'had no answer' : inTime() ? `was reached ${now - due()} ms late` : 'was answered too late'
      return `missed its beat: beat ${account.count - 1}, due ${due() - (start ?? 0)} ms after the first, ${late} (overrun: 'fail')`
    }

    const stepOrStretch = (now: number): void => {
      if (!stretched && (!inTime() || isOver(now))) {
        stretched = true
        world.miss({ overrun: 'stretch', hold, answered: inTime() })
      }
      if (!cancelled && answered !== null) step(now)
    }

    const step = (now: number): void => {
      const planned = due()
      const late = Math.max(0, now - planned)
      const missed = stretched
      if (missed) start = now - next * cycle
      stretched = false
      answered = null
      next += 1
      world.advance()
      account.add(world, planned, late, missed)
    }

    const wake = (): void => {
      if (cancelled) return
      answered ??= scheduler.now()
      // The first beat is due at once, and a stretched one has waited for this answer; any other beat has its timer.
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

  const runEnded = (world: ScheduledWorld): void => {
    if (present !== null && present !== world) return
    present = null
    account.runEnded()
  }

  return {
    name: 'realtime',
    scheduler,
    timeline,
    runEnded,
    cycle,
    beats: account.emitted,
    left: () => (deadline?.() ?? Infinity) - scheduler.now(),
    learning,
    report: account.report,
  }
}
