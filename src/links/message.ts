/** What a link carries: messages, which `parse` reads and a codec decodes, and values, which `format` writes. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { described } from '../restored.js'
import { decode, type Failure, printable, renderFailure } from '../edge/decode.js'
import { reason, SensorError } from '../failure.js'
import { withoutSecrets } from './address.js'
import type { Link } from './link.js'

/** Options of a source of messages; `Metadata` is what its transport says about a message, such as its topic. */
export interface SourceOptions<Raw, A, Metadata = unknown> {
  /** Decodes each message; a message that it refuses is bad. */
  readonly codec: t.Decoder<unknown, A>
  /**
   * Reads a message before it is decoded. The default reads JSON. If it throws, the message is bad. It returns `ignored` for a
   * message that is not meant for this source.
   */
  readonly parse?: (message: Raw, metadata: Metadata) => unknown
  /** What happens to a bad message: `skip` counts and skips it, `fail` is an error notification. The default is `fail`. */
  readonly onBad?: 'skip' | 'fail'
  /** The most characters of a text, or bytes, of a message; a longer message is bad. The default is 1 MiB (1 048 576). */
  readonly longest?: number
}

/** Makes a source emit `Stamped` values. */
export interface Stamping<A, Metadata = unknown> {
  /** When a value was measured, in milliseconds since 1970; null stands for the time of its arrival. */
  readonly stamp: (value: A, metadata: Metadata) => number | null
}

/** Options of a sink of values. */
export interface SinkOptions<A, Raw> {
  /** Writes a value as a message. The default writes JSON, and refuses a number that is not finite. */
  readonly format?: (value: A) => Raw
}

/** What `parse` returns for a message that is not meant for its source: the message is left out, and counted as dropped. */
export const ignored: unique symbol = Symbol('ignored')

/** Stands for a message that was too long or could not be separated from others: its beginning; the rest is lost. */
export class Garbled {
  constructor(
    readonly beginning: string,
    /** What was expected: `a line of at most 80 characters`. */
    readonly expected: string,
  ) {}
}

const utf8 = new TextDecoder()

/** The text of a message of either kind, without a byte order mark. */
export const textOf = (message: string | Uint8Array): string => {
  const text = typeof message === 'string' ? message : utf8.decode(message)
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** Reads text, or its bytes, as JSON. Throws a SyntaxError on text that is not JSON. */
export const fromJson = (message: string | Uint8Array): unknown => JSON.parse(textOf(message))

/** A value as JSON on one line; vectors become arrays. Throws a RangeError on a number that JSON cannot express, such as NaN. */
export const toJson = (value: unknown): string => {
  const text: string | undefined = JSON.stringify(value, (key, part: unknown) => {
    if (typeof part === 'number' && !Number.isFinite(part)) {
      throw new RangeError(`${key === '' ? 'a value' : key}: expected a finite number, got ${part}`)
    }
    return ArrayBuffer.isView(part) ? Array.from(part as unknown as ArrayLike<number>) : part
  })
  if (text === undefined) throw new TypeError(`expected a value that JSON can hold, got ${printable(value)}`)
  return text
}

const excerpt = (message: unknown): string => {
  if (message instanceof Garbled) return `${printable(message.beginning)}...`
  return printable(message instanceof Uint8Array ? utf8.decode(message.subarray(0, 200)) : message)
}

/** What a `parse` that threw had expected. */
const expectationOf = (error: unknown): string => {
  if (error instanceof SyntaxError) return 'JSON'
  return error instanceof TypeError ? `what parse can read (${reason(error)})` : reason(error)
}

/**
 * Finds the first number that is not finite in a reading (a number or a list of numbers), or with `deep` in any value of JSON, in
 * which `1e999` is read as infinity; null if all are finite.
 */
const findNonFinite = (value: unknown, deep: boolean, path = ''): Failure | null => {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? null : { path, expected: 'a finite number', got: String(value), nearest: null }
  }
  if (typeof value !== 'object' || value === null) return null
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const components = value as unknown as ArrayLike<unknown>
    for (let i = 0; i < components.length; i++) {
      const component = components[i]
      if (!deep && typeof component !== 'number') continue
      const nonFinite = findNonFinite(component, deep, `${path}[${i}]`)
      if (nonFinite !== null) return nonFinite
    }
    return null
  }
  if (!deep) return null
  for (const [key, part] of Object.entries(value)) {
    const nonFinite = findNonFinite(part, deep, path === '' ? key : `${path}.${key}`)
    if (nonFinite !== null) return nonFinite
  }
  return null
}

