/** Clipping to a bound on both sides of 0. */

/**
 * Refuses a bound that is not a positive number.
 *
 * Fails: RangeError with the owner and the bound.
 */
export const checkBound = (owner: string, bound: number): void => {
  // Written so that NaN fails too.
  if (!(bound > 0 && bound < Infinity)) {
    throw new RangeError(`${owner}: expected bound to be a positive number, got ${bound}`)
  }
}

/** The number in [-bound, bound] that is nearest to `value`. */
export const clipped = (value: number, bound: number): number =>
  value > bound ? bound : value < -bound ? -bound : value
