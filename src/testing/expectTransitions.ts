/** Checks in marbles which transitions a pipeline gives to a learner, and when. */
import type { TimeStep, Transition } from '../types.js'
import { difference } from './difference.js'
import { lineUp } from './lineUp.js'
import { draw, parseMarbles, readMarbles } from './marbles.js'
import { type Playable, playMarbles } from './play.js'

/** A record with its transition; null if there is no step before it in its episode. */
export type PairedStep = TimeStep & { readonly transition: Transition | null }

/** Expected values of one transition; values that are left out are not checked. */
export interface ExpectedTransition extends Partial<Transition> {
  /** The letters of the steps on its two sides: `'a>b'`. */
  readonly between?: string
}

/** The source of a pipeline, and the transitions that are expected of it. */
export interface TransitionsExpectation<In extends TimeStep> {
  readonly source: string
  /** Each transition as the letter of the step that it leads to, with `t` and `u` as the transition has them; `.` for a record without one. */
  readonly transitions: string
  /** Values of the transitions, in their order. By default no values are checked. */
  readonly values?: readonly ExpectedTransition[]
  /** Adds the fields that the pipeline needs to the source's records. By default none. */
  readonly prepare?: (step: TimeStep) => In
}

/**
 * Plays a timeline through your pipeline, and throws unless its output has these transitions, in these frames.
 *
 *     expectTransitions((source) => transitions()(timeLimit(2)(source)), {
 *       source:      '--a-b-c-d-t|',
 *       transitions: '--.-b-u-.-t|',
 *       values: [{ between: 'a>b', reward: 1.125 }, { truncated: true }, { between: 'd>t' }],
 *     })
 *
 * `between` finds the steps of a transition by their observations, among the records of the output.
 *
 * Memory: none; records are played as `play` does.
 * Numbers: values are compared bit for bit.
 * Fails: throws an Error with both timelines one above the other, or with the first value that differs.
 */
export const expectTransitions = <In extends TimeStep = TimeStep>(
  pipeline: Playable<NoInfer<In>, PairedStep>,
  { source, transitions, values, ...options }: TransitionsExpectation<In>,
): void => {
  const written = readMarbles(source)
  const letterOf = ({ index }: TimeStep): string => written.letters[index] ?? '?'
  const letter = (step: PairedStep): string => {
    if (step.transition === null) return '.'
    const { terminated, truncated } = step.transition
    return terminated ? 't' : truncated ? 'u' : letterOf(step)
  }
  const {
    notifications,
    timeline: actual,
    values: steps,
    error,
  } = playMarbles(written, pipeline, { ...options, letter })
  const lines = lineUp({ source, expected: transitions, actual })
  // Both are drawn again, without frames at the end: it makes no difference how time and silence were written.
  const kept = draw(parseMarbles(transitions), (drawn) => drawn, 0) === draw(notifications, letter, 0)
  const failure = error !== null && !kept ? `\n  it failed with ${String(error)}` : ''
  if (!kept) throw new Error(`expected these transitions, in these frames\n${lines}${failure}`)

  const sideOf = (observation: unknown): string => {
    const step = steps.find((each) => each.observation === observation)
    return step === undefined ? '?' : letterOf(step)
  }
  const found = steps.flatMap(({ transition }) => (transition === null ? [] : [transition]))
  if (values !== undefined && values.length !== found.length) {
    throw new Error(`expected ${values.length} transitions, got ${found.length}\n${lines}`)
  }
  values?.forEach((value, place) => {
    const transition = found[place]
    const between = `${sideOf(transition.observation)}>${sideOf(transition.nextObservation)}`
    const named: Readonly<Record<string, unknown>> = { ...transition, between }
    const actualValues = Object.fromEntries(Object.keys(value).map((key) => [key, named[key]]))
    const wrong = difference(value, actualValues, `transition ${place} (${between})`)
    if (wrong !== null) throw new Error(`${wrong}\n${lines}`)
  })
}
