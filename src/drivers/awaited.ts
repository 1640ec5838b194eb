/** A driver of a world that answers later: another process, another machine, a file. */
import type { Observable, Subscription } from 'rxjs'
import { checkFinite, checkSize, finite } from '../checks.js'
import { DriverError } from '../failure.js'
import { described } from '../restored.js'
import { lockstep, type Schedule } from '../time/schedule.js'
import type { Driver, Spec, TimeStep } from '../types.js'
import { copied } from './copied.js'
import { loop } from './loop.js'
import type { Decision, RunControl } from './loopWorld.js'

/** A world that answers later, and how it is led. */
export interface AwaitedOptions<T extends TimeStep> {
  readonly spec: Spec
  /**
   * The step that follows a decision: the first of an episode for `begin`, the next one for `act`; null where the world is at its end. `index` is
   * the one that the step gets: what the step itself has in that place is not read. It is given a second time where the step that
   * was made for it was never shown, since the run was over by then.
   */
  next(decision: Decision, index: number): Promise<T | null>
  /** Brings the world to rest, and lets a `next` that is under way come to its end; called as soon as a run is over. The default does nothing. */
  stop?(): void | Promise<void>
  /** Frees what the world holds; called once. The default does nothing. */
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

/** Refuses a step of another kind than the decision leads to. */
const checkKind = (owner: string, { kind }: TimeStep, decision: Decision, index: number): void => {
  if ((kind === 'first') === (decision.kind === 'begin')) return
  const expected = decision.kind === 'begin' ? 'kind first after begin' : 'kind mid or last after act'
  throw new DriverError(`${owner}: step ${index}: expected ${expected}, got ${kind}`)
}

/**
 * A driver of a world that gives each step as a promise.
 *
 *     subscribe  ^
 *     next        b==     a====   a==          b: begin, a: act; the promise is under way
 *     timeSteps  -----f--------m--------m      f: first, m: mid
 *     answer          -a-      --a
 *
 * `next` is called one turn after subscription with `begin`, and whenever a step is answered. Calls do not overlap: the one of a later run waits
 * until the one before is over and the promise of `stop` is kept. A step that comes when its run is over is not shown. The promise of the
 * driver's `stop()` is the world's. Under a schedule of real time a step is shown at the first beat after it came; beats without one pass by.
 *
 * Memory: the step that came and was not shown yet.
 * Numbers: observation and reward must be finite. Observations and the commands in decisions are copies, so that neither side sees
 * what the other writes to its arrays later. `kind`, `time`, `previousAction` and the end of an episode are the world's to give.
 * Fails: throws without a `next`, and on a `patience` or `within` that is not above 0. Error notification with whatever `next` throws, a `NotFiniteError` by its step;
 * when `next` takes longer than `within`, by its step; on a step of a kind that the decision does not lead to and on an observation
 * of another size than the spec's; when a step stays without an answer for `patience`, on a second subscriber (the first goes on)
 * and after `close`. The world is told to stop before any error is sent. Where its `stop` fails, the driver's `stop()` and the next run fail
 * with that; where neither follows, it is an unhandled rejection.
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
  /** The index of the step that is to come. */
  let coming = 0
  let timer: Subscription | null = null
  /** Kept when the latest call of `next` is over, whatever came of it. */
  let idle: Promise<void> = Promise.resolve()
  let stopped: Promise<void> = Promise.resolve()

  const ask = (decision: Decision, present: RunControl): void => {
    const late = (): void =>
      present.fail(new DriverError(`${owner}: step ${coming} did not come within ${within} ms (see the option within)`))
    if (within < Infinity) timer = schedule.scheduler.schedule(late, within)
    const asked = Promise.all([idle, stopped]).then(() => (run === present ? next(decision, coming) : null))
    const take = (step: T | null): void => {
      if (run !== present) return
      timer?.unsubscribe()
      if (step === null) return led.complete()
      arrived = step
      present.ready()
    }
    idle = asked.then(take, present.fail)
  }

  const led = loop<T>(
    {
      open: (control) => {
        run = control
        ask({ kind: 'begin' }, control)
      },
      answered: (decision) => {
        const present = run!
        // The next step has to come first, and is not due before.
        present.pause()
        ask(decision.kind === 'begin' ? decision : { ...decision, command: copied(decision.command) }, present)
      },
      follow: (decision, index) => {
        const step = arrived!
        arrived = null
        checkKind(owner, step, decision, index)
        checkSize(owner, 'observation', step.observation, spec.observation.size)
        checkFinite('observation', step.observation, spec.observation.names)
        finite('reward', step.reward)
        coming = index + 1
        return { ...step, observation: copied(step.observation), index }
      },
      miss: () => {},
      runEnded: () => {
        run = null
        arrived = null
        timer?.unsubscribe()
        stopped = new Promise((resolve) => resolve(stop?.()))
      },
    },
    { owner, schedule, patience },
  )

  return {
    spec,
    timeSteps: led.timeSteps,
    act: led.act,
    begin: led.begin,
    stop: () => {
      led.complete()
      return stopped
    },
    close: () => {
      if (led.close()) close?.()
    },
  }
}
