/** Where a sensor or an actuator is, in words that give no credentials away. */
import { printable } from '../decode.js'

/** What may be said of an address. */
export interface Place {
  /** Who speaks and where: `fromMqtt mqtt://localhost:1883`. */
  readonly label: string
  /** What must not be said, as it may turn up in a client's own words. */
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

/** A text that may be no address at all, without what stands where its credentials would. */
const veiled = (url: string): string => printable(url.replace(/[^/]*@/, '***@').replace(/\?.*/s, '?***'))

/**
 * Reads an address for its creator.
 *
 * Fails: throws a TypeError when it is no URL of one of the schemes.
 */
export const addressOf = (creator: string, url: string, schemes: readonly string[], example: string): Address => {
  const parts = parsed(url)
  if (parts === null || parts.hostname === '' || !schemes.includes(parts.protocol.slice(0, -1))) {
    throw new TypeError(`${creator}: expected a URL of ${schemes.join(', ')}, such as ${example}, got ${veiled(url)}`)
  }
  const { protocol, username, password, host, pathname, search } = parts
  const secrets = [url, search, password, decoded(password), username, decoded(username)]
  return {
    url,
    parts,
    label: `${creator} ${protocol}//${host}${pathname}`,
    // An empty one would be found everywhere.
    secrets: secrets.filter((secret) => secret !== ''),
  }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What was wrong, in one line, without secrets. An attempt at several addresses tells of the first. */
export const reasonFor = ({ secrets }: Place, error: unknown): string => {
  const first: unknown = error instanceof AggregateError && error.message === '' ? error.errors[0] : error
  const words = first instanceof Error && first.message !== '' ? first.message : String(first)
  return secrets.reduce((said, secret) => said.replaceAll(secret, '***'), words).replaceAll(/\s+/g, ' ')
}
