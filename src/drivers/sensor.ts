/** How a sensor is declared. */
import type { Observable } from 'rxjs'
import type { Stamped } from '../time/stamped.js'
import type { Vector } from '../types.js'

/** A reading of a sensor: a vector of the declared size, or a number if that is 1. It must not be written to afterwards. */
export type Reading = number | Vector

/** Combines a reading with the result of the readings since the last step, null at the first one. Returns a new vector of the declared size. */
export type Fold = (folded: Vector | null, reading: Vector) => Vector

/** The counts of a link from which `observe` takes the reason why a sensor is silent: the `link` of a source. */
export interface LinkState {
  readonly value: { readonly connected: boolean; readonly failure: string | null }
}

/** Declares a sensor whose stream emits messages of type `M`. All times are in milliseconds. */
export interface SensorOptions<M = Reading> {
  /** Gets the reading from a message. By default the message is the reading. If it throws, the reading is bad. */
  readonly read?: (message: M) => Reading
  /**
   * Gets from a message when it was measured, in milliseconds since 1970, or null if that is unknown. It takes precedence over the stamp
   * of a `Stamped` message; by default that stamp counts. `arrived` is the present time on the same scale, for devices whose clocks
   * do not count from 1970.
   */
  readonly stamp?: (message: M, arrived: number) => number | null
  /** What happens to a reading of another size or not finite: `skip` counts and skips it, `fail` ends the run. The default is `fail`. */
  readonly onBad?: 'skip' | 'fail'
  /** The counts of the stream's link. The default is the stream's own `link`, which the result of an operator does not have. */
  readonly link?: LinkState
  /** The number of components. The default is the number of `names`, or 1 without names. */
  readonly size?: number
  /** One name for each component. By default the sensor's own name, with a number if there are several components. */
  readonly names?: readonly string[]
  /** One SI unit for each component, or one for all. The default is `1`, for numbers without a unit. */
  readonly units?: string | readonly string[]
  /** Lower bounds, one for each component or one for all, for the spec alone: nothing is clamped. The default is -Infinity. */
  readonly low?: Reading
  /** Upper bounds, likewise. The default is Infinity. */
  readonly high?: Reading
  /**
   * What a step uses of the readings since the step before: the `latest`, their `sum` (increments such as odometry, of which none may be
   * lost), their `mean`, or a fold. Without a reading a sum is 0, and any other value stays as it was. The default is `latest`.
   */
  readonly each?: 'latest' | 'sum' | 'mean' | Fold
  /** The age above which the newest reading is late. The default is Infinity: never. */
  readonly maxAge?: number
  /** What a step uses while the newest reading is late, and before the first reading. Without it the value of the step before stays. */
  readonly default?: Reading
  /**
   * The time without a reading after which the sensor counts as missing and the run fails. The default is 10 000; Infinity allows any
   * silence. A stored copy, a bad reading, and a reading that is older than one before do not count.
   */
  readonly patience?: number
}

/** What a step shows about one sensor. */
export interface SensorSample {
  /**
   * Milliseconds since the newest reading was measured, or since it arrived if it has no stamp; Infinity before the first reading, and
   * for a stored copy without a stamp.
   */
  readonly age: number
  /** Whether the age is above the sensor's `maxAge`, or Infinity. */
  readonly late: boolean
  /** Readings since the step before. */
  readonly readings: number
  /** All readings so far that no step used, since there was a newer one; 0 unless `each` is `latest`. */
  readonly dropped: number
  /** All bad readings so far. */
  readonly bad: number
}

/** The messages of a stream, without their stamps. */
export type MessageOf<S> = S extends Observable<infer V> ? (V extends Stamped<infer M> ? M : V) : never

/** Declarations of the sensors of some streams. A sensor needs `read` if its messages are not readings. */
export type SensorsOf<Streams> = {
  readonly [Name in keyof Streams & string]: SensorOptions<MessageOf<Streams[Name]>> &
    ([MessageOf<Streams[Name]>] extends [Reading]
      ? unknown
      : { readonly read: (message: MessageOf<Streams[Name]>) => Reading })
}

/** A declaration with all its defaults. */
export interface DeclaredSensor extends Required<Pick<SensorOptions, 'each' | 'maxAge' | 'patience' | 'onBad'>> {
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
 * Fills in the defaults of a declaration.
 *
 * Fails: throws a RangeError that names the sensor and the field, what was expected and what came.
 */
export const declare = (name: string, options: SensorOptions<never>): DeclaredSensor => {
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
    // The type of messages is known where the sensor is declared, and not where they are received.
    read: read as DeclaredSensor['read'],
    stamp: stamp as DeclaredSensor['stamp'],
    link,
    names: fill('names', options.names ?? numbered),
    units: fill('units', options.units ?? '1'),
    low: fill('low', options.low ?? -Infinity),
    high: fill('high', options.high ?? Infinity),
    default: fallback,
  }
}
