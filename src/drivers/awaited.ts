/** A driver of a world that returns each step later: another process, another machine, a file. */
import type { Observable, Subscription } from 'rxjs'
import { checkFinite, checkSize, finite } from '../checks.js'
import { DriverError } from '../failure.js'
import { described } from '../restored.js'
import { lockstep, type Schedule } from '../time/schedule.js'
import type { Driver, Spec, TimeStep } from '../types.js'
import { copied } from './copied.js'
import { lastStop } from './lastStop.js'
import { loop } from './loop.js'
import type { Decision, RunControl } from './loopWorld.js'

/** A world that returns each step later, and options of its driver. */
export interface AwaitedOptions<T extends TimeStep> {
  readonly spec: Spec
  /**
   * The step that follows a decision: the first of an episode for `begin`, the next one for `act`; null if the world is at its end.
   * `index` is the index that the step will have; the step's own `index` is ignored. A second call has the same index if the step of
   * the first call was not shown, since the run was over by then.
   */
  next(decision: Decision, index: number): Promise<T | null>
  /** Brings the world to rest and lets a pending `next` finish; called as soon as a run is over. The default does nothing. */
  stop?(): void | Promise<void>
  /** Frees the world's resources; called once. The default does nothing. */
  close?(): void
  /** Begins the messages of errors; the default is the name in `spec`. */
  readonly owner?: string
  /** The default is `lockstep()`. */
  readonly schedule?: Schedule
  /** Milliseconds that a step may stay without an answer; the default is 10,000, and Infinity waits for ever. */
  readonly patience?: number
  /** Milliseconds that `next` may take, the wait for an earlier call included; the default is Infinity. */
  readonly within?: number
}

/** A driver with the steps of its world. */
export interface AwaitedDriver<T extends TimeStep> extends Driver {
  readonly timeSteps: Observable<T>
}

/** Refuses a step whose kind does not fit the decision. */
const checkKind = (owner: string, { kind }: TimeStep, decision: Decision, index: number): void => {
  if ((kind === 'first') === (decision.kind === 'begin')) return
  const expected = decision.kind === 'begin' ? 'kind first after begin' : 'kind mid or last after act'
  throw new DriverError(`${owner}: step ${index}: expected ${expected}, got ${kind}`)
}

/**
 * A driver of a world that returns each step as a promise.
 *
 *     subscribe  ^
 *     next        b==     a====   a==          b: begin, a: act; the promise is under way
 *     timeSteps  -----f--------m--------m      f: first, m: mid
 *     answer          -a-      --a
 *
 * The driver calls `next` with `begin` one turn after subscription, and after each answer. Calls do not overlap: the call of a later
 * run waits until the one before is over and the promise of `stop` is resolved. A step that comes after its run is over is not shown.
 * The promise of the driver's `stop()` is that of the world's `stop`. Under a real-time schedule a step is shown at the first beat
 * after it came; a beat without a step shows nothing.
 *
 * Memory: the step that has come and is not shown yet.
 * Numbers: observation and reward must be finite. Observations and the commands in decisions are copies, so that later writes to an
 * array do not reach the other side. The world sets `kind`, `time`, `previousAction` and the end of an episode.
 * Fails: throws without a `next`, and on a `patience` or `within` that is not above 0. Error notification with every error that `next`
 * throws, a `NotFiniteError` with its step; when `next` takes longer than `within`, with its step; on a step whose kind does not fit
 * the decision and on an observation of another size than the spec's; when a step stays without an answer for `patience`, on a second
 * subscriber (the first goes on) and after `close`. The driver stops the world before it sends any error. If the world's `stop` fails,
 * the driver's `stop()` and the next run fail with its error; if no caller awaits it, one line is printed.
 */
export const awaited = <T extends TimeStep = TimeStep>({
  spec,
  next,
  stop,
  close,
  owner = spec.name,
  schedule = lockstep(),
  patience = 10_000,
  within = Infinity,
}: AwaitedOptions<T>): AwaitedDriver<T> => {
  if (typeof next !== 'function') throw new TypeError(`awaited: next: expected a function, got ${described(next)}`)
  if (!(within > 0)) throw new RangeError(`${owner}: within: expected milliseconds above 0, or Infinity, got ${within}`)
  let run: RunControl | null = null
  let arrived: T | null = null
  /** The index of the next step. */
  let nextIndex = 0
  let timer: Subscription | null = null
  /** Resolves when the latest call of `next` is over, with or without a step. */
  let idle: Promise<void> = Promise.resolve()
  const last = lastStop(owner)

  const callNext = (decision: Decision, present: RunControl): void => {
    const late = (): void =>
      present.fail(
        new DriverError(`${owner}: step ${nextIndex} did not come within ${within} ms (see the option within)`),
      )
    if (within < Infinity) timer = schedule.scheduler.schedule(late, within)
    const asked = Promise.all([idle, last.wait()]).then(() => (run === present ? next(decision, nextIndex) : null))
    const take = (step: T | null): void => {
      if (run !== present) return
      timer?.unsubscribe()
      if (step === null) return awaitedLoop.complete()
      arrived = step
      present.ready()
    }
    idle = asked.then(take, present.fail)
  }

  const awaitedLoop = loop<T>(
    {
      open: (control) => {
        run = control
        callNext({ kind: 'begin' }, control)
      },
      answered: (decision) => {
        const present = run!
        // The loop pauses until the next step has come.
        present.pause()
        callNext(decision.kind === 'begin' ? decision : { ...decision, command: copied(decision.command) }, present)
      },
      follow: (decision, index) => {
        const step = arrived!
        arrived = null
        checkKind(owner, step, decision, index)
        checkSize(owner, 'observation', step.observation, spec.observation.size)
        checkFinite('observation', step.observation, spec.observation.names)
        finite('reward', step.reward)
        nextIndex = index + 1
        return { ...step, observation: copied(step.observation), index }
      },
      miss: () => {},
      runEnded: () => {
        run = null
        arrived = null
        timer?.unsubscribe()
        last.begin(new Promise((resolve) => resolve(stop?.())))
      },
    },
    { owner, schedule, patience },
  )

  return {
    spec,
    timeSteps: awaitedLoop.timeSteps,
    act: awaitedLoop.act,
    begin: awaitedLoop.begin,
    stop: () => {
      awaitedLoop.complete()
      return last.wait()
    },
    close: () => {
      if (awaitedLoop.close()) close?.()
    },
  }
}
