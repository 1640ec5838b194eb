/** The edge: whatever comes from outside is decoded here, once, into a value of a known type or into failures that a person can act on. */
import { distance } from 'fastest-levenshtein'
import { mapLeft, type Either } from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'

/** One thing that was refused, in the words of whoever wrote it. */
export interface Failure {
  /** Where it stood, such as `settings.actorStepSize` or `settings.hidden[1]`; empty for the whole input. */
  readonly path: string
  /** What would have been taken, as a phrase. */
  readonly expected: string
  /** What came instead, in print. */
  readonly got: string
  /** The known name that comes nearest to what came, where one is near enough. */
  readonly nearest: string | null
}

/** A codec that admits certain names alone; `nearest` is looked for among them. */
export interface Names {
  readonly known: readonly string[]
}

const LONGEST_PRINT = 80

/** A value in print: on one line, in few characters, with nothing in it that would move a terminal's cursor. */
export const printable = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  let text: string
  try {
    const json: string | undefined = JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'bigint' ? String(part) : part,
    )
    text = json ?? 'nothing'
  } catch {
    return 'an object that cannot be printed'
  }
  // JSON escapes the control characters below 0x20 itself.
  const plain = text.replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return plain.length <= LONGEST_PRINT ? plain : `${plain.slice(0, LONGEST_PRINT)}...`
}

/** The known name that somebody who wrote `text` most likely meant: one that holds it, or one with few letters changed. */
export const nearestName = (text: string, known: readonly string[]): string | null => {
  const wanted = text.toLowerCase()
  const holder = wanted.length < 3 ? undefined : known.find((name) => name.toLowerCase().includes(wanted))
  if (holder !== undefined) return holder
  let nearest: string | null = null
  let smallest = Math.floor(wanted.length / 2)
  for (const name of known) {
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
 * Decodes what came from outside with the one codec of its kind.
 *
 * Every failure is told, not the first alone. Nothing is thrown, whatever the input.
 */
export const decode =
  <A>(codec: t.Decoder<unknown, A>) =>
  (input: unknown): Either<readonly Failure[], A> =>
    mapLeft((errors: t.Errors) => errors.map(failureOf))(codec.decode(input))

/** A failure as one line: `task: expected one of Pendulum-v1, Hopper-v4; got "Hoper-v4"; nearest: Hopper-v4`. */
export const renderFailure = ({ path, expected, got, nearest }: Failure): string =>
  `${path === '' ? '' : `${path}: `}expected ${expected}; got ${got}${nearest === null ? '' : `; nearest: ${nearest}`}`
