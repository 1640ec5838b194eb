/**
 * Reads the parts of one state: the first is JSON, and the others are the bytes of typed arrays, in the order in which the first
 * describes them.
 */
import type * as t from 'io-ts'
import { nearestName, printable } from '../edge/decode.js'
import type { Part } from '../types.js'
import { type StateFormat, codecOf } from './format.js'
import { type Refusal, RestoreError } from './restoreError.js'
import { type describedArray, arrayKinds, pieceName } from './typedArrays.js'

/** An array whose bytes follow, with a function that receives them. */
export interface Slot extends t.TypeOf<typeof describedArray> {
  /** Its path in the state: field names, joined by `/`. */
  readonly path: string
  /** Receives the next bytes, of whole numbers, which begin at byte `at` of the array; `part` is the name of their part. */
  take(bytes: Uint8Array, at: number, part: string): void
}

/** The bytes of a part; null for JSON. */
export const bytesIn = (part: Part): Uint8Array | null =>
  'json' in part ? null : 'bytes' in part ? part.bytes : part.keep()()

const refuse = (refusal: Refusal): never => {
  throw new RestoreError(refusal)
}

/** Whether a part of this name belongs to an array. */
const isPieceOf = (name: string, { path, pieces }: Slot): boolean => {
  const index = Number(path === '' ? name : name.slice(path.length + 1))
  return Number.isSafeInteger(index) && index >= 0 && index < pieces && name === pieceName(path, pieces, index)
}

/** Refuses the part that came in place of the part `wanted`, or behind the last one if `wanted` is null. */
const refuseMisplaced = (
  came: string | null,
  wanted: string | null,
  seen: ReadonlySet<string>,
  slots: readonly Slot[],
) => {
  if (came === null) return refuse({ part: wanted ?? '', expected: 'this part', got: 'none' })
  if (seen.has(came)) return refuse({ part: came, expected: 'it once', got: 'it twice' })
  if (wanted !== null && slots.some((slot) => isPieceOf(came, slot))) {
    return refuse({ part: wanted, expected: `this part before ${came}`, got: 'none' })
  }
  const names = [...(wanted === null ? [] : [wanted]), ...slots.map(({ path }) => path)]
  const nearest = nearestName(came, names)
  return refuse({ part: came, expected: wanted ?? 'no further part', got: printable(came), nearest })
}

/** Passes the bytes of each array to its slot, and reads to the last part. */
const readArrays = (parts: Iterator<Part>, version: number, slots: readonly Slot[]): void => {
  const seen = new Set([''])
  const next = (): Part | null => {
    const result = parts.next()
    return result.done === true ? null : result.value
  }
  for (const { path, $array, length, pieces, take } of slots) {
    const size = arrayKinds[$array].BYTES_PER_ELEMENT
    if (pieces > length || (pieces === 0 && length > 0)) {
      refuse({
        part: '',
        field: `${path}.pieces`,
        expected: `a count of pieces of ${length} numbers`,
        got: `${pieces}`,
      })
    }
    let at = 0
    for (let index = 0; index < pieces; index++) {
      const name = pieceName(path, pieces, index)
      const part = next()
      if (part?.name !== name) return refuseMisplaced(part?.name ?? null, name, seen, slots)
      seen.add(name)
      if (part.version !== version)
        refuse({ part: name, field: 'version', expected: `${version}`, got: `${part.version}` })
      const bytes = bytesIn(part)
      if (bytes === null) return refuse({ part: name, expected: 'bytes', got: 'JSON' })
      const left = length * size - at
      const isLast = index === pieces - 1
      if (isLast ? bytes.length !== left : bytes.length % size !== 0 || bytes.length > left) {
        const expected = isLast ? `${left} bytes` : `${left} bytes at most, a multiple of ${size}`
        refuse({ part: name, expected, got: `${bytes.length} bytes` })
      }
      take(bytes, at, name)
      at += bytes.length
    }
  }
  const extra = next()
  if (extra !== null) refuseMisplaced(extra.name, null, seen, slots)
}

/**
 * Reads all parts of one state. `describe` gets the JSON of the first part, and returns the arrays that follow it. Returns the codec of
 * the parts' version.
 *
 * Fails: RestoreError for a part that is missing, comes twice or is not known, for a version that is not known or not that of the first
 * part, and for bytes of another size; with what `describe` throws.
 */
export const readParts = <State>(
  parts: Iterable<Part>,
  format: StateFormat<State>,
  describe: (json: unknown) => readonly Slot[],
): t.Decoder<unknown, State> => {
  const iterator = parts[Symbol.iterator]()
  try {
    const first = iterator.next()
    if (first.done === true) return refuse({ part: '', expected: 'this part', got: 'none' })
    const { name, version } = first.value
    if (name !== '') return refuse({ part: '', expected: `this part before ${name}`, got: 'none' })
    const codec = codecOf(format, version)
    if (!('json' in first.value)) return refuse({ part: '', expected: 'JSON', got: 'bytes' })
    readArrays(iterator, version, describe(first.value.json))
    return codec
  } finally {
    iterator.return?.()
  }
}
