/** The edge: whatever comes from outside is decoded here, once, into a value of a known type or into failures that a person can act on. */
import { distance } from 'fastest-levenshtein'
import { mapLeft, type Either } from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { plain } from './plain.js'

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
  /** The line that is printed in place of the first three, where no value was read, such as for an unknown option. */
  readonly line?: string
}

/** A codec that admits certain names alone; `nearest` is looked for among them. */
export interface Names {
  readonly known: readonly string[]
}

const LONGEST_PRINT = 80
/** Letters of the shortest name that is looked for within another. */
const SHORTEST_HELD = 3
/** Letters of the longest text that is compared with names letter by letter. */
const LONGEST_NAME = 1000
/** Letters of the longest list of what would have been taken, such as the names of all tasks. */
const LONGEST_EXPECTED = 4000

/** A value in print: on one line, in few characters, all of them plain. */
export const printable = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  // What is cut off below need not be printed.
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
  return text.length <= LONGEST_PRINT ? plain(text) : `${plain(text.slice(0, LONGEST_PRINT))}...`
}

/**
 * The known name that comes nearest to a text: one that holds it, the longest one that it holds, or one with few letters changed.
 */
export const nearestName = (text: string, known: readonly string[]): string | null => {
  const wanted = text.toLowerCase()
  const holder = wanted.length < SHORTEST_HELD ? undefined : known.find((name) => name.toLowerCase().includes(wanted))
  if (holder !== undefined) return holder
  let nearest: string | null = null
  for (const name of known) {
    const held = name.length >= SHORTEST_HELD && wanted.includes(name.toLowerCase())
    if (held && name.length > (nearest ?? '').length) nearest = name
  }
  if (nearest !== null) return nearest
  let smallest = Math.floor(wanted.length / 2)
  for (const name of known) {
    // As many letters differ as one name has more than the other, at least: a long text is compared with no short name.
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
 * Decodes what came from outside with the one codec of its kind.
 *
 * Every failure is told, not the first alone. Nothing is thrown, whatever the input.
 */
export const decode =
  <A>(codec: t.Decoder<unknown, A>) =>
  (input: unknown): Either<readonly Failure[], A> =>
    mapLeft((errors: t.Errors) => errors.map(failureOf))(codec.decode(input))

/**
 * A failure as one line: `task: expected one of Pendulum-v1, Hopper-v4; got "Hoper-v4"; nearest: Hopper-v4`. Each part is plain and of
 * a bounded length, whatever a file or a command line holds.
 */
export const renderFailure = ({ path, expected, got, nearest, line }: Failure): string =>
  (path === '' || line !== undefined ? '' : `${plain(path)}: `) +
  (line === undefined
    ? `expected ${plain(expected, LONGEST_EXPECTED)}; got ${plain(got)}`
    : plain(line, LONGEST_EXPECTED)) +
  (nearest === null ? '' : `; nearest: ${plain(nearest)}`)
