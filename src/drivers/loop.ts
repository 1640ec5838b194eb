/** The driver protocol, once for all worlds: the small loop that gives a world's steps to the stream and its answers back. */
import { Observable, type Subscriber, type Subscription } from 'rxjs'
import { atStep, DriverError } from '../failure.js'
import type { MissedBeat, ScheduledWorld, Schedule, Timeline } from '../time/schedule.js'
import type { Driver, SampledAction, TimeStep, Vector } from '../types.js'

/** The answer to a step: what the world does next. */
export type Decision =
  { readonly kind: 'act'; readonly command: Vector; readonly sampled: SampledAction } | { readonly kind: 'begin' }

/** How a run is led through time. */
export interface LoopOptions {
  /** Who is named in what the loop throws. */
  readonly owner: string
  readonly schedule: Schedule
  /** Milliseconds that a step may stay without an answer; Infinity waits for ever. */
  readonly patience: number
}

/** One run, in the hands of its world. Once the run is over its calls change nothing. */
export interface RunControl {
  /** The world is ready for what was decided: beats begin. Called once a run, and once after each `pause`. */
  ready(): void
  /** Nothing is due until the world is ready again. */
  pause(): void
  /** The world is lost: the run ends with this error. */
  fail(error: unknown): void
}

/** What a loop asks of its world. */
export interface LoopWorld<T extends TimeStep> extends Pick<ScheduledWorld, 'ages'> {
  /** A run begins; the first answer to follow is a `begin`, unless a saved one was put back. */
  open(control: RunControl): void
  /** An answer was noted, whose turn has not come yet. */
  answered?(decision: Decision): void
  /** The step with this index that follows an answer. What it throws ends the run. */
  follow(decision: Decision, index: number): T
  /** Time goes on without a step; `decision` is what was noted by now, if anything. What it throws ends the run. */
  miss(missed: MissedBeat, decision: Decision | null): void
  /** The run is over, and its subscriber is not told yet. */
  rest?(): void
}

/** Where a run can be cut: between an answer and the step that follows it. */
export interface Cut {
  /** The step that the decision answers; null where the run had only been subscribed to. */
  readonly step: TimeStep | null
  /** What was noted and not yet taken. */
  readonly decision: Decision
  /** The index that the next step gets. */
  readonly index: number
}

/** A world's loop: the half of a driver that is the same for all. */
export interface Loop<T extends TimeStep> extends Pick<Driver, 'act' | 'begin'> {
  readonly timeSteps: Observable<T>
  /** Completes the run, if there is one. */
  rest(): void
  /** Rests for good; false if that was so already. */
  close(): boolean
  /** What a snapshot needs of the run. Throws unless a decision is noted. */
  cut(): Cut
  /** The next subscription goes on from there, once `restore` has put the world back. Throws while a run is on. */
  resume(cut: Cut, restore: () => void): void
}

/** One subscription being served. */
interface Run<T> {
  readonly subscriber: Subscriber<T>
  timeline: Timeline | null
  /** Runs while a step waits for its answer; it keeps the process alive, so that a stalled run ends with an error. */
  impatience: Subscription | null
}

/**
 * The loop of a world, which is at rest until somebody subscribes.
 *
 * It never recurses: an answer that is given while its step is still on the way down the chain is taken when the chain has
 * returned, a later one wakes the timeline. An error is sent when the world is at rest, so that `retry` begins an episode.
 *
 * Memory: the last step, the noted decision and the count of steps.
 * Fails: throws on a `patience` that is not above 0, and on a wrong answer, naming both steps. Error notification when a
 * step stays without an answer for `patience`, on a second subscriber (the first goes on), after `close`, and with what the
 * world throws, by its step if it is a `NotFiniteError`.
 */
