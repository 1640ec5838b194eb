/** A driver under test: on a virtual clock that the rules advance, with subscribers that record what they receive. */
import type { SchedulerLike, Subscription } from 'rxjs'
import { eventLoop } from '../../time/schedule.js'
import type { Driver, SampledAction, TimeStep, Vector } from '../../types.js'
import { assertRule, thrown } from '../assertRule.js'
import { virtualClock } from '../virtualClock.js'

/** Makes the driver under test, on a given clock. */
export type MakeDriver = (scheduler: SchedulerLike) => Driver | Promise<Driver>

/** What a subscriber does with a step, within its `next`. */
export type Reply = 'act' | 'begin' | 'wait'

/** What one subscriber received and answered. */
export interface RecordedSubscriber {
  readonly steps: TimeStep[]
  /** The decision for each step, at the same place as the step; null for `begin`, and undefined while the step waits. */
  readonly decisions: (SampledAction | null)[]
  completed: boolean
  failed: boolean
  error: unknown
  unsubscribe(): void
}

/** One driver with its clock. */
export interface DriverRun {
  readonly driver: Driver
  /** A command within the bounds of the driver's actions. */
  readonly command: Vector
  /** Subscribes; `reply` decides about each step. */
  subscribe(reply: (step: TimeStep, subscriber: RecordedSubscriber) => Reply): RecordedSubscriber
  /** Subscribes, and lets time pass until the step at this place waits for its answer; earlier steps get the simplest reply. */
  playUntil(place: number): Promise<RecordedSubscriber>
  /** Answers the subscriber's latest step. */
  answer(subscriber: RecordedSubscriber, reply: Reply): void
  /** Lets time pass until `met`; fails if the driver emits nothing for too long. `awaited` names what is expected. */
  until(awaited: string, met: () => boolean): Promise<void>
  /** Lets time pass until the promise resolves. */
  settled(awaited: string, promise: Promise<unknown>): Promise<void>
  /** Lets so much time pass that every step that is due would come. */
  idle(): Promise<void>
}

/** The check of one rule. */
export type RuleCheck = (run: DriverRun) => Promise<void>

/** The simplest agent: begins an episode after a last step, and acts otherwise. */
export const simplestReply = (step: TimeStep): Reply => (step.kind === 'last' ? 'begin' : 'act')

/** Rounds without a notification, of one step of the driver's time each, after which an expected step is overdue. */
const OVERDUE_ROUNDS = 50
/** Rounds after which a step that is not due has certainly not come. */
const IDLE_ROUNDS = 10
/** The most rounds for an expectation, even if the driver emits steps. */
const MOST_ROUNDS = 10_000
/** The most times `within` for an expectation of a driver with real input and output, which a computer may let wait for many rounds. */
const MOST_WAITS = 20

const middle = (low: number, high: number): number =>
  Number.isFinite(low + high) ? (low + high) / 2 : Math.max(low, Math.min(high, 0))

/** Makes the driver on a virtual clock; `within` is the real time, in ms, that the driver has in addition for a due step. */
export const startDriver = async (make: MakeDriver, within: number): Promise<DriverRun> => {
  const clock = virtualClock()
  const driver = await make(clock)
  const { spec } = driver
  const command = Float64Array.from({ length: spec.action.size }, (_, i) =>
    middle(spec.action.low[i], spec.action.high[i]),
  )
  // The notifications of all subscribers together.
  let notifications = 0

  const round = async (): Promise<void> => {
    await new Promise<void>((resolve) => eventLoop.schedule(() => resolve()))
    clock.advance(Math.max(1, spec.stepSeconds * 1000))
  }
  const idle = async (): Promise<void> => {
    const end = eventLoop.now() + within
    for (let rounds = 0; rounds < IDLE_ROUNDS || eventLoop.now() < end; rounds++) await round()
  }
  const until = async (awaited: string, met: () => boolean): Promise<void> => {
    let seen = notifications
    let rounds = 0
    let end = eventLoop.now() + within
    const latest = eventLoop.now() + MOST_WAITS * within
    for (let total = 0; !met(); total++) {
      assertRule(
        (total < MOST_ROUNDS || eventLoop.now() < latest) && (rounds++ < OVERDUE_ROUNDS || eventLoop.now() < end),
        awaited,
        'nothing of the kind',
      )
      await round()
      if (notifications !== seen) {
        seen = notifications
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
      assertRule(failure === undefined, awaited, failure)
      return kept
    })
  }

  const answer = (subscriber: RecordedSubscriber, reply: Reply): void => {
    if (reply === 'wait') return
    const place = subscriber.steps.length - 1
    const { index } = subscriber.steps[place]
    const sampled = reply === 'act' ? { action: command } : null
    // Stored before the call, so that the place is right also for a driver that emits within the call.
    subscriber.decisions[place] = sampled
    if (sampled === null) driver.begin(index)
    else driver.act(command, index, sampled)
  }

  const subscribe = (reply: (step: TimeStep, subscriber: RecordedSubscriber) => Reply): RecordedSubscriber => {
    let subscription: Subscription | null = null
    let isUnsubscribed = false
    const subscriber: RecordedSubscriber = {
      steps: [],
      decisions: [],
      completed: false,
      failed: false,
      error: undefined,
      unsubscribe: () => {
        isUnsubscribed = true
        subscription?.unsubscribe()
      },
    }
    const end = (how: Partial<RecordedSubscriber>): void => {
      notifications++
      Object.assign(subscriber, how)
    }
    subscription = driver.timeSteps.subscribe({
      next: (step) => {
        notifications++
        subscriber.steps.push(step)
        // RxJS would report an exception in a subscriber later, outside the test; here it ends the subscriber, as it ends an operator.
        const refusal = thrown(() => answer(subscriber, reply(step, subscriber)))
        if (refusal !== undefined) {
          end({ failed: true, error: refusal })
          subscriber.unsubscribe()
        }
      },
      error: (error: unknown) => end({ failed: true, error }),
      complete: () => end({ completed: true }),
    })
    if (isUnsubscribed) subscription.unsubscribe()
    return subscriber
  }

  const playUntil = async (place: number): Promise<RecordedSubscriber> => {
    const subscriber = subscribe((step, { steps }) => (steps.length > place ? 'wait' : simplestReply(step)))
    await until(`step ${place} of a subscription`, () => {
      assertRule(!subscriber.failed, `step ${place} of a subscription`, subscriber.error)
      return subscriber.steps.length > place
    })
    return subscriber
  }

  return { driver, command, subscribe, playUntil, answer, until, settled, idle }
}
