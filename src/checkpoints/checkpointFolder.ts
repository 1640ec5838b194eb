/**
 * A folder of checkpoints, of which the newest are kept. A checkpoint's name has the step that it was taken at and the beginning of its
 * checksum, and the name of a piece is its checksum, so that a file tells by itself whether it is whole.
 */
import { filesSync, paths } from '#host'
import { printable } from '../edge/decode.js'
import { replaceFile } from '../edge/disk.js'
import { withRegularFile } from '../edge/regularFile.js'
import { reason } from '../failure.js'
import type { Part, Restorable } from '../types.js'
import { checkpointBytes, type StoredPart, type StoredPiece, storedParts } from './checkpointBytes.js'

/** Options of `checkpointFolder`. */
export interface CheckpointFolderOptions {
  /** Checkpoints that stay in the folder, one or more; the default is 2. */
  readonly keep?: number
}

/** What `restore` did. */
export interface RestoredCheckpoint {
  /** The step that the checkpoint was taken at. */
  readonly step: number
  readonly path: string
  /** A line for each newer checkpoint that was refused, with its path and the reason. */
  readonly refused: readonly string[]
}

/** A folder of checkpoints. */
export interface CheckpointFolder {
  readonly path: string
  /**
   * Copies the parts of a state before it returns, and writes them after that: to a new file, which the disk has before it gets its
   * name. Parts with a revision go into pieces of their own, and only those are copied and written that changed since the last
   * checkpoint. Removes older checkpoints then. Resolves to the path.
   *
   * Fails: throws what `parts` throws; rejects with the system's error if the disk does not accept the file, and then the earlier
   * checkpoints are still there.
   */
  save(step: number, state: Pick<Restorable, 'parts'>): Promise<string>
  /**
   * Restores a state from the newest checkpoint that is whole and that the state accepts. A checkpoint that is refused is skipped, and
   * stays where it is. Resolves to null, with nothing overwritten, if there is no checkpoint, as of a run that was stopped before its first.
   *
   * Fails: rejects with an error of one line if all were refused, with the reason for each; nothing was overwritten then.
   */
  restore(state: Restorable): Promise<RestoredCheckpoint | null>
  /** Waits for all files that are being written; the failures of these are those of their `save`. */
  settled(): Promise<void>
}

const STEP_DIGITS = 15
const SUM_DIGITS = 16
const named = new RegExp(`^(\\d{${STEP_DIGITS}})-([0-9a-f]{${SUM_DIGITS}})\\.checkpoint$`)
const pieceNamed = new RegExp(`^([0-9a-f]{${SUM_DIGITS}})\\.piece$`)
/** What `replaceFile` calls a file that is not complete. */
const temporary = /^\.rivulet-\d+-\d+\.tmp$/

type Bytes = Uint8Array<ArrayBuffer>

/** The first digits of the SHA-256 of some bytes. */
const sumOf = async (bytes: Bytes): Promise<string> => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest.subarray(0, SUM_DIGITS / 2), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A file with the name of a checkpoint. */
interface Found {
  readonly name: string
  readonly step: number
  readonly sum: string
}

/** The checkpoints among some names, the newest first. */
const checkpointsAmong = (names: readonly string[]): readonly Found[] =>
  names
    .flatMap((name) => {
      const match = named.exec(name)
      return match === null ? [] : [{ name, step: Number(match[1]), sum: match[2] }]
    })
    .sort((a, b) => b.step - a.step || (a.name < b.name ? -1 : 1))

/** What a folder that is not there holds. */
const noNames = (error: NodeJS.ErrnoException): readonly string[] => {
  if (error.code !== 'ENOENT') throw error
  return []
}

const pieceFile = (sum: string): string => `${sum}.piece`

/** The piece that a part has, if it has one. */
const pieceIn = (part: StoredPart): readonly string[] => ('piece' in part ? [part.piece] : [])
const knownPiece = (part: StoredPart): readonly (readonly [string, Piece])[] => {
  if (!('piece' in part)) return []
  const { name, piece, length, revision } = part
  return [[name, { length, revision, sum: Promise.resolve(piece) }]]
}

/** A part that was copied: whole, or with the checksum of its piece to come. */
type Copied = Exclude<StoredPart, StoredPiece> | (Omit<StoredPiece, 'piece'> & Pick<Piece, 'sum'>)

/** A piece that is on the disk, or will be. */
interface Piece extends Pick<StoredPiece, 'length' | 'revision'> {
  readonly sum: Promise<string>
}

/**
 * A folder of checkpoints; it is made when the first one is saved. One process at a time may write to it.
 *
 *     const checkpoints = checkpointFolder('runs/one/checkpoints')
 *     await checkpoints.save(1000, state)
 *     const { step } = await checkpoints.restore(state)
 *
 * Memory: a copy of the state while it is written, without the pieces that are on the disk already.
 * Numbers: a checkpoint is restored bit for bit. One whose checksum is not that of its name is never restored, nor is one with a piece
 * of which this is true.
 * Fails: throws a RangeError for `keep` below 1.
 */
