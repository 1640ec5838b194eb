/** The driver protocol, once for all worlds: the loop that emits a world's steps and gives the answers back to the world. */
import { Observable, type Subscriber, type Subscription } from 'rxjs'
import { atStep, DriverError } from '../failure.js'
import type { MissedBeat, Schedule, ScheduledWorld, Timeline } from '../time/schedule.js'
import type { Driver, TimeStep } from '../types.js'
import type { Decision, LoopWorld, RunControl } from './loopWorld.js'

/** Options of `loop`. */
export interface LoopOptions {
  /** The name that begins the loop's errors. */
  readonly owner: string
  readonly schedule: Schedule
  /** Milliseconds that a step may wait for its answer; Infinity waits for ever. */
  readonly patience: number
}

/** A run, cut between an answer and the step that follows it. */
export interface Cut {
  /** The step that the decision answers; null before the first step. */
  readonly step: TimeStep | null
  /** The decision that was given and is not executed yet. */
  readonly decision: Decision
  /** The index of the next step. */
  readonly index: number
}

/** A world's loop: the part of a driver that is the same for all worlds. */
export interface Loop<T extends TimeStep> extends Pick<Driver, 'act' | 'begin'> {
  readonly timeSteps: Observable<T>
  /** Completes the run, if there is one. */
  complete(): void
  /** Completes the run and refuses all later ones; returns false if the loop was closed before. */
  close(): boolean
  /** The loop's part of a snapshot. Throws unless a decision was given that is not executed yet. */
  cut(): Cut
  /** Throws during a run, and once the loop is closed; `call` begins the message. */
  checkIdle(call: string): void
  /** Calls `restore`, and lets the next subscription continue from the cut. Throws as `checkIdle` does. */
  resume(cut: Cut, restore: () => void): void
}

/** One subscription. */
interface Run<T> {
  readonly subscriber: Subscriber<T>
  timeline: Timeline | null
  /** Runs while a step waits for its answer. It keeps the process alive, so that a run without answers ends with an error. */
  answerTimer: Subscription | null
}

/**
 * The loop of a world, at rest until it is subscribed to.
 *
 * It never recurses: an answer that is given while its step is still going down the chain is used when the chain has returned; a later
 * answer wakes the timeline. When an error is sent, the world is at rest, so that `retry` begins an episode.
 *
 * Memory: the last step, the decision that is not executed yet, and the count of steps.
 * Fails: throws on a `patience` that is not above 0, and on a wrong answer, naming both steps. Error notification when a step gets no
 * answer within `patience`, on a second subscriber (the first one goes on), after `close`, and with what the world throws; a
 * `NotFiniteError` then has the index of the step.
 */
