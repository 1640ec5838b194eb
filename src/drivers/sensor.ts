/** How a sensor is declared. */
import type { Observable } from 'rxjs'
import type { Stamped } from '../time/stamped.js'
import type { Vector } from '../types.js'

/** What a sensor's stream says: a vector of the declared size, or a number where that is 1. Nobody writes to it afterwards. */
export type Reading = number | Vector

/** Takes a reading into what the readings since the last step came to; null at the first one. Gives a fresh vector of the declared size. */
export type Fold = (sofar: Vector | null, reading: Vector) => Vector

/** What `observe` asks of a link, for the reason why a sensor is silent: the `link` of a source. */
export interface LinkState {
  readonly value: { readonly connected: boolean; readonly failure: string | null }
}

/** How a sensor is declared whose stream says messages of type `M`. All times are in milliseconds. */
export interface SensorOptions<M = Reading> {
  /** Finds the reading in a message; by default the message is the reading. What it throws makes the reading a bad one. */
  readonly read?: (message: M) => Reading
  /**
   * Finds in a message when it was measured, in milliseconds since 1970; null where it does not say. It goes before the stamp of a
   * `Stamped` message. `arrived` is the present time on the same scale, for devices whose clocks begin elsewhere.
   */
  readonly stamp?: (message: M, arrived: number) => number | null
  /** What a reading of another size, or one that is not finite, does: counted and skipped, or (the default) the end. */
  readonly onBad?: 'skip' | 'fail'
  /** The counts of the link behind the stream, by default those that the stream carries as `link`; operators drop that. */
  readonly link?: LinkState
  /** Components of a reading; by default as many as it has names, or else 1. */
  readonly size?: number
  /** One name a component; by default the sensor's own, numbered where there are several. */
  readonly names?: readonly string[]
  /** One SI unit a component, or one for all; `1` where it has none. */
  readonly units?: string | readonly string[]
  /** Lower bounds, one a component or one for all; for the spec alone, nothing is clamped. */
  readonly low?: Reading
  /** Upper bounds, likewise. */
  readonly high?: Reading
  /**
   * What a step gets of the readings since the step before: the `latest`, their `sum` (increments such as odometry, of
   * which none may be lost), their `mean`, or a fold. Without a reading a sum is 0, and anything else stays as it was.
   */
  readonly each?: 'latest' | 'sum' | 'mean' | Fold
  /** The age from which the newest reading is late. */
  readonly maxAge?: number
  /** What a step gets while the newest reading is late, or before the first one; without it, what it had goes on. */
  readonly default?: Reading
  /**
   * After so long without a reading the sensor is missing for good; Infinity for one that may keep silent. A copy that was kept,
   * a bad reading and one that is older than what was shown already are none.
   */
  readonly patience?: number
}

/** What a step was shown of one sensor. */
export interface SensorSample {
  /**
   * Milliseconds since the newest reading was measured, or since it arrived where it has no stamp; Infinity before the first one,
   * and for a copy without a stamp.
   */
  readonly age: number
  /** Whether that is more than the sensor's `maxAge`, or Infinity. */
  readonly late: boolean
  /** Readings since the step before. */
  readonly readings: number
  /** All readings so far that no step was shown, since there was a newer one; 0 unless `each` is `latest`. */
  readonly dropped: number
  /** All bad readings so far. */
  readonly bad: number
}

/** What a stream says, without its stamp. */
export type MessageOf<S> = S extends Observable<infer V> ? (V extends Stamped<infer M> ? M : V) : never

/** Declarations of the sensors of some streams: one whose messages are no readings has a `read`. */
export type SensorsOf<Streams> = {
  readonly [Name in keyof Streams & string]: SensorOptions<MessageOf<Streams[Name]>> &
    ([MessageOf<Streams[Name]>] extends [Reading]
      ? unknown
      : { readonly read: (message: MessageOf<Streams[Name]>) => Reading })
}

/** A declaration with all its gaps filled in. */
export interface Declared extends Required<Pick<SensorOptions, 'each' | 'maxAge' | 'patience' | 'onBad'>> {
  readonly name: string
  readonly size: number
  readonly names: readonly string[]
  readonly units: readonly string[]
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly default: Vector | null
  readonly read: ((message: unknown) => unknown) | null
  readonly stamp: ((message: unknown, arrived: number) => unknown) | null
  readonly link: LinkState | null
}

const kinds = ['latest', 'sum', 'mean']

const spread = <V extends number | string>(value: V | ArrayLike<V>, size: number): readonly V[] =>
  typeof value === 'object' ? Array.from(value) : new Array<V>(size).fill(value)

/**
 * A declaration with all its gaps filled in.
 *
 * Fails: throws a RangeError that names the sensor and the field, what was expected and what came.
 */
export const declare = (name: string, options: SensorOptions<never>): Declared => {
  const refuse = (field: string, expected: string, got: unknown): never => {
    throw new RangeError(`observe: ${name}.${field}: expected ${expected}, got ${String(got)}`)
  }
  const { size = options.names?.length ?? 1, each = 'latest', maxAge = Infinity, patience = 10_000 } = options
  const { onBad = 'fail', read = null, stamp = null, link = null } = options
  if (!(Number.isSafeInteger(size) && size > 0)) refuse('size', 'a positive integer', size)
  if (typeof each !== 'function' && !kinds.includes(each)) refuse('each', `${kinds.join(', ')} or a function`, each)
  if (!(maxAge > 0)) refuse('maxAge', 'milliseconds above 0', maxAge)
  if (!(patience > 0)) refuse('patience', 'milliseconds above 0, or Infinity', patience)
  if (onBad !== 'skip' && onBad !== 'fail') refuse('onBad', 'skip or fail', onBad)
  for (const [field, value] of Object.entries({ read, stamp })) {
    if (value !== null && typeof value !== 'function') refuse(field, 'a function', value)
  }
  const fill = <V extends number | string>(field: string, value: V | ArrayLike<V>): readonly V[] => {
    const values = spread(value, size)
    return values.length === size ? values : refuse(field, `${size} of them`, values.length)
  }
  const numbered = Array.from({ length: size }, (_, i) => (size === 1 ? name : `${name}${i}`))
  const fallback = options.default === undefined ? null : fill('default', options.default)
  if (fallback?.every(Number.isFinite) === false) refuse('default', 'finite numbers', fallback)
  return {
    name,
    size,
    each,
    maxAge,
    patience,
    onBad,
    // A message's type is known where the sensor is declared, and to nothing that hands messages on.
    read: read as Declared['read'],
    stamp: stamp as Declared['stamp'],
    link,
    names: fill('names', options.names ?? numbered),
    units: fill('units', options.units ?? '1'),
    low: fill('low', options.low ?? -Infinity),
    high: fill('high', options.high ?? Infinity),
    default: fallback,
  }
}