export const checkpointFolder = (path: string, { keep = 2 }: CheckpointFolderOptions = {}): CheckpointFolder => {
  if (!(Number.isSafeInteger(keep) && keep >= 1)) {
    throw new RangeError(`checkpointFolder: keep must be a positive integer, got ${printable(keep)}`)
  }
  /** The last write that was started; one follows the other. */
  let writing: Promise<unknown> = Promise.resolve()
  /** The pieces of the present state, by the names of their parts. */
  let pieces = new Map<string, Piece>()

  const disk = async () => {
    const [{ promises, readFileSync }, { join }] = await Promise.all([filesSync(), paths()])
    return { ...promises, readFileSync, at: (name: string): string => join(path, name) }
  }

  /** The bytes of a file whose name has their checksum. */
  const readWhole = async (place: string, sum: string): Promise<Bytes> => {
    const bytes = new Uint8Array(await withRegularFile(place, ({ size, read }) => read(0, size)))
    if ((await sumOf(bytes)) === sum) return bytes
    throw new Error('expected the checksum of its name; got another one: it is damaged')
  }

  const writePiece = async (bytes: Bytes): Promise<string> => {
    const { at, mkdir } = await disk()
    const sum = await sumOf(bytes)
    await mkdir(path, { recursive: true })
    await replaceFile(at(pieceFile(sum)), bytes)
    return sum
  }

  /** Copies the parts of a state, but for pieces that are on the disk; other pieces are written when it is their turn. */
  const copy = (parts: Iterable<Part>): readonly Copied[] => {
    const present = new Map<string, Piece>()
    const all: Copied[] = []
    for (const part of parts) {
      const { name, version } = part
      if ('json' in part) {
        all.push({ name, version, json: structuredClone(part.json) })
        continue
      }
      const { bytes, revision } = part
      if (revision === undefined) {
        all.push({ name, version, bytes: new Uint8Array(bytes) })
        continue
      }
      const known = pieces.get(name)
      const isWritten = known !== undefined && known.revision === revision && known.length === bytes.length
      const piece = isWritten ? known : { revision, length: bytes.length, sum: written(new Uint8Array(bytes)) }
      present.set(name, piece)
      all.push({ name, version, ...piece })
    }
    pieces = present
    return all
  }

  /** Writes a piece after all that was started before it. After a failure no later checkpoint relies on any piece. */
  const written = (bytes: Bytes): Promise<string> => {
    const sum = writing.then(() => writePiece(bytes))
    writing = sum.catch(() => {
      pieces = new Map()
    })
    return sum
  }

  /** Removes the checkpoints that are not kept, the pieces that none needs, and what a process left unfinished that was killed. */
  const clear = async (newest: string, step: number, own: readonly StoredPart[]): Promise<void> => {
    const { at, readdir, rm } = await disk()
    const names = await readdir(path)
    const others = checkpointsAmong(names).filter(({ name }) => name !== newest)
    // Those of later steps are of a run that was continued from an earlier checkpoint: they are of no further use.
    const kept = others.filter((other) => other.step <= step).slice(0, keep - 1)
    const needed = new Set(own.flatMap(pieceIn))
    for (const { name, sum } of kept) {
      const parts = await readWhole(at(name), sum).then(storedParts, () => [])
      for (const piece of parts.flatMap(pieceIn)) needed.add(piece)
    }
    const unused = [
      ...others.filter((other) => !kept.includes(other)).map(({ name }) => name),
      ...names.filter((name) => pieceNamed.test(name) && !needed.has(pieceNamed.exec(name)?.[1] ?? '')),
      ...names.filter((name) => temporary.test(name)),
    ]
    for (const name of unused) await rm(at(name), { force: true })
  }

  const write = async (step: number, copies: readonly Copied[]): Promise<string> => {
    const { at, mkdir } = await disk()
    const parts: StoredPart[] = []
    for (const each of copies) {
      if (!('sum' in each)) parts.push(each)
      else {
        const { sum, ...rest } = each
        parts.push({ ...rest, piece: await sum })
      }
    }
    const bytes = checkpointBytes(parts)
    const name = `${String(step).padStart(STEP_DIGITS, '0')}-${await sumOf(bytes)}.checkpoint`
    await mkdir(path, { recursive: true })
    await replaceFile(at(name), bytes)
    await clear(name, step, parts)
    return at(name)
  }

  /** The parts of a checkpoint of which every byte is whole; those of its pieces are read when they are requested. */
  const read = async ({ name, sum }: Found) => {
    const { at, readFileSync } = await disk()
    const stored = storedParts(await readWhole(at(name), sum))
    for (const piece of new Set(stored.flatMap(pieceIn))) {
      try {
        await readWhole(at(pieceFile(piece)), piece)
      } catch (error) {
        throw new Error(`${pieceFile(piece)}: ${reason(error)}`, { cause: error })
      }
    }
    const parts: Iterable<Part> = {
      [Symbol.iterator]: function* () {
        for (const part of stored) {
          if (!('piece' in part)) yield part
          else {
            const { piece, length: _length, ...rest } = part
            yield { ...rest, bytes: readFileSync(at(pieceFile(piece))) }
          }
        }
      },
    }
    return { stored, parts }
  }

  return {
    path,
    save: (step, state) => {
      if (!(Number.isSafeInteger(step) && step >= 0 && String(step).length <= STEP_DIGITS)) {
        throw new RangeError(`checkpointFolder: step must be an integer from 0 up, got ${printable(step)}`)
      }
      const copies = copy(state.parts())
      const path = writing.then(() => write(step, copies))
      writing = path.catch(() => undefined)
      return path
    },
    restore: async (state) => {
      await writing
      const { at, readdir } = await disk()
      const refused: string[] = []
      const names = await readdir(path).catch(noNames)
      for (const found of checkpointsAmong(names)) {
        const place = at(found.name)
        let checked
        try {
          const { stored, parts } = await read(found)
          checked = { stored, parts, put: state.prepare(parts) }
        } catch (error) {
          refused.push(`${place}: ${reason(error)}`)
          continue
        }
        checked.put(checked.parts)
        pieces = new Map(checked.stored.flatMap(knownPiece))
        return { step: found.step, path: place, refused }
      }
      if (refused.length === 0) return null
      throw new Error(refused.join('; '))
    },
    settled: async () => {
      await writing
    },
  }
}
