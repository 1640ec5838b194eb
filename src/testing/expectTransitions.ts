/** What a pipeline hands to a learner, and when, asserted in marbles. */
import type { TimeStep, Transition } from '../types.js'
import { difference } from './difference.js'
import { lineUp } from './lineUp.js'
import { draw, heard, script } from './marbles.js'
import { type Playable, enact } from './play.js'

/** A record that was paired, or could not be. */
export type PairedStep = TimeStep & { readonly transition: Transition | null }

/** Values that are expected of one transition; what is left out may be anything. */
export interface ExpectedTransition extends Partial<Transition> {
  /** The letters of the steps on its two sides: `'a>b'`. */
  readonly between?: string
}

/** What is played through a pipeline, and what is expected of it. */
export interface TransitionsExpectation<In extends TimeStep> {
  readonly source: string
  /** A transition by the letter of the step that it led to, `t` and `u` as it says itself; `.` for a record that was not paired. */
  readonly transitions: string
  /** Of the transitions, in their order; left out, nothing is asked of their values. */
  readonly values?: readonly ExpectedTransition[]
  /** Gives the source's records the fields that the pipeline asks for. */
  readonly prepare?: (step: TimeStep) => In
}

/**
 * Plays a timeline through a pipeline of one's own, and throws unless these transitions came out of it, in these frames.
 *
 *     expectTransitions((source) => transitions()(timeLimit(2)(source)), {
 *       source:      '--a-b-c-d-t|',
 *       transitions: '--.-b-u-.-t|',
 *       values: [{ between: 'a>b', reward: 1.125 }, { truncated: true }, { between: 'd>t' }],
 *     })
 *
 * The sides of a transition are recognized by their observations: they are those of records that came out.
 *
 * Memory: none; records are played as `play` does.
 * Numbers: values are compared bit for bit.
 * Fails: throws an Error with both timelines one above the other, or with the first value that differs.
 */
export const expectTransitions = <In extends TimeStep = TimeStep>(
  pipeline: Playable<NoInfer<In>, PairedStep>,
  { source, transitions, values, ...options }: TransitionsExpectation<In>,
): void => {
  const written = script(source)
  const letterOf = ({ index }: TimeStep): string => written.letters[index] ?? '?'
  const letter = (step: PairedStep): string => {
    if (step.transition === null) return '.'
    const { terminated, truncated } = step.transition
    return terminated ? 't' : truncated ? 'u' : letterOf(step)
  }
  const { notifications, timeline: came, values: steps, error } = enact(written, pipeline, { ...options, letter })
  const lines = lineUp({ source, expected: transitions, came })
  // Both drawn anew, and no longer than they need be: how time and silence were written makes no difference.
  const kept = draw(heard(transitions), (drawn) => drawn, 0) === draw(notifications, letter, 0)
  const why = error !== null && !kept ? `\n  it failed with ${String(error)}` : ''
  if (!kept) throw new Error(`these transitions should come, in these frames\n${lines}${why}`)

  const sideOf = (observation: unknown): string => {
    const step = steps.find((each) => each.observation === observation)
    return step === undefined ? '?' : letterOf(step)
  }
  const found = steps.flatMap(({ transition }) => (transition === null ? [] : [transition]))
  if (values !== undefined && values.length !== found.length) {
    throw new Error(`expected ${values.length} transitions, came ${found.length}\n${lines}`)
  }
  values?.forEach((value, place) => {
    const transition = found[place]
    const between = `${sideOf(transition.observation)}>${sideOf(transition.nextObservation)}`
    const named: Readonly<Record<string, unknown>> = { ...transition, between }
    const asked = Object.fromEntries(Object.keys(value).map((key) => [key, named[key]]))
    const wrong = difference(value, asked, `transition ${place} (${between})`)
    if (wrong !== null) throw new Error(`${wrong}\n${lines}`)
  })
}
