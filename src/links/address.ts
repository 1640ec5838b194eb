/** Where a sensor or an actuator is, in words that hold no credentials. */
import { printable } from '../edge/decode.js'
import { plain } from '../edge/plain.js'

/** What may be said of an address. */
export interface Place {
  /** Who speaks and where: `fromMqtt mqtt://localhost:1883`. */
  readonly label: string
  /** What must not be said, although a client's own words may hold it. */
  readonly secrets: readonly string[]
}

/** An address as it was given, credentials and all: for the client alone. */
export interface Address extends Place {
  readonly url: string
  readonly parts: URL
}

const parsed = (url: string): URL | null => {
  try {
    return new URL(url)
  } catch {
    return null
  }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A text that may be no address, without anything that could be its credentials, its query or its fragment. */
const veiled = (url: string): string =>
  printable(url.replace(/^(\s*[a-z][\w+.-]*:[/\\]{0,2})?.*@/is, '$1***@').replace(/[?#].*/s, '?***'))

/** Characters of a reason or a label. */
const LONGEST_REASON = 400

/** Option and header names whose values are secrets. */
const SECRET_NAME = /pass|secret|token|key|auth|user|cookie|credential/i

/** The secrets in a client's options or headers: the values themselves, and what follows the scheme in `Bearer ...`. */
export const secretsOf = (options: Readonly<Record<string, unknown>> = {}): readonly string[] =>
  Object.entries(options).flatMap(([name, value]) => {
    if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
      return secretsOf(value as Readonly<Record<string, unknown>>)
    }
    if (typeof value !== 'string' || !SECRET_NAME.test(name)) return []
    return [value, ...value.split(/\s+/).slice(1)]
  })

/** A place whose secrets are those, longest first: one may be a part of another. */
export const placeWith = (label: string, secrets: readonly string[]): Place => ({
  label: plain(label, LONGEST_REASON),
  // An empty one would be found everywhere.
  secrets: [...new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))]
    .filter((secret) => secret !== '')
    .toSorted((one, other) => other.length - one.length),
})

/**
 * Reads an address for its creator; `others` are secrets that the options hold.
 *
 * Fails: throws a TypeError when it is no URL of one of the schemes, or when an `@` stands behind its host: the parser takes
 * `user:1/2@host` for a host called `user`, and its password for a path.
 */
export const addressOf = (
  creator: string,
  url: string,
  schemes: readonly string[],
  example: string,
  others: readonly string[] = [],
): Address => {
  const parts = parsed(url)
  if (parts === null || parts.hostname === '' || !schemes.includes(parts.protocol.slice(0, -1))) {
    throw new TypeError(`${creator}: expected a URL of ${schemes.join(', ')}, such as ${example}, got ${veiled(url)}`)
  }
  const { protocol, username, password, host, pathname, search, hash, searchParams } = parts
  if (`${pathname}${search}${hash}`.includes('@')) {
    throw new TypeError(
      `${creator}: expected percent codes for / ? # @ in a user, a password or what follows the host, got ${veiled(url)}`,
    )
  }
  // A short value such as `1` is no secret, and is a part of many words.
  const values = [...searchParams.values(), ...search.split(/[?&=]/)].filter((value) => value.length > 5)
  const secrets = [url, search, hash, password, decoded(password), username, decoded(username), ...values, ...others]
  return { url, parts, ...placeWith(`${creator} ${protocol}//${host}${pathname}`, secrets) }
}

/** A text without the secrets of a place. */
export const withoutSecrets = ({ secrets }: Place, text: string): string =>
  secrets.reduce((said, secret) => said.replaceAll(secret, '***'), text)

/** What was wrong, in one line of printable text without secrets. An attempt at several addresses tells of the first. */
export const reasonFor = (place: Place, error: unknown): string => {
  const first: unknown = error instanceof AggregateError && error.message === '' ? error.errors[0] : error
  const words = first instanceof Error && first.message !== '' ? first.message : String(first)
  return plain(withoutSecrets(place, words).replaceAll(/\s+/g, ' ').trim(), LONGEST_REASON)
}
