/** Checks of snapshots: all of a snapshot is checked before any of it is restored. */

/** Describes an unexpected value in a few words. */
export const described = (value: unknown): string => {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return String(value).slice(0, 80)
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`
  return `an ${typeof value}`
}

const isVector = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)

/** A restored field: its owner and its name, as errors begin: `owner: field of a snapshot: expected ...`. */
export interface Restored {
  readonly owner: string
  readonly field: string
  /** One name for each component of a vector, if the components have names. */
  readonly names?: readonly string[]
}

/** The beginning of an error about a field of a snapshot. */
const fieldLabel = ({ owner, field }: Restored): string => `${owner}: ${field} of a snapshot`

/**
 * Refuses a snapshot that is not an object, before its fields are checked.
 *
 * Fails: RangeError with the owner and a description of the value.
 */
export const checkSnapshot = (owner: string, state: unknown): void => {
  if (typeof state === 'object' && state !== null) return
  throw new RangeError(`${owner}: expected a snapshot, got ${described(state)}`)
}

/**
 * Refuses a restored field that is not a vector of `size` finite numbers, none of them below `least` (by default any). A plain array is
 * accepted like a typed one.
 *
 * Fails: RangeError with the owner, the field, the first wrong component and its value.
 */
export const checkRestoredVector = (restored: Restored, value: unknown, size: number, least = -Infinity): void => {
  if (!isVector(value)) {
    // JSON writes a typed array as an object with indexes as keys; the hint says how to save it instead.
    const hint = typeof value === 'object' && value !== null && '0' in value
    throw new RangeError(
      `${fieldLabel(restored)}: expected a vector of ${size} numbers, got ${described(value)}` +
        (hint ? ' with indexes as keys, which JSON makes of a typed array: save it as [...array]' : ''),
    )
  }
  if (value.length !== size) {
    throw new RangeError(`${fieldLabel(restored)}: expected a vector of ${size} components, got one of ${value.length}`)
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
 * Refuses a restored field for which `holds` is false.
 *
 * Fails: RangeError with the owner, the field, what was `expected` and a description of the value.
 */
export const checkRestored = (restored: Restored, value: unknown, expected: string, holds: boolean): void => {
  if (!holds) throw new RangeError(`${fieldLabel(restored)}: expected ${expected}, got ${described(value)}`)
}
