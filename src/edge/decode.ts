/** Decodes input from outside, once, into a value of a known type, or into failures that tell a person what to change. */
import { distance } from 'fastest-levenshtein'
import { mapLeft, type Either } from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { escaped } from './escaped.js'

/** One value that was refused. */
export interface Failure {
  /** The value's place in the input, such as `settings.actorStepSize` or `settings.hidden[1]`; empty for the whole input. */
  readonly path: string
  /** What would be accepted, as a phrase. */
  readonly expected: string
  /** The value, as printable text. */
  readonly got: string
  /** The known name that is most similar to the value, or null if none is similar enough. */
  readonly nearest: string | null
  /** A line that is printed instead of the first three fields if there is no value, such as for an unknown option. */
  readonly line?: string
}

/** A codec that accepts certain names only; `nearest` is one of them. */
export interface Names {
  readonly known: readonly string[]
}

const LONGEST_PRINT = 80
/** The fewest letters of a name that is searched within another name. */
const SHORTEST_CONTAINED = 3
/** The most letters of a text that is compared with names letter by letter. */
const LONGEST_NAME = 1000
/** The most letters of `expected`, which may be a list such as the names of all tasks. */
const LONGEST_EXPECTED = 4000

/** A value as text: on one line, of a bounded length, with everything that cannot be printed escaped. */
export const printable = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name} of ${value.byteLength} bytes`
  // The rest of a long text is cut off below in any case.
  const cut = typeof value === 'string' ? value.slice(0, LONGEST_PRINT) : value
  let text: string
  try {
    const json: string | undefined = JSON.stringify(cut, (_key, part: unknown) =>
      typeof part === 'bigint' ? String(part) : part,
    )
    text = json ?? 'nothing'
  } catch {
    return 'an object that cannot be printed'
  }
  return text.length <= LONGEST_PRINT ? escaped(text) : `${escaped(text.slice(0, LONGEST_PRINT))}...`
}

/**
 * The known name that is most similar to a text: a name that contains the text, or else the longest name that the text contains, or
 * else the name with the fewest changed letters, if they are less than half; null if there is none.
 */
export const nearestName = (text: string, known: readonly string[]): string | null => {
  const wanted = text.toLowerCase()
  const containing =
    wanted.length < SHORTEST_CONTAINED ? undefined : known.find((name) => name.toLowerCase().includes(wanted))
  if (containing !== undefined) return containing
  let nearest: string | null = null
  for (const name of known) {
    const isContained = name.length >= SHORTEST_CONTAINED && wanted.includes(name.toLowerCase())
    if (isContained && name.length > (nearest ?? '').length) nearest = name
  }
  if (nearest !== null) return nearest
  let smallest = Math.floor(wanted.length / 2)
  for (const name of known) {
    // At least as many letters differ as one text is longer than the other, so that a long text is not compared with short names.
    if (Math.abs(name.length - wanted.length) > smallest || wanted.length > LONGEST_NAME) continue
    const changed = distance(wanted, name.toLowerCase())
    if (changed > smallest || (nearest !== null && changed === smallest)) continue
    nearest = name
    smallest = changed
  }
  return nearest
}

const pathOf = (context: t.Context): string =>
  context.reduce((path, { key }) => {
    if (key === '') return path
    if (/^\d+$/.test(key)) return `${path}[${key}]`
    const name = /^[\w-]+$/.test(key) ? key : printable(key)
    return path === '' ? name : `${path}.${name}`
  }, '')

const failureOf = ({ value, context }: t.ValidationError): Failure => {
  const leaf: t.Decoder<unknown, unknown> & Partial<Names> = context[context.length - 1].type
  return {
    path: pathOf(context),
    expected: leaf.name,
    got: printable(value),
    nearest: typeof value === 'string' && leaf.known !== undefined ? nearestName(value, leaf.known) : null,
  }
}

/**
 * Decodes input from outside with a codec.
 *
 * Fails: never throws, for any input. The result holds all failures, not only the first.
 */
export const decode =
  <A>(codec: t.Decoder<unknown, A>) =>
  (input: unknown): Either<readonly Failure[], A> =>
    mapLeft((errors: t.Errors) => errors.map(failureOf))(codec.decode(input))

/**
 * A failure as one line: `task: expected one of Pendulum-v1, Hopper-v4; got "Hoper-v4"; nearest: Hopper-v4`. Each part has a bounded
 * length, and everything in it that cannot be printed is escaped.
 */
export const renderFailure = ({ path, expected, got, nearest, line }: Failure): string =>
  (path === '' || line !== undefined ? '' : `${escaped(path)}: `) +
  (line === undefined
    ? `expected ${escaped(expected, LONGEST_EXPECTED)}; got ${escaped(got)}`
    : escaped(line, LONGEST_EXPECTED)) +
  (nearest === null ? '' : `; nearest: ${escaped(nearest)}`)
