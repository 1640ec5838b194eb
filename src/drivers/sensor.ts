/** One sensor: how it is declared, and what a beat gets of it. */
import { NotFiniteError, SensorError } from '../failure.js'
import { checkSize } from '../spec.js'
import type { Vector } from '../types.js'

/** What a sensor's stream says: a vector of the declared size, or a number where that is 1. Nobody writes to it afterwards. */
export type Reading = number | Vector

/** Takes a reading into what the readings since the last step came to; null at the first one. Gives a fresh vector of the declared size. */
export type Fold = (sofar: Vector | null, reading: Vector) => Vector

/** How a sensor is declared. All times are in milliseconds. */
export interface SensorOptions {
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
  /** After so long without a reading the sensor is missing for good; Infinity for one that may keep silent. */
  readonly patience?: number
}

/** What a step was shown of one sensor. */
export interface Sampled {
  /** Milliseconds since the newest reading; Infinity before the first one. */
  readonly age: number
  /** Whether that is more than the sensor's `maxAge`. */
  readonly late: boolean
  /** Readings since the step before. */
  readonly readings: number
  /** All readings so far that a newer one replaced before any step was shown them; 0 unless `each` is `latest`. */
  readonly dropped: number
}

/** A declaration with all its gaps filled in. */
export interface Declared extends Required<Pick<SensorOptions, 'each' | 'maxAge' | 'patience'>> {
  readonly name: string
  readonly size: number
  readonly names: readonly string[]
  readonly units: readonly string[]
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly default: Vector | null
}

/** A declared sensor under way, from a subscription to its end. */
export interface Gauge {
  /** Takes a reading in. Throws a SensorError or NotFiniteError on one that is not as declared. */
  take(reading: Reading, now: number): void
  /** Whether there is anything to show yet. */
  isReady(): boolean
  /** When it was last heard, or else since when it has been watched. */
  heard(): number
  age(now: number): number
  /** Writes what a step gets into `out`, from `offset` on, and begins to gather anew. */
  show(out: Float64Array, offset: number, now: number): Sampled
  /** Lets go of increments that came before an episode began. */
  clear(): void
}

const kinds = ['latest', 'sum', 'mean']

const spread = <V extends number | string>(value: V | ArrayLike<V>, size: number): readonly V[] =>
  typeof value === 'object' ? Array.from(value) : new Array<V>(size).fill(value)

/**
 * A declaration with all its gaps filled in.
 *
 * Fails: throws a RangeError that names the sensor and the field, what was expected and what came.
 */
export const declare = (name: string, options: SensorOptions): Declared => {
  const refuse = (field: string, expected: string, got: unknown): never => {
    throw new RangeError(`observe: ${name}.${field}: expected ${expected}, got ${String(got)}`)
  }
  const { size = options.names?.length ?? 1, each = 'latest', maxAge = Infinity, patience = 10_000 } = options
  if (!(Number.isSafeInteger(size) && size > 0)) refuse('size', 'a positive integer', size)
  if (typeof each !== 'function' && !kinds.includes(each)) refuse('each', `${kinds.join(', ')} or a function`, each)
  if (!(maxAge > 0)) refuse('maxAge', 'milliseconds above 0', maxAge)
  if (!(patience > 0)) refuse('patience', 'milliseconds above 0, or Infinity', patience)
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
    names: fill('names', options.names ?? numbered),
    units: fill('units', options.units ?? '1'),
    low: fill('low', options.low ?? -Infinity),
    high: fill('high', options.high ?? Infinity),
    default: fallback,
  }
}

/**
 * Gathers what one sensor says between two steps.
 *
 * Memory: one vector and a few counts, at whatever rate the readings come.
 */
export const gauge = ({ name, size, names, each, maxAge, default: fallback }: Declared, start: number): Gauge => {
  const gathered = new Float64Array(size)
  let folded: Vector | null = null
  let shown: Vector | null = null
  let readings = 0
  let dropped = 0
  let latest = -Infinity

  const check = (vector: Vector): Vector => {
    checkSize(`sensor ${name}`, 'a vector', vector, size)
    for (let i = 0; i < size; i++) {
      if (!Number.isFinite(vector[i]))
        throw new NotFiniteError(`sensor ${name}`, { index: i, name: names[i] }, vector[i])
    }
    return vector
  }

  const take = (reading: Reading, now: number): void => {
    if (typeof reading !== 'number' && (typeof reading !== 'object' || reading === null)) {
      throw new SensorError(`sensor ${name}: expected a number or a vector of size ${size}, got ${String(reading)}`)
    }
    const vector = check(typeof reading === 'number' ? [reading] : reading)
    if (typeof each === 'function') folded = check(each(folded, vector))
    else if (each === 'latest') gathered.set(vector)
    else for (let i = 0; i < size; i++) gathered[i] += vector[i]
    if (each === 'latest' && readings > 0) dropped += 1
    readings += 1
    latest = now
  }

  const age = (now: number): number => now - latest

  /** What the readings since the last step came to, or what stands in for them where there were none. */
  const present = (late: boolean): Vector => {
    const increments = each === 'sum'
    if (readings > 0 && (increments || !late || fallback === null)) {
      return folded ?? (each === 'mean' ? gathered.map((sum) => sum / readings) : gathered)
    }
    if (late && fallback !== null) return fallback
    return increments || shown === null ? new Float64Array(size) : shown
  }

  const clear = (): void => {
    if (each !== 'sum') return
    gathered.fill(0)
    readings = 0
  }

  const show = (out: Float64Array, offset: number, now: number): Sampled => {
    const late = age(now) > maxAge || latest === -Infinity
    out.set(present(late), offset)
    const sampled: Sampled = { age: age(now), late, readings, dropped }
    shown = out.slice(offset, offset + size)
    gathered.fill(0)
    folded = null
    readings = 0
    return sampled
  }

  return {
    take,
    isReady: () => latest > -Infinity || fallback !== null,
    heard: () => Math.max(latest, start),
    age,
    show,
    clear,
  }
}
