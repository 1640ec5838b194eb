/** Checks of what a snapshot is restored from: the whole of it is checked before any of it is put back. */

/** What a value that was not expected is, in few words. */
export const described = (value: unknown): string => {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return String(value).slice(0, 80)
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`
  return `an ${typeof value}`
}

const isVector = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)

/** Whom a restored field belongs to, and what it is called there: `owner: a snapshot's field: expected ...`. */
export interface Restored {
  readonly owner: string
  readonly field: string
  /** One name a component of a vector, as far as there are some. */
  readonly names?: readonly string[]
}

/** The beginning of the line that refuses a field of a snapshot. */
const of = ({ owner, field }: Restored): string => `${owner}: ${field} of a snapshot`

/**
 * Refuses what is no record, before its fields are looked at.
 *
 * Fails: RangeError with the owner and what came.
 */
export const checkSnapshot = (owner: string, state: unknown): void => {
  if (typeof state === 'object' && state !== null) return
  throw new RangeError(`${owner}: expected a snapshot, got ${described(state)}`)
}

/**
 * Refuses a restored field that is not a vector of `size` finite numbers, none of them below `least`. A plain array is as good as a
 * typed one.
 *
 * Fails: RangeError with the owner, the field, the first component that is wrong and what came.
 */
export const checkRestoredVector = (restored: Restored, value: unknown, size: number, least = -Infinity): void => {
  if (!isVector(value)) {
    // JSON makes an object of a typed array, with an index under each key, which a reader would look for in vain.
    const hint = typeof value === 'object' && value !== null && '0' in value
    throw new RangeError(
      `${of(restored)}: expected a vector of ${size} numbers, got ${described(value)}` +
        (hint ? ' with indexes as keys, which JSON makes of a typed array: save it as [...array]' : ''),
    )
  }
  if (value.length !== size) {
    throw new RangeError(`${of(restored)}: expected a vector of ${size} components, got one of ${value.length}`)
  }
  for (let i = 0; i < size; i++) {
    const number = value[i]
    if (typeof number === 'number' && number >= least && number - number === 0) continue
    const name = restored.names?.[i]
    const expected = least === -Infinity ? 'a finite number' : `a finite number from ${least} up`
    const place = `[${i}]${name === undefined ? '' : ` (${name})`}`
    throw new RangeError(
      `${restored.owner}: ${restored.field}${place} of a snapshot: expected ${expected}, got ${described(number)}`,
    )
  }
}

/**
 * Refuses a restored field that is not a number as expected.
 *
 * Fails: RangeError with the owner, the field and what came.
 */
export const checkRestored = (restored: Restored, value: unknown, expected: string, holds: boolean): void => {
  if (!holds) throw new RangeError(`${of(restored)}: expected ${expected}, got ${described(value)}`)
}
