/** The checks of the rules for operators; each throws if the operator breaks the rule. */
import { Observable, concat, ignoreElements, merge, take, tap, timer } from 'rxjs'
import type { TimeStep } from '../types.js'
import { difference } from './difference.js'
import { readMarbles, scriptedError } from './marbles.js'
import { type OperatorRun, assertRule, deepFreeze, withoutTime } from './operatorRun.js'

/** Emits the expected notifications of a timeline, in their order. */
export const inOrder = <In extends TimeStep>(
  { make, play, expectedTimeline }: OperatorRun<In>,
  marbles: string,
): void => {
  const source = readMarbles(marbles)
  const { timeline } = play(source, make())
  const expected = expectedTimeline(source)
  assertRule(
    withoutTime(timeline) === withoutTime(expected),
    'it should emit this, in this order',
    source,
    expected,
    timeline,
  )
}

/** Emits in the frame of each step. */
export const inFrame = <In extends TimeStep>({ make, play, expectedTimeline }: OperatorRun<In>): void => {
  const source = readMarbles('-a---b-t-----a-b|')
  const { timeline } = play(source, make())
  assertRule(
    timeline === expectedTimeline(source),
    'it should emit this in these frames',
    source,
    expectedTimeline(source),
    timeline,
  )
}

/** Passes on the same error object as its source. */
export const sameError = <In extends TimeStep>({ make, play, expectedTimeline }: OperatorRun<In>): void => {
  const source = readMarbles('--a-b-t-#')
  const { timeline, error } = play(source, make())
  const expected = expectedTimeline(source)
  assertRule(
    withoutTime(timeline) === withoutTime(expected),
    'it should pass on the error of its source',
    source,
    expected,
    timeline,
  )
  assertRule(
    error === scriptedError,
    `it should pass on the same error object, not ${String(error)}`,
    source,
    expected,
    timeline,
  )
}

/** Unsubscribes from a synchronous source after three values were taken. */
export const endless = <In extends TimeStep>({ make, prepare }: OperatorRun<In>): void => {
  const { notifications, letters } = readMarbles('abt'.repeat(400))
  let emitted = 0
  let received = ''
  const source = new Observable<In>((subscriber) => {
    for (const { notification } of notifications) {
      if (subscriber.closed) return
      emitted++
      if (notification.kind === 'N') subscriber.next(prepare(notification.value))
    }
  })
  take(3)(make()(source)).subscribe({ next: () => (received += '*'), error: () => (received += '#') })
  const complaint = `its source emitted ${emitted} steps although three were taken`
  assertRule(emitted < letters.length, complaint, '(abtabtabt...)', '(***|)', `(${received})`)
}

/** Unsubscribes from its source in the frame in which it is unsubscribed from. */
export const unsubscribed = <In extends TimeStep>({ make, play }: OperatorRun<In>): void => {
  const source = readMarbles('--a-b-t-a-b|')
  const unsubscribe = '^----!'
  const { subscriptions } = play(source, make(), { unsubscribe })
  const left = subscriptions.every((subscription) => subscription === unsubscribe)
  assertRule(
    left,
    'it should unsubscribe from its source when it is unsubscribed from',
    source,
    unsubscribe,
    subscriptions.join(),
  )
}

/** Subscribes to its source once. */
export const once = <In extends TimeStep>({ make, play }: OperatorRun<In>): void => {
  const source = readMarbles('--a-b-t|')
  const { subscriptions } = play(source, make())
  const complaint = `it should subscribe to its source once, not ${subscriptions.length} times`
  assertRule(subscriptions.length === 1, complaint, source, '^------!', subscriptions.join())
}

/** Writes neither to records nor to what they contain. */
export const immutable = <In extends TimeStep>({ make, prepare, play, expectedTimeline }: OperatorRun<In>): void => {
  const source = readMarbles('--a-b-t-a-b|')
  const given: { readonly record: In; readonly copy: In }[] = []
  const typed = play(source, make(), {
    prepare: (step) => {
      const record = prepare(step)
      given.push({ record, copy: structuredClone(record) })
      return record
    },
  })
  const written = given.map(({ record, copy }) => difference(copy, record, 'record')).find((found) => found !== null)
  assertRule(
    written === undefined,
    `it should not write to a record (${written})`,
    source,
    expectedTimeline(source),
    typed.timeline,
  )
  // A typed array cannot be frozen, so that the observations are plain arrays here.
  const frozen = play(source, make(), {
    prepare: (step) => deepFreeze(prepare({ ...step, observation: Array.from(step.observation) })),
  })
  const complaint = `it should accept frozen records: ${String(frozen.error)}`
  assertRule(frozen.error === null, complaint, source, expectedTimeline(source), frozen.timeline)
}

