/**
 * The state of a replay buffer in parts: pieces of whole rows. A transition changes one piece, so that a checkpoint costs the rows that came
 * since the last one, and at most one piece more; a buffer that is not full gives the rows that it has.
 */
import { isSized } from '../../checks.js'
import { closed, nonNegativeInteger, oneOf, positiveInteger } from '../../edge/codecs.js'
import { byteOrder } from '../../kernels/home.js'
import { decodeState } from '../../state/format.js'
import { readParts, type Slot } from '../../state/readParts.js'
import { RestoreError } from '../../state/restoreError.js'
import { bytesOf, copyNumbers, PIECE } from '../../state/typedArrays.js'
import { withRestore } from '../../state/withRestore.js'
import type { Restorable } from '../../types.js'

/** Numbers of a ring, in the order of its rows. */
export interface RingColumn {
  readonly values: Float32Array | Float64Array | Uint8Array
  /** Numbers of a row. */
  readonly width: number
}

/** Where the rows stand that are held. */
export interface RingPlace {
  readonly size: number
  /** Where the next row goes; the rows that are held stand before it. */
  readonly next: number
}

/** A ring of rows in columns. */
export interface Ring {
  /** Rows that it holds; it has room for one more. */
  readonly capacity: number
  readonly columns: Readonly<
    Record<'observation' | 'action' | 'nextObservation' | 'rewards' | 'terminated', RingColumn>
  >
  getPlace(): RingPlace
  setPlace(place: RingPlace): void
  /** Bytes of a piece at most; the default is 2^22, 4 MiB. */
  readonly piece?: number
}

/** The pieces of a ring. */
export interface ReplayPieces {
  readonly state: Restorable
  /** Says that a row is about to change. */
  touch(row: number): void
  /** Says that all rows are about to change. */
  touchAll(): void
}

/** A piece whose bytes are kept; null until they are copied. */
interface Kept {
  readonly count: number
  bytes: Uint8Array | null
}

/** Version of the format below. */
const version = 1
const names = ['observation', 'action', 'nextObservation', 'rewards', 'terminated'] as const
const codec = closed({
  capacity: positiveInteger,
  observation: positiveInteger,
  action: positiveInteger,
  numbers: oneOf(['float32', 'float64'] as const),
  size: nonNegativeInteger,
  next: nonNegativeInteger,
})

/**
 * The pieces of a ring, which is written to by its owner and, when a state is restored, in place.
 *
 * Memory: a number for each piece, and copies of pieces that are kept and then changed.
 * Numbers: all bits are restored, and where the rows stand.
 * Fails: `prepare` and `restore` of the state throw a RestoreError for a ring of another capacity, of other widths or another precision, for
 * a piece that is missing or has another size, and for a number that `add` of a replay buffer refuses, before anything is overwritten.
 */
