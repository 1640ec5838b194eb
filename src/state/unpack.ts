/** Joins plain data that `pack` split. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { decode, printable } from '../edge/decode.js'
import { byteOrder } from '../kernels/home.js'
import { DEEPEST, describedNumber, nonJsonNumbers, pathTo } from './pack.js'
import type { Slot } from './readParts.js'
import { RestoreError } from './restoreError.js'
import { type TypedArray, arrayKinds, bytesOf, copyNumbers, describedArray } from './typedArrays.js'

/** Plain data whose arrays are still to come. */
export interface Unpacked {
  /** The arrays whose bytes follow, in their order. */
  readonly slots: readonly Slot[]
  /** The data, after every slot has received all of its bytes. */
  build(): unknown
}

/** A slot that keeps copies of its bytes, and the array that they make. */
const slotWithArray = (
  path: string,
  described: t.TypeOf<typeof describedArray>,
): { slot: Slot; array: () => TypedArray } => {
  const pieces: Uint8Array[] = []
  const kind = arrayKinds[described.$array]
  // `slice` would return a view if the bytes are a Buffer of Node.
  const take = (bytes: Uint8Array): void => void pieces.push(new Uint8Array(bytes))
  const slot = { ...described, path, take }
  const array = (): TypedArray => {
    const whole = new kind(described.length)
    let at = 0
    for (const piece of pieces) {
      copyNumbers(piece, bytesOf(whole), at, kind.BYTES_PER_ELEMENT, byteOrder())
      at += piece.length
    }
    return whole
  }
  return { slot, array }
}

/**
 * Reads the JSON of packed data.
 *
 * Fails: RestoreError that names the field, for an unknown record with a `$` and for more than 64 levels.
 */
export const unpack = (json: unknown): Unpacked => {
  const slots: Slot[] = []
  /** A function that returns the value at a path, after all bytes have come. */
  const unpacked = (value: unknown, path: string, depth: number): (() => unknown) => {
    const read = <A>(codec: t.Decoder<unknown, A>): A => {
      const result = decode(codec)(value)
      if (!isLeft(result)) return result.right
      const [failure] = result.left
      const field = [path, failure.path].filter((name) => name !== '').join('/')
      throw new RestoreError({ ...failure, part: '', field })
    }
    if (depth > DEEPEST) {
      throw new RestoreError({ part: '', field: path, expected: `${DEEPEST} levels of data at most`, got: 'more' })
    }
    if (typeof value !== 'object' || value === null) return () => value
    if (Array.isArray(value)) {
      const items = value.map((each, index) => unpacked(each, pathTo(path, index), depth + 1))
      return () => items.map((item) => item())
    }
    if (Object.hasOwn(value, '$array')) {
      const { slot, array } = slotWithArray(path, read(describedArray))
      slots.push(slot)
      return array
    }
    if (Object.hasOwn(value, '$number')) {
      const number = nonJsonNumbers[read(describedNumber).$number]
      return () => number
    }
    const fields = Object.entries(value).map(([key, field]) => {
      const name = key.startsWith('$$') ? key.slice(1) : key
      if (name === key && key.startsWith('$')) {
        throw new RestoreError({ part: '', field: path, expected: 'a field whose name has no $', got: printable(key) })
      }
      return [name, unpacked(field, pathTo(path, name), depth + 1)] as const
    })
    // An assignment to a field called `__proto__` would set the prototype.
    return () => Object.fromEntries(fields.map(([name, field]) => [name, field()]))
  }
  const build = unpacked(json, '', 0)
  return { slots, build }
}