export const loop = <T extends TimeStep>(world: LoopWorld<T>, { owner, schedule, patience }: LoopOptions): Loop<T> => {
  if (!(patience > 0)) {
    throw new RangeError(
      `${owner}: patience: expected milliseconds above 0, or Infinity to wait for ever, got ${patience}`,
    )
  }
  let run: Run<T> | null = null
  let closed = false
  let resumed = false
  let decision: Decision | null = null
  let last: TimeStep | null = null
  let index = 0

  const release = (): Run<T> | null => {
    const ended = run
    if (ended === null) return null
    run = null
    ended.timeline?.cancel()
    ended.impatience?.unsubscribe()
    world.rest?.()
    schedule.runEnded?.(paced)
    return ended
  }

  const fail = (error: unknown): void => release()?.subscriber.error(error)

  const advance = (): boolean => {
    if (run === null || decision === null) return false
    const present = run
    const taken = decision
    decision = null
    let step: T
    try {
      step = world.follow(taken, index)
    } catch (error) {
      fail(atStep(error, index))
      return false
    }
    last = step
    index += 1
    present.subscriber.next(step)
    return followUp(present)
  }

  /** After a step went down the chain: does the next one follow at once, or does the world wait? */
  const followUp = (present: Run<T>): boolean => {
    if (run !== present) return false
    if (decision !== null) return true
    if (patience < Infinity) present.impatience = schedule.scheduler.schedule(() => fail(unanswered()), patience)
    return false
  }

  const unanswered = (): DriverError =>
    new DriverError(
      `step ${index - 1} got no action within ${patience} ms: there is no actuate below, an operator above it dropped ` +
        `the record, or the answer takes longer than that (see the option patience)`,
    )

  const miss = (missed: MissedBeat): void => {
    try {
      world.miss(missed, decision)
    } catch (error) {
      fail(atStep(error, index))
    }
  }

  const paced: ScheduledWorld = {
    advance,
    miss,
    fail: (complaint) => fail(new DriverError(`step ${index - 1} ${complaint}`)),
    ...(world.ages === undefined ? {} : { ages: world.ages }),
  }

  const note = (answer: Decision, given: number): void => {
    const call = `${answer.kind}(${given})`
    if (closed) throw new DriverError(`${call}: this world is closed`)
    if (run === null) throw new DriverError(`${call}: no step waits for an answer; nobody is subscribed to timeSteps`)
    if (decision !== null || given !== index - 1) throw new DriverError(`${call}: ${misplaced(given)}`)
    if (answer.kind === 'act' && last?.kind === 'last') {
      throw new DriverError(`${call}: step ${given} is the last of its episode, which begin(${given}) answers`)
    }
    decision = answer
    run.impatience?.unsubscribe()
    world.answered?.(answer)
    // Heeding an answer may have ended the run or paused it.
    run?.timeline?.wake()
  }

  const misplaced = (given: number): string => {
    const expected = decision === null ? `step ${index - 1}, which waits for one` : `step ${index}, yet to come`
    if (given === last?.index) return `a second answer to step ${given}; the next one goes to ${expected}`
    return `${given < index ? 'a stale' : 'an early'} answer, to step ${given}; expected one to ${expected}`
  }

  const controlOf = (present: Run<T>): RunControl => {
    const pause = (): void => {
      present.timeline?.cancel()
      present.timeline = null
    }
    const ready = (): void => {
      if (run !== present) return
      try {
        present.timeline = schedule.timeline(paced)
      } catch (error) {
        return fail(error)
      }
      present.timeline.wake()
    }
    return { ready, pause, fail: (error) => run === present && fail(error) }
  }

  const timeSteps = new Observable<T>((subscriber) => {
    if (closed) return subscriber.error(new DriverError('timeSteps: this world is closed'))
    if (run !== null) {
      const advice = 'timeSteps: this world has a subscriber already; several share one subscription through share()'
      return subscriber.error(new DriverError(advice))
    }
    if (!resumed) {
      decision = { kind: 'begin' }
      last = null
    }
    resumed = false
    const present: Run<T> = { subscriber, timeline: null, impatience: null }
    run = present
    world.open(controlOf(present))
    return () => {
      if (run === present) release()
    }
  })

  const rest = (): void => release()?.subscriber.complete()

  return {
    timeSteps,
    act: (command, given, sampled) => note({ kind: 'act', command, sampled }, given),
    begin: (given) => note({ kind: 'begin' }, given),
    rest,
    close: () => {
      if (closed) return false
      closed = true
      if (run === null) schedule.runEnded?.(paced)
      else rest()
      return true
    },
    cut: () => {
      if (closed) throw new DriverError('snapshot: this world is closed')
      if (decision === null) {
        throw new DriverError(
          'snapshot: no decision is noted; the cut is after the last operator of a record and before the world steps, ' +
            'so take it in a tap below actuate, or after unsubscribing there',
        )
      }
      return { step: last, decision, index }
    },
    resume: (cut, restore) => {
      if (closed) throw new DriverError('restore: this world is closed')
      if (run !== null) throw new DriverError('restore: this world is running; unsubscribe or stop() it first')
      restore()
      ;({ step: last, decision, index } = cut)
      resumed = true
    },
  }
}
