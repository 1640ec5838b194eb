/** How long a link waits before each attempt to connect. */
import type { Random } from '../types.js'

/** How long to wait before each attempt to connect: `first`, twice that, four times that, up to `longest`. */
export interface Backoff {
  /** Milliseconds before the first new attempt. The default is 100. */
  readonly first?: number
  /** The longest wait, in milliseconds. The default is 10 000. */
  readonly longest?: number
  /** New attempts in a row that may fail before the link fails. The default is Infinity: the link tries for ever. */
  readonly retries?: number
  /** Random numbers that shorten each wait by up to half, so that many robots do not connect at once. By default waits are exact. */
  readonly random?: Random
}

/**
 * Gives the wait in milliseconds for the number of failures in a row, or null when there were more than `retries`.
 *
 * Fails: throws a RangeError that names the owner and the option.
 */
export const backoffDelays = (
  owner: string,
  { first = 100, longest = 10_000, retries = Infinity, random }: Backoff,
) => {
  for (const [option, value] of Object.entries({ first, longest, retries })) {
    if (!(value >= 0)) throw new RangeError(`${owner}: backoff.${option}: expected a number >= 0, got ${value}`)
  }
  return (failures: number): number | null => {
    if (failures > retries) return null
    let delay = first
    for (let failure = 1; failure < failures && delay < longest; failure++) delay *= 2
    return Math.min(delay, longest) * (random === undefined ? 1 : 1 - random.uniform() / 2)
  }
}
