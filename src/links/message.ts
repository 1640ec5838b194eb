/** What goes over a link: messages taken in by one codec, and values written out. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { type Observable, filter, map } from 'rxjs'
import type * as t from 'io-ts'
import { decode, type Failure, printable, renderFailure } from '../decode.js'
import { reason, SensorError } from '../failure.js'
import type { Link, LinkOptions } from './link.js'

/** What a source of messages is handed. */
export interface SourceOptions<Raw, A> extends LinkOptions {
  /** Decodes each message; what it refuses is bad. */
  readonly codec: t.Decoder<unknown, A>
  /** Reads a message before it is decoded; by default as JSON. What it throws makes the message a bad one. */
  readonly parse?: (message: Raw) => unknown
  /** What a bad message does: counted and skipped, or (the default) an error notification. */
  readonly onBad?: 'skip' | 'fail'
}

/** What a sink of values is handed. */
export interface SinkOptions<A, Raw> extends Omit<LinkOptions, 'silence'> {
  /** Writes a value; by default as JSON, in which a number that is not finite is refused. */
  readonly format?: (value: A) => Raw
}

const utf8 = new TextDecoder()

/** Text, or bytes of it, as JSON. */
export const fromJson = (message: string | Uint8Array): unknown =>
  JSON.parse(typeof message === 'string' ? message : utf8.decode(message))

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

const inPrint = (message: unknown): string => printable(message instanceof Uint8Array ? utf8.decode(message) : message)

/** The one thing that was wrong with a message that could not even be read. */
const unreadable = (message: unknown, error: unknown): Failure => ({
  path: '',
  expected: error instanceof SyntaxError ? 'JSON' : reason(error),
  got: inPrint(message),
  nearest: null,
})

const refused = Symbol('refused')

/** Whether a message was taken. */
export const isTaken = <A>(value: A | typeof refused): value is A => value !== refused

/**
 * Reads and decodes one message of a link; one that is skipped becomes something that `isTaken` refuses.
 *
 * Fails: throws a `SensorError` of the link's label and the failures: field, expected and got.
 */
export const decoder = <Raw, A>(
  { place: { label }, count, blame }: Pick<Link, 'place' | 'count' | 'blame'>,
  { codec, parse, onBad = 'fail' }: SourceOptions<Raw, A>,
  byDefault: (message: Raw) => unknown,
): ((message: Raw) => A | typeof refused) => {
  const read = parse ?? byDefault
  const validate = decode(codec)
  const refuse = (failures: readonly Failure[]): typeof refused => {
    const complaint = failures.map(renderFailure).join('; ')
    count('bad')
    blame(complaint)
    if (onBad === 'fail') throw new SensorError(`${label}: a bad message: ${complaint}`)
    return refused
  }
  return (message) => {
    let input: unknown
    try {
      input = read(message)
    } catch (error) {
      return refuse([unreadable(message, error)])
    }
    const result = validate(input)
    if (isLeft(result)) return refuse(result.left)
    count('messages')
    return result.right
  }
}

/**
 * Decodes the messages of a link.
 *
 *     messages        -a-b-x-c-
 *     onBad: 'skip'   -A-B---C-     x is counted
 *     onBad: 'fail'   -A-B-#
 *
 * Fails: error notification as `decoder` throws.
 */
export const decoded = <Raw, A>(
  line: Pick<Link, 'place' | 'count' | 'blame'>,
  options: SourceOptions<Raw, A>,
  byDefault: (message: Raw) => unknown,
): ((messages: Observable<Raw>) => Observable<A>) => {
  const take = decoder(line, options, byDefault)
  return (messages) => filter(isTaken<A>)(map(take)(messages))
}
