/** Copies the parts of a state while nothing changes it, and knows which of its pieces are on the disk already. */
import type { Part, PiecePart, Restorable } from '../types.js'
import type { StoredPart, StoredPiece } from './checkpointBytes.js'

/** A part that was copied: whole, or with the checksum of its piece to come. */
export type CopiedPart = Exclude<StoredPart, StoredPiece> | (Omit<StoredPiece, 'piece'> & Pick<Piece, 'sum'>)

/** A piece that is on the disk, or will be. */
interface Piece extends Pick<PiecePart, 'length' | 'revision'> {
  readonly sum: Promise<string>
}

/** Copies of one state after another. */
export interface PartCopies {
  /** Copies parts, but pieces not yet: has those written that changed since the last time. */
  take(parts: Iterable<Part>): readonly CopiedPart[]
  /** Says that a copy is written: its memory is used again, since fresh memory takes longer to be written to than the copy itself. */
  release(copied: readonly CopiedPart[]): void
  /** Says that a state was restored from stored parts, whose pieces are on the disk. */
  know(state: Pick<Restorable, 'parts'>, stored: readonly StoredPart[]): void
  /** Says that a piece may not be on the disk: all are written anew the next time. */
  forget(): void
}

/** `write` writes a piece that `take` gives when it is its turn, and resolves to its checksum. */
export const partCopies = (write: (take: () => Uint8Array) => Promise<string>): PartCopies => {
  /** The pieces of the present state, by the names of their parts. */
  let pieces = new Map<string, Piece>()
  /** Memory of copies that were written, by the names of their parts. */
  const spare = new Map<string, Uint8Array<ArrayBuffer>>()

  const copyOf = (name: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
    const earlier = spare.get(name)
    spare.delete(name)
    if (earlier?.length !== bytes.length) return new Uint8Array(bytes)
    earlier.set(bytes)
    return earlier
  }

  return {
    take: (parts) => {
      const present = new Map<string, Piece>()
      const copied: CopiedPart[] = []
      for (const part of parts) {
        const { name, version } = part
        if ('json' in part) {
          copied.push({ name, version, json: structuredClone(part.json) })
          continue
        }
        if ('bytes' in part) {
          copied.push({ name, version, bytes: copyOf(name, part.bytes) })
          continue
        }
        const { length, revision } = part
        const known = pieces.get(name)
        const isWritten = known !== undefined && known.revision === revision && known.length === length
        const piece = isWritten ? known : { length, revision, sum: write(part.keep()) }
        present.set(name, piece)
        copied.push({ name, version, length, sum: piece.sum })
      }
      pieces = present
      return copied
    },
    release: (copied) => {
      for (const part of copied) if ('bytes' in part) spare.set(part.name, part.bytes)
    },
    know: (state, stored) => {
      const sums = new Map(stored.flatMap((part) => ('piece' in part ? [[part.name, part] as const] : [])))
      pieces = new Map()
      for (const part of state.parts()) {
        const same = sums.get(part.name)
        if (!('keep' in part) || same?.length !== part.length) continue
        const { name, length, revision } = part
        pieces.set(name, { length, revision, sum: Promise.resolve(same.piece) })
      }
    },
    forget: () => {
      pieces = new Map()
    },
  }
}

/** Copied parts as a checkpoint has them, when all of their pieces are written. */
export const storedAs = async (copied: readonly CopiedPart[]): Promise<readonly StoredPart[]> => {
  const parts: StoredPart[] = []
  for (const part of copied) {
    if (!('sum' in part)) parts.push(part)
    else {
      const { sum, ...rest } = part
      parts.push({ ...rest, piece: await sum })
    }
  }
  return parts
}
