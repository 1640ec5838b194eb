/** What goes over a link: messages that are read by `parse` and decoded by one codec, and values that are written. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { described } from '../restored.js'
import { decode, type Failure, printable, renderFailure } from '../edge/decode.js'
import { reason, SensorError } from '../failure.js'
import { withoutSecrets } from './address.js'
import type { Link } from './link.js'

/** What a source of messages is handed; `About` is what its transport says of a message, such as its topic. */
export interface SourceOptions<Raw, A, About = unknown> {
  /** Decodes each message; what it refuses is bad. */
  readonly codec: t.Decoder<unknown, A>
  /**
   * Reads a message before it is decoded; by default as JSON. What it throws makes the message a bad one. It returns `ignored`
   * for a message that is not meant for this source.
   */
  readonly parse?: (message: Raw, about: About) => unknown
  /** What a bad message does: counted and skipped, or (the default) an error notification. */
  readonly onBad?: 'skip' | 'fail'
  /** Characters of a text, or bytes, that a message may have; by default 1 MiB. A longer one is bad. */
  readonly longest?: number
}

/** Makes a source emit `Stamped` values. */
export interface Stamping<A, About = unknown> {
  /** When a value was measured, in milliseconds since 1970; null takes the time at which it came. */
  readonly stamp: (value: A, about: About) => number | null
}

/** What a sink of values is handed. */
export interface SinkOptions<A, Raw> {
  /** Writes a value; by default as JSON, in which a number that is not finite is refused. */
  readonly format?: (value: A) => Raw
}

/** What `parse` returns for a message that is not meant for its source: it is left out, and counted as dropped. */
export const ignored: unique symbol = Symbol('ignored')

/** In place of a message: the beginning of one that was too long, or that could not be told from others; the rest is gone. */
export class Garbled {
  constructor(
    readonly beginning: string,
    /** What was expected: `a line of at most 80 characters`. */
    readonly expected: string,
  ) {}
}

const utf8 = new TextDecoder()

/** Text out of a message of either kind; a byte order mark is no part of it. */
export const textOf = (message: string | Uint8Array): string => {
  const text = typeof message === 'string' ? message : utf8.decode(message)
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** Text, or bytes of it, as JSON. Throws a SyntaxError on what is none. */
export const fromJson = (message: string | Uint8Array): unknown => JSON.parse(textOf(message))

/** A value as JSON on one line; vectors become arrays. Throws a RangeError on a number that JSON has no word for. */
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

const inPrint = (message: unknown): string => {
  if (message instanceof Garbled) return `${printable(message.beginning)}...`
  return printable(message instanceof Uint8Array ? utf8.decode(message.subarray(0, 200)) : message)
}

/** What a reader that threw had expected. */
const expectedBy = (error: unknown): string => {
  if (error instanceof SyntaxError) return 'JSON'
  return error instanceof TypeError ? `what parse can read (${reason(error)})` : reason(error)
}

/**
 * The first number that is not finite in a reading, which is a number or a list of numbers, or with `deep` in anything that JSON
 * can hold, where `1e999` is read as infinity; null if there is none.
 */
const flawOf = (value: unknown, deep: boolean, path = ''): Failure | null => {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? null : { path, expected: 'a finite number', got: String(value), nearest: null }
  }
  if (typeof value !== 'object' || value === null) return null
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const components = value as unknown as ArrayLike<unknown>
    for (let i = 0; i < components.length; i++) {
      const component = components[i]
      if (!deep && typeof component !== 'number') continue
      const flaw = flawOf(component, deep, `${path}[${i}]`)
      if (flaw !== null) return flaw
    }
    return null
  }
  if (!deep) return null
  for (const [key, part] of Object.entries(value)) {
    const flaw = flawOf(part, deep, path === '' ? key : `${path}.${key}`)
    if (flaw !== null) return flaw
  }
  return null
}

const refused = Symbol('refused')

/** Whether a message was taken. */
export const isTaken = <A>(value: A | typeof refused): value is A => value !== refused

const lengthOf = (message: unknown): number =>
  typeof message === 'string' || message instanceof Uint8Array ? message.length : 0

/** Refuses an option that is no text, such as a topic that was left out. */
export const checkText = (label: string, option: string, value: unknown): void => {
  if (typeof value !== 'string') throw new TypeError(`${label}: ${option}: expected a string, got ${described(value)}`)
}

/**
 * Reads and decodes one message of a link; one that is skipped becomes something that `isTaken` refuses. A reading, which is a
 * number or a list of numbers, and all numbers of JSON text must be finite, whatever the codec says: one policy for a message and
 * what it holds.
 *
 * Fails: throws a RangeError on a `longest` that is none, and a TypeError without a codec. The function throws a `SensorError` of the link's label and the
 * failures: field, expected and got.
 */
export const decoder = <Raw, A, About>(
  { place, count, blame }: Pick<Link<unknown>, 'place' | 'count' | 'blame'>,
  { codec, parse, onBad = 'fail', longest = 2 ** 20 }: SourceOptions<Raw, A, About>,
  byDefault: (message: Raw) => unknown,
): ((message: Raw | Garbled, about: About) => A | typeof refused) => {
  if (!Number.isSafeInteger(longest) || longest < 1) {
    throw new RangeError(`${place.label}: longest: expected a positive integer, got ${longest}`)
  }
  if (typeof (codec as { decode?: unknown } | undefined)?.decode !== 'function') {
    throw new TypeError(
      `${place.label}: codec: expected a codec, such as finiteNumber or one of io-ts, got ${described(codec)}`,
    )
  }
  const read: (message: Raw, about: About) => unknown = parse ?? byDefault
  const validate = decode(codec)
  const refuse = (failures: readonly Failure[]): typeof refused => {
    const complaint = withoutSecrets(place, failures.map(renderFailure).join('; '))
    count('bad')
    blame(complaint)
    if (onBad === 'fail') throw new SensorError(`${place.label}: a bad message: ${complaint}`)
    return refused
  }
  const unreadable = (message: unknown, expected: string): typeof refused =>
    refuse([{ path: '', expected, got: inPrint(message), nearest: null }])
  return (message, about) => {
    if (message instanceof Garbled) return unreadable(message, message.expected)
    if (lengthOf(message) > longest) {
      const what = typeof message === 'string' ? 'characters' : 'bytes'
      return unreadable(message, `a message of at most ${longest} ${what}`)
    }
    let input: unknown
    try {
      input = read(message, about)
    } catch (error) {
      return unreadable(message, expectedBy(error))
    }
    if (input === ignored) {
      count('dropped')
      return refused
    }
    const result = validate(input)
    if (isLeft(result)) return refuse(result.left)
    const isJson = parse === undefined && lengthOf(message) > 0
    const flaw = flawOf(result.right, false) ?? (isJson ? flawOf(input, true) : null)
    if (flaw !== null) return refuse([flaw])
    count('messages')
    return result.right
  }
}
