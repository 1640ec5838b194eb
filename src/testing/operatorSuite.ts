/** What every operator on time steps must keep to, as rules for whichever test framework. */
import { Observable, concat, ignoreElements, merge, take, tap, timer } from 'rxjs'
import type { TimeStep } from '../types.js'
import { difference } from './difference.js'
import { script, scriptedError } from './marbles.js'
import { type OperatorSuiteOptions, type OperatorRun, deepFreeze, insist, order, operatorRun } from './operatorRun.js'
import type { Rule } from './rule.js'

/**
 * The rules for one operator: `for (const { name, run } of operatorSuite({ make })) test(name, run)`.
 *
 * No source here has more than six steps, except in `many`, and none is silent for long, except in `never`.
 *
 * Memory: none; every rule makes its operator, or two, itself.
 * Fails: a rule rejects with the timelines that were played, expected and seen, one above the other.
 */
export const operatorSuite = <In extends TimeStep = TimeStep>(
  options: OperatorSuiteOptions<In> & (TimeStep extends In ? unknown : { readonly prepare: unknown }),
): readonly Rule[] => {
  const { memory = 'episode', passes = true } = options
  const run = operatorRun(options)
  return [
    rule('never: says nothing while its source says nothing', () => inOrder(run, '-')),
    rule('empty: completes with a source that had nothing to say', () => inOrder(run, '--|')),
    rule('one: passes a single step, and completes', () => inOrder(run, '--a-|')),
    rule('many: passes all steps in their order, and completes', () => inOrder(run, '--a-b-t-a-b-c-d-u-a-b|')),
    rule('error: passes the very error of its source on', () => sameError(run)),
    rule('endless: lets go of a source that neither ends nor waits', () => endless(run)),
    rule('unsubscribe: leaves its source in the frame in which it is left', () => unsubscribed(run)),
    rule('once: subscribes to its source once', () => once(run)),
    rule('frame: says what it has to say about a step in the frame of that step', () => inFrame(run)),
    rule('immutable: leaves records and what is in them as they are', () => immutable(run)),
    ...when(
      memory !== 'caller',
      rule('memory: two subscriptions share none', () => unshared(run)),
    ),
    ...when(
      memory !== 'run',
      rule('episode: a stream cut where an episode ends says the same', () => cut(run)),
    ),
    ...when(
      passes,
      rule("field: keeps a user's own field", () => fieldKept(run)),
    ),
    ...when(
      options.throwing !== undefined,
      rule('callback: notifies of what its callback throws', () => thrown(run)),
    ),
  ]
}

const rule = (name: string, run: () => void): Rule => ({ name, run: async () => run() })

const when = (applies: boolean, ...rules: readonly Rule[]): readonly Rule[] => (applies ? rules : [])

const inOrder = <In extends TimeStep>({ make, play, answer }: OperatorRun<In>, marbles: string): void => {
  const source = script(marbles)
  const { timeline } = play(source, make())
  const expected = answer(source)
  insist(order(timeline) === order(expected), 'it should say this, in this order', source, expected, timeline)
}

const inFrame = <In extends TimeStep>({ make, play, answer }: OperatorRun<In>): void => {
  const source = script('-a---b-t-----a-b|')
  const { timeline } = play(source, make())
  insist(timeline === answer(source), 'it should say this in these frames', source, answer(source), timeline)
}

const sameError = <In extends TimeStep>({ make, play, answer }: OperatorRun<In>): void => {
  const source = script('--a-b-t-#')
  const { timeline, error } = play(source, make())
  const expected = answer(source)
  insist(order(timeline) === order(expected), 'it should pass the error of its source on', source, expected, timeline)
  insist(error === scriptedError, `it should pass on the very error, not ${String(error)}`, source, expected, timeline)
}

const endless = <In extends TimeStep>({ make, prepare }: OperatorRun<In>): void => {
  const { cues, letters } = script('abt'.repeat(400))
  let said = 0
  let heard = ''
  const source = new Observable<In>((subscriber) => {
    for (const { notification } of cues) {
      if (subscriber.closed) return
      said++
      if (notification.kind === 'N') subscriber.next(prepare(notification.value))
    }
  })
  take(3)(make()(source)).subscribe({ next: () => (heard += '*'), error: () => (heard += '#') })
  const complaint = `its source said ${said} steps although three were taken`
  insist(said < letters.length, complaint, '(abtabtabt...)', '(***|)', `(${heard})`)
}

