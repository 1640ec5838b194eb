/** How a state is put back: nothing is overwritten before everything was checked. */
import { reason } from '../failure.js'
import type { Part, Restorable } from '../types.js'

/** Whether parts can be read a single time, as those of a generator. */
const isReadOnce = (parts: Iterable<Part>): boolean => {
  const iterator: unknown = parts[Symbol.iterator]()
  return iterator === parts
}

/**
 * Adds `restore` to what it is made of: `prepare`, and then what that returned.
 *
 * Fails: `restore` throws what `prepare` throws, with nothing overwritten; a TypeError for parts that can be read only once; and an Error
 * where the parts were others when they were read again, since the state is then incomplete.
 */
export const inTwoSteps = (halves: Pick<Restorable, 'parts' | 'prepare'>): Restorable => ({
  ...halves,
  restore: (parts) => {
    if (isReadOnce(parts)) {
      throw new TypeError('restore: expected parts that can be read twice, such as an array, got an iterator')
    }
    const put = halves.prepare(parts)
    try {
      put(parts)
    } catch (error) {
      const what = 'restore: parts that were found good could not be put back, so that the state is incomplete'
      throw new Error(`${what}: ${reason(error)}`, { cause: error })
    }
  },
})
