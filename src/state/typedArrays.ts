/** Typed arrays in parts: bytes in pieces, the lowest byte of each number first, on every machine. */
import { closed, nonNegativeInteger, oneOf } from '../edge/codecs.js'
import { type ByteOrder, byteOrder } from '../kernels/home.js'

/** The kinds of array that a state may hold, by name. */
export const arrayKinds = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const

/** The name of such a kind. */
export type ArrayKind = keyof typeof arrayKinds

/** An array of one of these kinds. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array

const isKind = (name: unknown): name is ArrayKind => typeof name === 'string' && Object.hasOwn(arrayKinds, name)

/** An array's kind, also of a subclass such as Node's Buffer; null for a value that is not a typed array. */
export const kindOf = (value: unknown): ArrayKind | null => {
  if (!ArrayBuffer.isView(value)) return null
  const name: unknown = Reflect.get(value, Symbol.toStringTag)
  return isKind(name) ? name : null
}

/** The JSON of an array whose numbers follow as bytes: its kind, its length in numbers, and the number of its pieces. */
export const describedArray = closed({
  $array: oneOf(Object.keys(arrayKinds).filter(isKind)),
  length: nonNegativeInteger,
  pieces: nonNegativeInteger,
})

/** Bytes of one piece at most: as many as a disk takes in a few milliseconds. */
export const PIECE = 2 ** 22

/** Bytes of each piece but the last: as many whole numbers as fit into `piece` bytes, and one at least. */
const stepOf = (array: TypedArray, piece: number): number =>
  Math.max(1, Math.floor(piece / array.BYTES_PER_ELEMENT)) * array.BYTES_PER_ELEMENT

/** The description of an array in pieces of `piece` bytes at most. */
export const descriptionOf = (array: TypedArray, piece = PIECE) => ({
  $array: kindOf(array) as ArrayKind,
  length: array.length,
  pieces: Math.ceil(array.byteLength / stepOf(array, piece)),
})

/** The bytes of an array, in the machine's own order. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/** Copies numbers of `size` bytes each, and reverses the bytes of each if `order` is `big`. */
export const copyNumbers = (from: Uint8Array, to: Uint8Array, at: number, size: number, order: ByteOrder): void => {
  if (order === 'little') return to.set(from, at)
  for (let i = 0; i < from.length; i++) to[at + i - (i % size) + (size - 1 - (i % size))] = from[i]
}

/**
 * The bytes of an array, in pieces: views of it on a little-endian machine, else copies in one buffer, which each piece overwrites.
 */
export const piecesOf = function* (
  array: TypedArray,
  { piece = PIECE, order = byteOrder() }: { readonly piece?: number; readonly order?: ByteOrder } = {},
): Generator<Uint8Array> {
  const bytes = bytesOf(array)
  const step = stepOf(array, piece)
  const turned = order === 'little' ? null : new Uint8Array(Math.min(step, bytes.length))
  for (let at = 0; at < bytes.length; at += step) {
    const view = bytes.subarray(at, at + step)
    if (turned !== null) copyNumbers(view, turned, 0, array.BYTES_PER_ELEMENT, order)
    yield turned === null ? view : turned.subarray(0, view.length)
  }
}

/** The name of piece `index` of the array at `path`; the only piece of an array has the path itself, unless that is empty. */
export const pieceName = (path: string, pieces: number, index: number): string =>
  path === '' ? `${index}` : pieces === 1 ? path : `${path}/${index}`