const unsubscribed = <In extends TimeStep>({ make, play }: OperatorRun<In>): void => {
  const source = script('--a-b-t-a-b|')
  const unsubscribe = '^----!'
  const { subscriptions } = play(source, make(), { unsubscribe })
  const left = subscriptions.every((subscription) => subscription === unsubscribe)
  insist(left, 'it should leave its source when it is left', source, unsubscribe, subscriptions.join())
}

const once = <In extends TimeStep>({ make, play }: OperatorRun<In>): void => {
  const source = script('--a-b-t|')
  const { subscriptions } = play(source, make())
  const complaint = `it should subscribe to its source once, not ${subscriptions.length} times`
  insist(subscriptions.length === 1, complaint, source, '^------!', subscriptions.join())
}

const immutable = <In extends TimeStep>({ make, prepare, play, answer }: OperatorRun<In>): void => {
  const source = script('--a-b-t-a-b|')
  const given: { readonly record: In; readonly copy: In }[] = []
  const typed = play(source, make(), {
    prepare: (step) => {
      const record = prepare(step)
      given.push({ record, copy: structuredClone(record) })
      return record
    },
  })
  const written = given.map(({ record, copy }) => difference(copy, record, 'record')).find((found) => found !== null)
  insist(written === undefined, `it should not write to a record (${written})`, source, answer(source), typed.timeline)
  // A typed array cannot be frozen, so that the observations are plain arrays here.
  const frozen = play(source, make(), {
    prepare: (step) => deepFreeze(prepare({ ...step, observation: Array.from(step.observation) })),
  })
  const complaint = `it should take frozen records: ${String(frozen.error)}`
  insist(frozen.error === null, complaint, source, answer(source), frozen.timeline)
}

const unshared = <In extends TimeStep>({ make, play }: OperatorRun<In>): void => {
  const source = script('--a-b-c-d|')
  const alone = play(source, make())
  const operator = make()
  // The second subscription is one step behind the first, so that neither kind of leak stays hidden: what the other one
  // has counted up to, and which step it saw last.
  const late: unknown[] = []
  const both = (steps: Observable<In>) => {
    const behind = concat(ignoreElements()(timer(3)), steps)
    return merge(operator(steps), tap((value) => late.push(value))(operator(behind)))
  }
  const { timeline } = play(source, both)
  const leak = difference(alone.values, late, 'values')
  insist(
    leak === null,
    `a second subscription, one step behind, should not notice the first (${leak})`,
    source,
    alone.timeline,
    timeline,
  )
  const again = play(source, operator)
  const rest = difference(alone.values, again.values, 'values')
  insist(
    rest === null,
    `a later subscription should not notice an earlier one (${rest})`,
    source,
    alone.timeline,
    again.timeline,
  )
}

const cut = <In extends TimeStep>({ make, play }: OperatorRun<In>): void => {
  const source = script('--a-b-t-a-b-u|')
  const whole = play(source, make())
  const end =
    source.cues.findIndex(({ notification }) => notification.kind === 'N' && notification.value.kind === 'last') + 1
  const completion = { frame: source.cues[end].frame, notification: { kind: 'C' } } as const
  const operator = make()
  const before = play({ ...source, cues: [...source.cues.slice(0, end), completion] }, operator)
  const after = play({ ...source, cues: source.cues.slice(end) }, operator)
  const seam = difference(whole.values, [...before.values, ...after.values], 'values')
  const came = `${before.timeline},${after.timeline}`
  insist(
    seam === null,
    `it should not notice that the stream was cut at the end of an episode (${seam})`,
    source,
    whole.timeline,
    came,
  )
}

const fieldKept = <In extends TimeStep>({ make, prepare, play, answer }: OperatorRun<In>): void => {
  const source = script('--a-b-t-a-b|')
  const note = Object.freeze({})
  const { timeline, values } = play(source, make(), { prepare: (step) => ({ ...prepare(step), note }) })
  const kept = values.every((value) => (value as { readonly note?: unknown } | null)?.note === note)
  insist(kept, 'each step should keep the field `note` that it came with', source, answer(source), timeline)
}

const thrown = <In extends TimeStep>({ throwing, prepare, play, answer }: OperatorRun<In>): void => {
  const source = script('--a-b-t-a-b|')
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
  insist(failed < Infinity, 'its callback was never called', source, answer(source), played.timeline)
  const { frame } = source.cues[failed]
  const cues = [...source.cues.slice(0, failed), { frame, notification: { kind: 'E', error } as const }]
  const expected = answer({ ...source, cues })
  insist(played.timeline === expected, 'it should notify of what its callback threw', source, expected, played.timeline)
  insist(
    played.error === error,
    `it should pass on the very error, not ${String(played.error)}`,
    source,
    expected,
    played.timeline,
  )
}
