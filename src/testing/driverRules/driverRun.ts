/** A driver under test: on a virtual clock that the rules advance, with subscribers that record everything. */
import type { SchedulerLike, Subscription } from 'rxjs'
import { eventLoop } from '../../time/schedule.js'
import type { Driver, SampledAction, TimeStep, Vector } from '../../types.js'
import { virtualClock } from '../virtualClock.js'

/** Makes the driver under test, on the clock that it is handed. */
export type MakeDriver = (scheduler: SchedulerLike) => Driver | Promise<Driver>

/** What to do with a step, while it is still being handed out. */
export type Reply = 'act' | 'begin' | 'wait'

/** What one subscriber saw and answered. */
export interface RecordedSubscriber {
  readonly steps: TimeStep[]
  /** The decision that each step was answered with, at the step's place; null for `begin`, nothing while it waits. */
  readonly decisions: (SampledAction | null)[]
  completed: boolean
  failed: boolean
  error: unknown
  leave(): void
}

/** One driver with its clock. */
export interface DriverRun {
  readonly driver: Driver
  /** A command within the bounds of the driver's actions. */
  readonly command: Vector
  /** Subscribes; `reply` is asked at each step. */
  watch(reply: (step: TimeStep, subscriber: RecordedSubscriber) => Reply): RecordedSubscriber
  /** Watches until the step at this place waits for its answer; those before it are answered `simply`. */
  play(place: number): Promise<RecordedSubscriber>
  /** Answers the subscriber's latest step. */
  answer(subscriber: RecordedSubscriber, reply: Reply): void
  /** Lets time pass until `met`; a breach if the driver lets more than enough of it go by without a sign. */
  until(awaited: string, met: () => boolean): Promise<void>
  /** Lets time pass until the promise is kept. */
  settled(awaited: string, promise: Promise<unknown>): Promise<void>
  /** Lets time pass in which any step that is due would come. */
  idle(): Promise<void>
}

/** What a rule does with its driver. */
export type RuleCheck = (run: DriverRun) => Promise<void>

/** Throws what breaks a rule. */
export const demand = (kept: boolean, expected: string, got: unknown): void => {
  if (!kept)
    throw new Error(`expected ${expected}, got ${got instanceof Error ? `the error "${got.message}"` : String(got)}`)
}

/** The error that `call` throws, or undefined. */
export const thrown = (call: () => void): unknown => {
  try {
    call()
    return undefined
  } catch (error) {
    return error
  }
}

/** The simplest agent there is: ends what has ended, and acts otherwise. */
export const simply = (step: TimeStep): Reply => (step.kind === 'last' ? 'begin' : 'act')

/** Rounds, of one step of the driver's time each, after which a step that was due is overdue. */
const overdue = 50
/** Rounds in which nothing shows that nothing will. */
const idleRounds = 10
/** Rounds after which even a lively driver has missed what was awaited. */
const enough = 10_000

const middle = (low: number, high: number): number =>
  Number.isFinite(low + high) ? (low + high) / 2 : Math.max(low, Math.min(high, 0))

/** Makes the driver on a virtual clock; `within` is how much real time, in ms, the driver is given besides for what is due. */
export const startDriver = async (make: MakeDriver, within: number): Promise<DriverRun> => {
  const clock = virtualClock()
  const driver = await make(clock)
  const { spec } = driver
  const command = Float64Array.from({ length: spec.action.size }, (_, i) =>
    middle(spec.action.low[i], spec.action.high[i]),
  )
  // Signs of life, of all subscribers together.
  let signs = 0

  const round = async (): Promise<void> => {
    await new Promise<void>((resolve) => eventLoop.schedule(() => resolve()))
    clock.advance(Math.max(1, spec.stepSeconds * 1000))
  }
  const idle = async (): Promise<void> => {
    const end = eventLoop.now() + within
    for (let rounds = 0; rounds < idleRounds || eventLoop.now() < end; rounds++) await round()
  }
  const until = async (awaited: string, met: () => boolean): Promise<void> => {
    let seen = signs
    let rounds = 0
    let end = eventLoop.now() + within
    for (let total = 0; !met(); total++) {
      demand(total < enough && (rounds++ < overdue || eventLoop.now() < end), awaited, 'nothing of the kind')
      await round()
      if (signs !== seen) {
        seen = signs
        rounds = 0
        end = eventLoop.now() + within
      }
    }
  }

  const settled = async (awaited: string, promise: Promise<unknown>): Promise<void> => {
    let kept = false
    let failure: unknown
    promise.then(
      () => (kept = true),
      (error: unknown) => (failure = error ?? 'a rejection'),
    )
    await until(awaited, () => {
      demand(failure === undefined, awaited, failure)
      return kept
    })
  }

  const answer = (subscriber: RecordedSubscriber, reply: Reply): void => {
    if (reply === 'wait') return
    const place = subscriber.steps.length - 1
    const { index } = subscriber.steps[place]
    const sampled = reply === 'act' ? { action: command } : null
    // Noted first: a driver that emits from within the call would otherwise be noted in the wrong place.
    subscriber.decisions[place] = sampled
    if (sampled === null) driver.begin(index)
    else driver.act(command, index, sampled)
  }

  const watch = (reply: (step: TimeStep, subscriber: RecordedSubscriber) => Reply): RecordedSubscriber => {
    let subscription: Subscription | null = null
    let left = false
    const subscriber: RecordedSubscriber = {
      steps: [],
      decisions: [],
      completed: false,
      failed: false,
      error: undefined,
      leave: () => {
        left = true
        subscription?.unsubscribe()
      },
    }
    const end = (how: Partial<RecordedSubscriber>): void => {
      signs++
      Object.assign(subscriber, how)
    }
    subscription = driver.timeSteps.subscribe({
      next: (step) => {
        signs++
        subscriber.steps.push(step)
        // An exception in a subscriber would be reported to nobody; here it ends the subscriber, as it ends an operator.
        const refusal = thrown(() => answer(subscriber, reply(step, subscriber)))
        if (refusal !== undefined) {
          end({ failed: true, error: refusal })
          subscriber.leave()
        }
      },
      error: (error: unknown) => end({ failed: true, error }),
      complete: () => end({ completed: true }),
    })
    if (left) subscription.unsubscribe()
    return subscriber
  }

  const play = async (place: number): Promise<RecordedSubscriber> => {
    const subscriber = watch((step, { steps }) => (steps.length > place ? 'wait' : simply(step)))
    await until(`step ${place} of a subscription`, () => {
      demand(!subscriber.failed, `step ${place} of a subscription`, subscriber.error)
      return subscriber.steps.length > place
    })
    return subscriber
  }

  return { driver, command, watch, play, answer, until, settled, idle }
}
