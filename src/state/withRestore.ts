/** Restores a state in two steps: nothing is overwritten before everything was checked. */
import { reason } from '../failure.js'
import type { Part, Restorable } from '../types.js'

/** Whether parts can be read only once, as those of a generator. */
const isReadOnce = (parts: Iterable<Part>): boolean => {
  const iterator: unknown = parts[Symbol.iterator]()
  return iterator === parts
}

/**
 * Adds `restore`, which calls `prepare` and then the function that it returned.
 *
 * Fails: `restore` throws what `prepare` throws, with nothing overwritten; a TypeError for parts that can be read only once; and an
 * Error if the parts differed when they were read again, since the state is then incomplete.
 */
export const withRestore = (steps: Pick<Restorable, 'parts' | 'prepare'>): Restorable => ({
  ...steps,
  restore: (parts) => {
    if (isReadOnce(parts)) {
      throw new TypeError('restore: expected parts that can be read twice, such as an array, got an iterator')
    }
    const put = steps.prepare(parts)
    try {
      put(parts)
    } catch (error) {
      const what = 'restore: parts that were checked could not be restored, so that the state is incomplete'
      throw new Error(`${what}: ${reason(error)}`, { cause: error })
    }
  },
})
