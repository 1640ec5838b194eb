/** How long a link waits before each attempt to connect. */
import type { Random } from '../types.js'

/** How long to wait before each attempt to connect: `first`, twice that, four times, up to `most`. */
export interface Backoff {
  /** Milliseconds before the first new attempt. */
  readonly first?: number
  /** Milliseconds at most. */
  readonly most?: number
  /** New attempts in a row that may fail before the link does; Infinity goes on for ever. */
  readonly retries?: number
  /** Shortens each wait by up to half, so that many robots do not come back at once; without it waits are exact. */
  readonly random?: Random
}

/**
 * The waits in milliseconds, by the number of failures in a row; null when there were too many.
 *
 * Fails: throws a RangeError that names the owner and the option.
 */
export const waits = (owner: string, { first = 100, most = 10_000, retries = Infinity, random }: Backoff) => {
  for (const [option, value] of Object.entries({ first, most, retries })) {
    if (!(value >= 0)) throw new RangeError(`${owner}: backoff.${option}: expected a number >= 0, got ${value}`)
  }
  return (failures: number): number | null => {
    if (failures > retries) return null
    let wait = first
    for (let failure = 1; failure < failures && wait < most; failure++) wait *= 2
    return Math.min(wait, most) * (random === undefined ? 1 : 1 - random.uniform() / 2)
  }
}
