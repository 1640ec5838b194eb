/** What the rules for operators use: the description of an operator, and the means to play it. */
import type { Observable } from 'rxjs'
import type { TimeStep } from '../types.js'
import { lineUp } from './lineUp.js'
import { type MarbleSource, draw } from './marbles.js'
import { type PlayOptions, type Played, playMarbles } from './play.js'

/** An operator on time steps, with its options given. */
export type Operator<In extends TimeStep> = (source: Observable<In>) => Observable<unknown>

/** Describes an operator. If it needs more fields than a time step has, name their type: `operatorSuite<Decided>`. */
export interface OperatorSuiteOptions<In extends TimeStep> {
  /** Makes a new operator, with its options. */
  readonly make: () => Operator<In>
  /** Adds the fields that the operator needs to the source's records. By default none; required if the operator needs any. */
  readonly prepare?: (step: TimeStep) => In
  /** Makes the operator with a callback that is, or calls, `fail`. By default the operator has no callback. */
  readonly throwing?: (fail: () => never) => Operator<In>
  /**
   * What the operator's memory lasts for: at most an `episode`; a whole `run`, so that it goes on after the end of an episode; or what
   * the `caller` hands in, so that subscriptions share it. The default is `episode`.
   */
  readonly memory?: 'episode' | 'run' | 'caller'
  /** Whether the operator emits something for a record. By default it does so for all records. */
  readonly emits?: (step: TimeStep) => boolean
  /** Whether the operator emits its source's records, with or without more fields. The default is true. */
  readonly passes?: boolean
}

/** One operator, as the rules use it. */
export interface OperatorRun<In extends TimeStep> {
  readonly make: () => Operator<In>
  readonly throwing: (fail: () => never) => Operator<In>
  readonly prepare: (step: TimeStep) => In
  readonly play: (source: MarbleSource, operator: Operator<In>, options?: PlayOptions<In, unknown>) => Played<unknown>
  /** The timeline that is expected if the operator emits in the frame of each notification. */
  readonly expectedTimeline: (source: MarbleSource) => string
}

/** Makes the run of an operator. */
export const operatorRun = <In extends TimeStep>(options: OperatorSuiteOptions<In>): OperatorRun<In> => {
  // Without `prepare` the operator needs no more fields than a time step has, and In is TimeStep.
  const { make, throwing = make, prepare = (step) => step as In, emits = () => true, passes = true } = options
  const letterOf =
    ({ letters }: MarbleSource) =>
    (value: unknown) =>
      passes ? (letters[(value as Partial<TimeStep> | null)?.index ?? -1] ?? '?') : '*'
  return {
    make,
    throwing,
    prepare,
    play: (source, operator, more) => playMarbles(source, operator, { prepare, letter: letterOf(source), ...more }),
    expectedTimeline: (source) => {
      const notifications = source.notifications.filter(
        ({ notification: emitted }) => emitted.kind !== 'N' || emits(emitted.value),
      )
      return draw(notifications, letterOf(source), source.length)
    },
  }
}

/** Throws, with the timelines one above the other, unless the rule is kept. */
export const assertRule = (
  isKept: boolean,
  complaint: string,
  source: MarbleSource | string,
  expected: string,
  actual: string,
): void => {
  if (isKept) return
  const written =
    typeof source === 'string'
      ? source
      : draw(source.notifications, ({ index }) => source.letters[index], source.length)
  throw new Error(`${complaint}\n${lineUp({ source: written, expected, actual })}`)
}

/** A timeline without its frames: the order of its notifications alone. */
export const withoutTime = (timeline: string): string => timeline.replaceAll(/ \d+ms |[-()]/g, '')

/** Freezes a record and everything in it except typed arrays, which cannot be frozen. */
export const deepFreeze = <V>(value: V): V => {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