const refused = Symbol('refused')

/** Whether a message was accepted. */
export const isAccepted = <A>(value: A | typeof refused): value is A => value !== refused

const lengthOf = (message: unknown): number =>
  typeof message === 'string' || message instanceof Uint8Array ? message.length : 0

/** Refuses an option that is not a string, such as a topic that was left out. */
export const checkText = (label: string, option: string, value: unknown): void => {
  if (typeof value !== 'string') throw new TypeError(`${label}: ${option}: expected a string, got ${described(value)}`)
}

/**
 * Reads and decodes one message of a link; for a message that is skipped, `isAccepted` of the result is false. A reading (a number
 * or a list of numbers) and all numbers of JSON text must be finite, whatever the codec accepts: `onBad` decides about both alike.
 *
 * Fails: throws a RangeError on a `longest` that is not a positive integer, and a TypeError without a codec. The returned function
 * throws a `SensorError` with the link's label and the failures: field, expected and got.
 */
export const decoder = <Raw, A, Metadata>(
  { place, count, noteFailure }: Pick<Link<unknown>, 'place' | 'count' | 'noteFailure'>,
  { codec, parse, onBad = 'fail', longest = 2 ** 20 }: SourceOptions<Raw, A, Metadata>,
  defaultParse: (message: Raw) => unknown,
): ((message: Raw | Garbled, metadata: Metadata) => A | typeof refused) => {
  if (!Number.isSafeInteger(longest) || longest < 1) {
    throw new RangeError(`${place.label}: longest: expected a positive integer, got ${longest}`)
  }
  if (typeof (codec as { decode?: unknown } | undefined)?.decode !== 'function') {
    throw new TypeError(
      `${place.label}: codec: expected a codec, such as finiteNumber or one of io-ts, got ${described(codec)}`,
    )
  }
  const read: (message: Raw, metadata: Metadata) => unknown = parse ?? defaultParse
  const validate = decode(codec)
  const refuse = (failures: readonly Failure[]): typeof refused => {
    const failure = withoutSecrets(place, failures.map(renderFailure).join('; '))
    count('bad')
    noteFailure(failure)
    if (onBad === 'fail') throw new SensorError(`${place.label}: a bad message: ${failure}`)
    return refused
  }
  const unreadable = (message: unknown, expected: string): typeof refused =>
    refuse([{ path: '', expected, got: excerpt(message), nearest: null }])
  return (message, metadata) => {
    if (message instanceof Garbled) return unreadable(message, message.expected)
    if (lengthOf(message) > longest) {
      const what = typeof message === 'string' ? 'characters' : 'bytes'
      return unreadable(message, `a message of at most ${longest} ${what}`)
    }
    let input: unknown
    try {
      input = read(message, metadata)
    } catch (error) {
      return unreadable(message, expectationOf(error))
    }
    if (input === ignored) {
      count('dropped')
      return refused
    }
    const result = validate(input)
    if (isLeft(result)) return refuse(result.left)
    const isJson = parse === undefined && lengthOf(message) > 0
    const nonFinite = findNonFinite(result.right, false) ?? (isJson ? findNonFinite(input, true) : null)
    if (nonFinite !== null) return refuse([nonFinite])
    count('messages')
    return result.right
  }
}