/** Shares no memory between subscriptions, neither at the same time nor one after another. */
export const unshared = <In extends TimeStep>({ make, play }: OperatorRun<In>): void => {
  const source = readMarbles('--a-b-c-d|')
  const alone = play(source, make())
  const operator = make()
  // The second subscription is one step behind the first, so that both kinds of shared memory show: a count, and the last step.
  const late: unknown[] = []
  const both = (steps: Observable<In>) => {
    const behind = concat(ignoreElements()(timer(3)), steps)
    return merge(operator(steps), tap((value) => late.push(value))(operator(behind)))
  }
  const { timeline } = play(source, both)
  const leak = difference(alone.values, late, 'values')
  assertRule(
    leak === null,
    `a second subscription, one step behind, should get the same values as one alone (${leak})`,
    source,
    alone.timeline,
    timeline,
  )
  const again = play(source, operator)
  const rest = difference(alone.values, again.values, 'values')
  assertRule(
    rest === null,
    `a later subscription should get the same values as the first (${rest})`,
    source,
    alone.timeline,
    again.timeline,
  )
}

/** Gives the same values if the stream is cut at the end of an episode. */
export const cut = <In extends TimeStep>({ make, play }: OperatorRun<In>): void => {
  const source = readMarbles('--a-b-t-a-b-u|')
  const whole = play(source, make())
  const end =
    source.notifications.findIndex(
      ({ notification }) => notification.kind === 'N' && notification.value.kind === 'last',
    ) + 1
  const completion = { frame: source.notifications[end].frame, notification: { kind: 'C' } } as const
  const operator = make()
  const before = play({ ...source, notifications: [...source.notifications.slice(0, end), completion] }, operator)
  const after = play({ ...source, notifications: source.notifications.slice(end) }, operator)
  const seam = difference(whole.values, [...before.values, ...after.values], 'values')
  const actual = `${before.timeline},${after.timeline}`
  assertRule(
    seam === null,
    `it should give the same values if the stream is cut at the end of an episode (${seam})`,
    source,
    whole.timeline,
    actual,
  )
}

/** Keeps a user's own field. */
export const fieldKept = <In extends TimeStep>({ make, prepare, play, expectedTimeline }: OperatorRun<In>): void => {
  const source = readMarbles('--a-b-t-a-b|')
  const marker = Object.freeze({})
  const { timeline, values } = play(source, make(), { prepare: (step) => ({ ...prepare(step), note: marker }) })
  const kept = values.every((value) => (value as { readonly note?: unknown } | null)?.note === marker)
  assertRule(kept, 'each step should keep its field `note`', source, expectedTimeline(source), timeline)
}

/** Emits the error that its callback throws, in the frame of the step. */
export const thrown = <In extends TimeStep>({ throwing, prepare, play, expectedTimeline }: OperatorRun<In>): void => {
  const source = readMarbles('--a-b-t-a-b|')
  const error = new Error('the error of the callback')
  let index = -1
  let failed = Infinity
  const fail = (): never => {
    failed = Math.min(failed, index)
    throw error
  }
  const played = play(source, throwing(fail), {
    prepare: (step) => {
      index = step.index
      return prepare(step)
    },
  })
  assertRule(failed < Infinity, 'its callback was never called', source, expectedTimeline(source), played.timeline)
  const { frame } = source.notifications[failed]
  const notifications = [
    ...source.notifications.slice(0, failed),
    { frame, notification: { kind: 'E', error } as const },
  ]
  const expected = expectedTimeline({ ...source, notifications })
  assertRule(
    played.timeline === expected,
    'it should emit the error that its callback threw',
    source,
    expected,
    played.timeline,
  )
  assertRule(
    played.error === error,
    `it should emit the same error object, not ${String(played.error)}`,
    source,
    expected,
    played.timeline,
  )
}
