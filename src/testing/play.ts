/** Timelines played through an operator, in virtual time. */
import { Observable, type ObservableNotification, type SchedulerLike } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import type { TimeStep } from '../types.js'
import { type Script, type Timed, draw, script, silence } from './marbles.js'

/** How to play a timeline. */
export interface PlayOptions<In extends TimeStep, Out> {
  /** Gives the source's records the fields that the operator asks for. */
  readonly prepare?: (step: TimeStep) => In
  /** When to unsubscribe: `'^----!'`. */
  readonly unsubscribe?: string
  /** How to draw what comes out; by default each record by its own letter, an end by what the record says. */
  readonly letter?: (value: Out) => string
}

/** An operator, or a whole pipeline, that may ask for the virtual clock on which it is played. */
export type Playable<In, Out> = (source: Observable<In>, clock: SchedulerLike) => Observable<Out>

/** What came of a timeline. */
export interface Played<Out> {
  /** Drawn as marbles, for comparison with others column by column. */
  readonly timeline: string
  /** When the source was subscribed to and left: `'^----!'`, once for each time. */
  readonly subscriptions: readonly string[]
  readonly values: readonly Out[]
  /** What it failed with, or null. */
  readonly error: unknown
  readonly notifications: readonly Timed<Out>[]
}

/**
 * Plays a timeline through an operator, and draws what came out.
 *
 *     const source  = '--a-b-c-d|'
 *     const limited = '--a-b-u-d|'
 *     play(source, timeLimit(2)).timeline === limited
 *
 * Each subscription to the source gets records of its own making. RxJS's timers run on the virtual clock by themselves; what
 * asks for a scheduler or a clock is given it: `play(source, (steps, clock) => progress({ total, clock })(steps))`. Ten
 * virtual seconds after the last record whoever still listens is unsubscribed.
 */
export const play = <Out, In extends TimeStep = TimeStep>(
  marbles: string,
  operator: Playable<NoInfer<In>, Out>,
  options: PlayOptions<In, Out> = {},
): Played<Out> => enact(script(marbles), operator, options)

/** `play` for a script that was read already, and maybe cut. */
export const enact = <Out, In extends TimeStep = TimeStep>(
  { cues, letters, length }: Script,
  operator: Playable<NoInfer<In>, Out>,
  options: PlayOptions<In, Out> = {},
): Played<Out> => {
  // Without `prepare` the operator asks for no more than a time step has, and In is TimeStep.
  const { prepare = (step: TimeStep) => step as In, unsubscribe = '^', letter = letterOf(letters) } = options
  const scheduler = new TestScheduler(() => {})
  const subscriptions: string[] = []
  const source = new Observable<In>((subscriber) => {
    const from = scheduler.frame
    const subscription = subscriptions.push(`${silence(from)}^`) - 1
    for (const { frame, notification } of cues) {
      const cue = (): void => {
        if (notification.kind === 'N') subscriber.next(prepare(structuredClone(notification.value)))
        else if (notification.kind === 'E') subscriber.error(notification.error)
        else subscriber.complete()
      }
      subscriber.add(scheduler.schedule(cue, frame))
    }
    subscriber.add(() => (subscriptions[subscription] += `${silence(scheduler.frame - from - 1)}!`))
  })
  const notifications: Timed<Out>[] = []
  const note = (notification: ObservableNotification<Out>): void => {
    notifications.push({ frame: scheduler.frame, notification })
  }
  scheduler.run(() => {
    const subscription = operator(source, scheduler).subscribe({
      next: (value) => note({ kind: 'N', value }),
      error: (error: unknown) => note({ kind: 'E', error }),
      complete: () => note({ kind: 'C' }),
    })
    const { unsubscribedFrame } = TestScheduler.parseMarblesAsSubscriptions(unsubscribe, true)
    const until = unsubscribedFrame < Infinity ? unsubscribedFrame : (cues.at(-1)?.frame ?? 0) + 10_000
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

/** A record by the letter that its source had for it, except that an episode's end shows as what it has become. */
const letterOf =
  (letters: readonly string[]) =>
  (value: unknown): string => {
    const { index, kind, terminated } = (value ?? {}) as Partial<TimeStep>
    if (index === undefined) return '*'
    if (kind === 'last') return terminated ? 't' : 'u'
    return letters[index] ?? '*'
  }
