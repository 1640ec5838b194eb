/** Addresses of sensors and actuators, and texts about them without credentials. */
import { printable } from '../edge/decode.js'
import { escaped } from '../edge/escaped.js'

/** What may be printed about an address. */
export interface Place {
  /** The creator and the address, as errors begin: `fromMqtt mqtt://localhost:1883`. */
  readonly label: string
  /** Texts that must not be printed, although a client's own messages may contain them. */
  readonly secrets: readonly string[]
}

/** An address as it was given, with its credentials: only the client receives it. */
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

/** A text that may not be an address, without anything that could be credentials, a query or a fragment. */
const masked = (url: string): string =>
  printable(url.replace(/^(\s*[a-z][\w+.-]*:[/\\]{0,2})?.*@/is, '$1***@').replace(/[?#].*/s, '?***'))

/** The most characters of a reason or a label. */
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

/** A place with these secrets, sorted by length, the longest first, since one may be a part of another. */
export const placeWith = (label: string, secrets: readonly string[]): Place => ({
  label: escaped(label, LONGEST_REASON),
  // An empty secret would be found everywhere.
  secrets: [...new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))]
    .filter((secret) => secret !== '')
    .toSorted((one, other) => other.length - one.length),
})

/**
 * Reads an address for the function `creator`; `otherSecrets` are secrets from its options.
 *
 * Fails: throws a TypeError if the text is not a URL of one of the schemes, or if an `@` follows the host: the parser reads
 * `user:1/2@host` as a host called `user`, and the password as a path.
 */
export const addressOf = (
  creator: string,
  url: string,
  schemes: readonly string[],
  example: string,
  otherSecrets: readonly string[] = [],
): Address => {
  const parts = parsed(url)
  if (parts === null || parts.hostname === '' || !schemes.includes(parts.protocol.slice(0, -1))) {
    throw new TypeError(`${creator}: expected a URL of ${schemes.join(', ')}, such as ${example}, got ${masked(url)}`)
  }
  const { protocol, username, password, host, pathname, search, hash, searchParams } = parts
  if (`${pathname}${search}${hash}`.includes('@')) {
    throw new TypeError(
      `${creator}: expected percent codes for / ? # @ in a user, a password or what follows the host, got ${masked(url)}`,
    )
  }
  // A short value such as `1` is not a secret, and is a part of many words.
  const values = [...searchParams.values(), ...search.split(/[?&=]/)].filter((value) => value.length > 5)
  const secrets = [
    url,
    search,
    hash,
    password,
    decoded(password),
    username,
    decoded(username),
    ...values,
    ...otherSecrets,
  ]
  return { url, parts, ...placeWith(`${creator} ${protocol}//${host}${pathname}`, secrets) }
}

/** A text without the secrets of a place. */
export const withoutSecrets = ({ secrets }: Place, text: string): string =>
  secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text)

/** The reason of an error, as one line of printable text without secrets. Of an attempt at several addresses, the first reason. */
export const reasonFor = (place: Place, error: unknown): string => {
  const first: unknown = error instanceof AggregateError && error.message === '' ? error.errors[0] : error
  const words = first instanceof Error && first.message !== '' ? first.message : String(first)
  return escaped(withoutSecrets(place, words).replaceAll(/\s+/g, ' ').trim(), LONGEST_REASON)
}
