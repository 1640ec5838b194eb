/** Makes a typed array that cannot be copied restorable in parts. */
import type * as t from 'io-ts'
import { printable } from '../edge/decode.js'
import { byteOrder } from '../kernels/home.js'
import type { Part, Restorable } from '../types.js'
import { decodeState } from './format.js'
import { withRestore } from './withRestore.js'
import { type Slot, readParts } from './readParts.js'
import { RestoreError } from './restoreError.js'
import {
  type ArrayKind,
  type TypedArray,
  PIECE,
  arrayKinds,
  bytesOf,
  copyNumbers,
  describedArray,
  descriptionOf,
  kindOf,
  piecesOf,
} from './typedArrays.js'

/** Options of `restorableArray`. */
export interface RestorableArrayOptions {
  /**
   * The count of numbers from the beginning of the array that are state, such as those of a ring that is not full yet; the default is
   * all. With it a shorter state can be restored too, and the numbers behind it do not change.
   */
  readonly used?: () => number
  /**
   * How often any of the numbers from `begin` up to `end`, exclusive, was written, so that `checkpointFolder` copies and writes only pieces
   * that changed since the last checkpoint; a count never falls. The default is to write all of them.
   */
  readonly revision?: (begin: number, end: number) => number
  /** Bytes of a part at most; the default is 2^22, 4 MiB. */
  readonly piece?: number
}

/** Version of the format below. */
const version = 1

/** Makes a function that returns the index of the first number in some bytes that is not finite; -1 if all are. It holds memory for one piece. */
const notFiniteFinder = (kind: ArrayKind): ((bytes: Uint8Array) => number) => {
  if (kind !== 'Float32Array' && kind !== 'Float64Array') return () => -1
  const { [kind]: constructor } = arrayKinds
  const size = constructor.BYTES_PER_ELEMENT
  let numbers = new constructor(0)
  return (bytes) => {
    const count = bytes.length / size
    // The bytes may not be aligned, so they are copied to an aligned array.
    if (numbers.length < count) numbers = new constructor(count)
    copyNumbers(bytes, bytesOf(numbers), 0, size, byteOrder())
    for (let i = 0; i < count; i++) if (!Number.isFinite(numbers[i])) return i
    return -1
  }
}

/** Keeps bytes by a copy, since the array does not say before it changes. */
const keeping = (bytes: Uint8Array) => () => {
  const copy = new Uint8Array(bytes)
  return () => copy
}

/**
 * An array in parts, which are views of it: a description in JSON, and then pieces of bytes by their number.
 *
 *     restorableArray(observations)      parts '' (JSON), '0', '1', '2' (bytes)
 *
 * Memory: none but one piece. The array is written to in place, piece by piece.
 * Numbers: all bits are restored; floats must be finite.
 * Fails: throws a TypeError for a value that is not a typed array. `prepare` and `restore` throw a RestoreError for an array of another
 * kind or length, for a number that is not finite, and for a piece that is missing, comes twice, is not known or has another size,
 * before anything is overwritten.
 */
export const restorableArray = (
  array: TypedArray,
  { used, revision, piece = PIECE }: RestorableArrayOptions = {},
): Restorable => {
  const kind = kindOf(array)
  if (kind === null) throw new TypeError(`restorableArray: expected a typed array, got ${printable(array)}`)

  /** The slot of this array; throws if the description is that of another array. It writes each piece to its place if `puts` is true. */
  const slotFor = (described: t.TypeOf<typeof describedArray>, puts: boolean): Slot => {
    const { $array, length } = described
    if ($array !== kind) throw new RestoreError({ part: '', field: '$array', expected: kind, got: $array })
    if (used === undefined ? length !== array.length : length > array.length) {
      const expected = `${array.length} numbers${used === undefined ? '' : ' at most'}`
      throw new RestoreError({ part: '', field: 'length', expected, got: `${length}` })
    }
    const size = array.BYTES_PER_ELEMENT
    const find = notFiniteFinder(kind)
    const take = (bytes: Uint8Array, at: number, part: string): void => {
      const place = find(bytes)
      if (place >= 0) {
        throw new RestoreError({ part, expected: 'finite numbers', got: `another one at place ${at / size + place}` })
      }
      if (puts) copyNumbers(bytes, bytesOf(array), at, size, byteOrder())
    }
    return { ...described, path: '', take }
  }
  const readAll = (parts: Iterable<Part>, puts: boolean): void =>
    void readParts(parts, { version, codec: describedArray }, (json) => [
      slotFor(decodeState(describedArray, json), puts),
    ])

  return withRestore({
    parts: function* () {
      const state = used === undefined ? array : array.subarray(0, used())
      yield { name: '', version, json: descriptionOf(state, piece) }
      let [index, end] = [0, 0]
      for (const bytes of piecesOf(state, { piece })) {
        const begin = end
        end += bytes.length / array.BYTES_PER_ELEMENT
        const name = `${index++}`
        if (revision === undefined) yield { name, version, bytes }
        else yield { name, version, length: bytes.length, revision: revision(begin, end), keep: keeping(bytes) }
      }
    },
    prepare: (parts) => {
      readAll(parts, false)
      return (again) => readAll(again, true)
    },
  })
}
