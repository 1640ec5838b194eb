/** Timelines played through an operator, in virtual time. */
import { Observable, type ObservableNotification, type SchedulerLike } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import type { TimeStep } from '../types.js'
import { type MarbleSource, type Timed, draw, readMarbles, emptyFrames } from './marbles.js'

/** How to play a timeline. */
export interface PlayOptions<In extends TimeStep, Out> {
  /** Adds the fields that the operator needs to the source's records. By default none. */
  readonly prepare?: (step: TimeStep) => In
  /** When to unsubscribe, such as `'^----!'`. The default is `'^'`: ten virtual seconds after the last notification of the source. */
  readonly unsubscribe?: string
  /** The letter of a value. By default the letter of its step in the source, or `t` or `u` for a last step, and `*` for other values. */
  readonly letter?: (value: Out) => string
}

/** An operator, or a whole pipeline. Its second argument is the virtual clock on which it is played. */
export type Playable<In, Out> = (source: Observable<In>, clock: SchedulerLike) => Observable<Out>

/** The result of a timeline. */
export interface Played<Out> {
  /** The output as marbles, to be compared column by column. */
  readonly timeline: string
  /** When the source was subscribed to and unsubscribed from, such as `'^----!'`, one for each subscription. */
  readonly subscriptions: readonly string[]
  readonly values: readonly Out[]
  /** The error of the output, or null. */
  readonly error: unknown
  readonly notifications: readonly Timed<Out>[]
}

/**
 * Plays a timeline through an operator, and draws the output.
 *
 *     const source  = '--a-b-c-d|'
 *     const limited = '--a-b-u-d|'
 *     play(source, timeLimit(2)).timeline === limited
 *
 * Each subscription to the source receives copies of the records. RxJS's timers run on the virtual clock by themselves; an operator
 * that needs a scheduler or a clock receives the virtual one: `play(source, (steps, clock) => progress({ total, clock })(steps))`. Ten
 * virtual seconds after the last notification of the source, a subscription that is still open is unsubscribed.
 */
export const play = <Out, In extends TimeStep = TimeStep>(
  marbles: string,
  operator: Playable<NoInfer<In>, Out>,
  options: PlayOptions<In, Out> = {},
): Played<Out> => playMarbles(readMarbles(marbles), operator, options)

/** `play` for a source that was read from marbles before, and perhaps cut. */
export const playMarbles = <Out, In extends TimeStep = TimeStep>(
  { notifications: planned, letters, length }: MarbleSource,
  operator: Playable<NoInfer<In>, Out>,
  options: PlayOptions<In, Out> = {},
): Played<Out> => {
  // Without `prepare` the operator needs no more fields than a time step has, and In is TimeStep.
  const { prepare = (step: TimeStep) => step as In, unsubscribe = '^', letter = letterOf(letters) } = options
  const scheduler = new TestScheduler(() => {})
  const subscriptions: string[] = []
  const source = new Observable<In>((subscriber) => {
    const from = scheduler.frame
    const subscription = subscriptions.push(`${emptyFrames(from)}^`) - 1
    for (const { frame, notification } of planned) {
      const emit = (): void => {
        if (notification.kind === 'N') subscriber.next(prepare(structuredClone(notification.value)))
        else if (notification.kind === 'E') subscriber.error(notification.error)
        else subscriber.complete()
      }
      subscriber.add(scheduler.schedule(emit, frame))
    }
    subscriber.add(() => (subscriptions[subscription] += `${emptyFrames(scheduler.frame - from - 1)}!`))
  })
  const notifications: Timed<Out>[] = []
  const record = (notification: ObservableNotification<Out>): void => {
    notifications.push({ frame: scheduler.frame, notification })
  }
  scheduler.run(() => {
    const subscription = operator(source, scheduler).subscribe({
      next: (value) => record({ kind: 'N', value }),
      error: (error: unknown) => record({ kind: 'E', error }),
      complete: () => record({ kind: 'C' }),
    })
    const { unsubscribedFrame } = TestScheduler.parseMarblesAsSubscriptions(unsubscribe, true)
    const until = unsubscribedFrame < Infinity ? unsubscribedFrame : (planned.at(-1)?.frame ?? 0) + 10_000
    subscription.add(scheduler.schedule(() => subscription.unsubscribe(), until))
  })
  return {
    timeline: draw(notifications, letter, length),
    subscriptions,
    values: notifications.flatMap(({ notification }) => (notification.kind === 'N' ? [notification.value] : [])),
    error:
      notifications.flatMap(({ notification }) => (notification.kind === 'E' ? [notification.error] : []))[0] ?? null,
    notifications,
  }
}

/** The letter of a record's step in the source; of a last step `t` or `u`, as the record says. */
const letterOf =
  (letters: readonly string[]) =>
  (value: unknown): string => {
    const { index, kind, terminated } = (value ?? {}) as Partial<TimeStep>
    if (index === undefined) return '*'
    if (kind === 'last') return terminated ? 't' : 'u'
    return letters[index] ?? '*'
  }