export const replayPieces = ({ capacity, columns, getPlace, setPlace, piece = PIECE }: Ring): ReplayPieces => {
  const slots = capacity + 1
  const all = names.map((name) => ({ name, ...columns[name] }))
  const rowBytes = all.reduce((sum, { values, width }) => sum + width * values.BYTES_PER_ELEMENT, 0)
  const rows = Math.max(1, Math.floor(piece / rowBytes))
  const own = {
    capacity,
    observation: columns.observation.width,
    action: columns.action.width,
    numbers: columns.rewards.values instanceof Float32Array ? 'float32' : 'float64',
  } as const
  /** When each piece changed, as a count of all changes, so that no two contents of a piece have the same number. */
  const changed = new Float64Array(Math.ceil(slots / rows))
  let changes = 0
  const kept = new Map<number, Set<Kept>>()

  /** The rows of a piece, column by column, each with the first of its rows and how many there are. */
  const copyOf = (index: number, count: number): Uint8Array => {
    const bytes = new Uint8Array(count * rowBytes)
    let at = 0
    for (const { values, width } of all) {
      const from = bytesOf(values.subarray(index * rows * width, (index * rows + count) * width))
      copyNumbers(from, bytes, at, values.BYTES_PER_ELEMENT, byteOrder())
      at += from.length
    }
    return bytes
  }

  /** Copies a piece for those who keep it. */
  const copyKept = (index: number): void => {
    for (const each of kept.get(index) ?? []) each.bytes = copyOf(index, each.count)
    kept.delete(index)
  }

  const keep = (index: number, count: number) => (): (() => Uint8Array) => {
    const wanted: Kept = { count, bytes: null }
    const together = kept.get(index) ?? new Set<Kept>()
    kept.set(index, together.add(wanted))
    return () => {
      if (wanted.bytes !== null) return wanted.bytes
      together.delete(wanted)
      if (together.size === 0) kept.delete(index)
      return copyOf(index, count)
    }
  }

  /** Rows from the beginning of the ring on that were ever written, among them all that are held. */
  const usedRows = ({ size, next }: RingPlace): number => (next >= size ? next : slots)
  const countOf = (used: number, index: number): number => Math.min(rows, used - index * rows)

  /** The place that a description has; throws if it is that of another ring. */
  const placeIn = (json: unknown): RingPlace => {
    const { size, next, ...described } = decodeState(codec, json)
    const expect = (field: string, expected: unknown, got: unknown, holds = expected === got): void => {
      if (!holds) throw new RestoreError({ part: '', field, expected: String(expected), got: String(got) })
    }
    for (const [field, expected] of Object.entries(own)) expect(field, expected, described[field as keyof typeof own])
    expect('size', `${capacity} rows at most`, size, size <= capacity)
    expect('next', `a row from 0 to ${capacity}`, next, next <= capacity)
    expect('next', `${size}, as the ring is not full`, next, size === capacity || next === size)
    return { size, next }
  }

  /** Checks the numbers of a piece, which are copied to `scratch`. */
  const check = (part: string, { name, values, width }: (typeof all)[number], count: number): void => {
    for (let i = 0; i < count * width; i++) {
      const isEnd = name === 'terminated'
      if (isEnd ? values[i] <= 1 : isSized(values[i])) continue
      const expected = isEnd ? '0 or 1' : 'a number of a size of 1e18 at most'
      throw new RestoreError({ part, field: `${name}[${i}]`, expected, got: String(values[i]) })
    }
  }

  /** Reads all parts into the columns of `into`: of this ring, or of one piece, which is checked. Returns the place. */
  const readAll = (parts: Parameters<Restorable['prepare']>[0], into: typeof all, isScratch: boolean): RingPlace => {
    let place: RingPlace = { size: 0, next: 0 }
    readParts(parts, { version, codec }, (json): readonly Slot[] => {
      place = placeIn(json)
      const used = usedRows(place)
      const take = (bytes: Uint8Array, at: number, part: string): void => {
        const index = Math.floor(at / (rows * rowBytes))
        const count = countOf(used, index)
        if (at !== index * rows * rowBytes || bytes.length !== count * rowBytes) {
          throw new RestoreError({ part, expected: `${count * rowBytes} bytes`, got: `${bytes.length} bytes` })
        }
        let from = 0
        for (const column of into) {
          const { values, width } = column
          const first = isScratch ? 0 : index * rows * width
          const to = bytesOf(values.subarray(first, first + count * width))
          copyNumbers(bytes.subarray(from, from + to.length), to, 0, values.BYTES_PER_ELEMENT, byteOrder())
          from += to.length
          if (isScratch) check(part, column, count)
        }
      }
      const pieces = Math.ceil(used / rows)
      return [{ $array: 'Uint8Array', length: used * rowBytes, pieces, path: '', take }]
    })
    return place
  }

  const touchAll = (): void => {
    for (const index of kept.keys()) copyKept(index)
    changed.fill(++changes)
  }

  const state = withRestore({
    parts: function* () {
      const place = getPlace()
      const used = usedRows(place)
      yield { name: '', version, json: { ...own, ...place } }
      for (let index = 0; index * rows < used; index++) {
        const count = countOf(used, index)
        const length = count * rowBytes
        yield { name: `${index}`, version, length, revision: changed[index], keep: keep(index, count) }
      }
    },
    prepare: (parts) => {
      const scratch = all.map((column) => ({ ...column, values: column.values.slice(0, rows * column.width) }))
      readAll(parts, scratch, true)
      return (again) => {
        touchAll()
        setPlace(readAll(again, all, false))
      }
    },
  })

  return {
    state,
    touch: (row) => {
      const index = Math.floor(row / rows)
      changed[index] = ++changes
      if (kept.size > 0) copyKept(index)
    },
    touchAll,
  }
}