export const loop = <T extends TimeStep>(world: LoopWorld<T>, { owner, schedule, patience }: LoopOptions): Loop<T> => {
  if (!(patience > 0)) {
    throw new RangeError(
      `${owner}: patience: expected milliseconds above 0, or Infinity to wait for ever, got ${patience}`,
    )
  }
  let run: Run<T> | null = null
  let isClosed = false
  let isResumed = false
  let decision: Decision | null = null
  let last: TimeStep | null = null
  let index = 0

  const endRun = (): Run<T> | null => {
    const ended = run
    if (ended === null) return null
    run = null
    ended.timeline?.cancel()
    ended.answerTimer?.unsubscribe()
    world.runEnded?.()
    schedule.runEnded?.(scheduledWorld)
    return ended
  }

  const fail = (error: unknown): void => endRun()?.subscriber.error(error)

  const advance = (): boolean => {
    if (run === null || decision === null) return false
    const present = run
    const executed = decision
    decision = null
    let step: T
    try {
      step = world.follow(executed, index)
    } catch (error) {
      fail(atStep(error, index))
      return false
    }
    last = step
    index += 1
    present.subscriber.next(step)
    return canFollow(present)
  }

  /** After a step has gone down the chain: whether the next step can follow at once. If not, the world waits for the answer. */
  const canFollow = (present: Run<T>): boolean => {
    if (run !== present) return false
    if (decision !== null) return true
    if (patience < Infinity) present.answerTimer = schedule.scheduler.schedule(() => fail(unanswered()), patience)
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

  const scheduledWorld: ScheduledWorld = {
    advance,
    miss,
    fail: (complaint) => fail(new DriverError(`step ${index - 1} ${complaint}`)),
    ...(world.ages === undefined ? {} : { ages: world.ages }),
  }

  const noteAnswer = (answer: Decision, answeredIndex: number): void => {
    const call = `${answer.kind}(${answeredIndex})`
    if (isClosed) throw new DriverError(`${call}: this world is closed`)
    if (run === null) throw new DriverError(`${call}: no step waits for an answer; timeSteps has no subscriber`)
    if (decision !== null || answeredIndex !== index - 1)
      throw new DriverError(`${call}: ${wrongAnswer(answeredIndex)}`)
    if (answer.kind === 'act' && last?.kind === 'last') {
      throw new DriverError(
        `${call}: step ${answeredIndex} is the last of its episode, which begin(${answeredIndex}) answers`,
      )
    }
    decision = answer
    run.answerTimer?.unsubscribe()
    world.answered?.(answer)
    // The world may have ended or paused the run.
    run?.timeline?.wake()
  }

  const wrongAnswer = (answeredIndex: number): string => {
    const expected = decision === null ? `step ${index - 1}, which waits for one` : `step ${index}, yet to come`
    if (answeredIndex === last?.index)
      return `a second answer to step ${answeredIndex}; the next one goes to ${expected}`
    return `${answeredIndex < index ? 'a stale' : 'an early'} answer, to step ${answeredIndex}; expected one to ${expected}`
  }

  const controlOf = (present: Run<T>): RunControl => {
    const pause = (): void => {
      present.timeline?.cancel()
      present.timeline = null
    }
    const ready = (): void => {
      if (run !== present) return
      try {
        present.timeline = schedule.timeline(scheduledWorld)
      } catch (error) {
        return fail(error)
      }
      present.timeline.wake()
    }
    return { ready, pause, fail: (error) => run === present && fail(error) }
  }

  const timeSteps = new Observable<T>((subscriber) => {
    if (isClosed) return subscriber.error(new DriverError('timeSteps: this world is closed'))
    if (run !== null) {
      const advice = 'timeSteps: this world has a subscriber already; several share one subscription through share()'
      return subscriber.error(new DriverError(advice))
    }
    if (!isResumed) {
      decision = { kind: 'begin' }
      last = null
    }
    isResumed = false
    const present: Run<T> = { subscriber, timeline: null, answerTimer: null }
    run = present
    world.open(controlOf(present))
    return () => {
      if (run === present) endRun()
    }
  })

  const complete = (): void => endRun()?.subscriber.complete()

  const checkIdle = (call: string): void => {
    if (isClosed) throw new DriverError(`${call}: this world is closed`)
    if (run !== null) throw new DriverError(`${call}: this world is running; unsubscribe or stop() it first`)
  }

  return {
    timeSteps,
    act: (command, answeredIndex, sampled) => noteAnswer({ kind: 'act', command, sampled }, answeredIndex),
    begin: (answeredIndex) => noteAnswer({ kind: 'begin' }, answeredIndex),
    complete,
    close: () => {
      if (isClosed) return false
      isClosed = true
      if (run === null) schedule.runEnded?.(scheduledWorld)
      else complete()
      return true
    },
    cut: () => {
      if (isClosed) throw new DriverError('snapshot: this world is closed')
      if (decision === null) {
        throw new DriverError(
          'snapshot: no decision was given for the present step; a snapshot is taken after the last operator of a record and before the ' +
            'world steps: in a tap below actuate, or after unsubscribing there',
        )
      }
      return { step: last, decision, index }
    },
    checkIdle,
    resume: (cut, restore) => {
      checkIdle('restore')
      restore()
      ;({ step: last, decision, index } = cut)
      isResumed = true
    },
  }
}
