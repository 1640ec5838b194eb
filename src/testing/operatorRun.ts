/** What the rules for operators stand on: what they are told of an operator, and the means to play it. */
import type { Observable } from 'rxjs'
import type { TimeStep } from '../types.js'
import { lineUp } from './lineUp.js'
import { type Script, draw } from './marbles.js'
import { type PlayOptions, type Played, enact } from './play.js'

/** An operator on time steps, once its options were given. */
export type Operator<In extends TimeStep> = (source: Observable<In>) => Observable<unknown>

/** What the suite is told of an operator. One that asks for more than a time step has names it: `operatorSuite<Decided>`. */
export interface OperatorSuiteOptions<In extends TimeStep> {
  /** Makes the operator afresh, with whatever it is handed. */
  readonly make: () => Operator<In>
  /** Gives the source's records the fields that the operator asks for; it cannot do without when it asks for any. */
  readonly prepare?: (step: TimeStep) => In
  /** Makes it with a callback that is, or calls, `fail`; left out where there is none. */
  readonly throwing?: (fail: () => never) => Operator<In>
  /**
   * What its memory spans: an `episode` at most (the default); the whole `run`, so that the end of an episode does make a
   * difference; or what the `caller` says who handed it in, so that subscriptions share it on purpose.
   */
  readonly memory?: 'episode' | 'run' | 'caller'
  /** The records for which something comes out; by default all. */
  readonly emits?: (step: TimeStep) => boolean
  /** False for an operator whose values are not its source's records, widened or not. */
  readonly passes?: boolean
}

/** What the rules work with. */
export interface OperatorRun<In extends TimeStep> {
  readonly make: () => Operator<In>
  readonly throwing: (fail: () => never) => Operator<In>
  readonly prepare: (step: TimeStep) => In
  readonly play: (source: Script, operator: Operator<In>, options?: PlayOptions<In, unknown>) => Played<unknown>
  /** What should come of a script when each notification is answered in its own frame. */
  readonly answer: (source: Script) => string
}

/** Sets the run for one operator. */
export const operatorRun = <In extends TimeStep>(options: OperatorSuiteOptions<In>): OperatorRun<In> => {
  // Without `prepare` the operator asks for no more than a time step has, and In is TimeStep.
  const { make, throwing = make, prepare = (step) => step as In, emits = () => true, passes = true } = options
  const letterOf =
    ({ letters }: Script) =>
    (value: unknown) =>
      passes ? (letters[(value as Partial<TimeStep> | null)?.index ?? -1] ?? '?') : '*'
  return {
    make,
    throwing,
    prepare,
    play: (source, operator, more) => enact(source, operator, { prepare, letter: letterOf(source), ...more }),
    answer: (source) => {
      const cues = source.cues.filter(({ notification: cue }) => cue.kind !== 'N' || emits(cue.value))
      return draw(cues, letterOf(source), source.length)
    },
  }
}

/** Throws, with the timelines one above the other, unless a rule was kept. */
export const insist = (
  kept: boolean,
  complaint: string,
  source: Script | string,
  expected: string,
  came: string,
): void => {
  if (kept) return
  const written =
    typeof source === 'string' ? source : draw(source.cues, ({ index }) => source.letters[index], source.length)
  throw new Error(`${complaint}\n${lineUp({ source: written, expected, came })}`)
}

/** A timeline without its time. */
export const order = (timeline: string): string => timeline.replaceAll(/ \d+ms |[-()]/g, '')

/** Freezes a record and all in it but typed arrays, which cannot be. */
export const deepFreeze = <V>(value: V): V => {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
