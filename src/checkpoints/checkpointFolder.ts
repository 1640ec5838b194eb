/**
 * A folder of checkpoints, of which the newest are kept. A checkpoint's name has the step that it was taken at and the beginning of its
 * checksum, and the name of a piece is its checksum, so that a file tells by itself whether it is whole.
 */
import { filesSync, paths } from '#host'
import { printable } from '../edge/decode.js'
import { syncNames } from '../edge/disk.js'
import { reason } from '../failure.js'
import type { Part, Restorable } from '../types.js'
import { checkpointStretches, type StoredPart, storedParts } from './checkpointBytes.js'
import { type CopiedPart, partCopies, storedAs } from './partCopies.js'
import { readSummed, SUM_DIGITS, writeSummed } from './summedFile.js'

/** Options of `checkpointFolder`. */
export interface CheckpointFolderOptions {
  /** Checkpoints that stay in the folder, one or more; the default is 2. */
  readonly keep?: number
}

/** Options of `save`. */
export interface SaveOptions {
  /** What the checkpoint relies on, such as rows that are on their way to the disk: it gets its name after that. The default is nothing. */
  readonly after?: Promise<unknown>
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
   * name. Pieces go into files of their own, and only those are kept and written that changed since the last checkpoint; each is copied
   * when it is its turn. Checksums are computed in blocks of 1 MiB, between which the event loop has its turns. Removes older
   * checkpoints then. Resolves to the path.
   *
   * Fails: throws what `parts` throws; rejects with the system's error if the disk does not accept the file, and with what `after` rejects
   * with; the earlier checkpoints are still there then.
   */
  save(step: number, state: Pick<Restorable, 'parts'>, options?: SaveOptions): Promise<string>
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
const named = new RegExp(`^(\\d{${STEP_DIGITS}})-([0-9a-f]{${SUM_DIGITS}})\\.checkpoint$`)
const pieceNamed = new RegExp(`^([0-9a-f]{${SUM_DIGITS}})\\.piece$`)
/** What `replaceFile` calls a file that is not complete. */
const temporary = /^\.rivulet-\d+-\d+\.tmp$/

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
/**
 * A folder of checkpoints; it is made when the first one is saved. One process at a time may write to it.
 *
 *     const checkpoints = checkpointFolder('runs/one/checkpoints')
 *     await checkpoints.save(1000, state)
 *     const { step } = await checkpoints.restore(state)
 *
 * Memory: a copy of the state without its pieces, from the first save on, and of one piece at a time while it is written.
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
  /** The pieces of the checkpoints that this process wrote or read, by the names of their files. */
  const needs = new Map<string, readonly string[]>()

  const disk = async () => {
    const [{ promises, readFileSync }, { join }] = await Promise.all([filesSync(), paths()])
    return { ...promises, readFileSync, at: (name: string): string => join(path, name) }
  }

  const makeFolder = async (): Promise<void> => {
    const { mkdir } = await disk()
    await mkdir(path, { recursive: true })
  }

  /** Writes a piece after all that was started before it. After a failure no later checkpoint relies on any piece. */
  const writePiece = (take: () => Uint8Array): Promise<string> => {
    const sum = writing.then(async () => (await writeSummed(path, [take()], pieceFile)).sum)
    writing = sum.catch(copies.forget)
    return sum
  }
  const copies = partCopies(writePiece)

  /** Removes the checkpoints that are not kept, the pieces that none needs, and what a process left unfinished that was killed. */
  const clear = async (newest: string, step: number): Promise<void> => {
    const { at, readdir, rm } = await disk()
    const names = await readdir(path)
    const others = checkpointsAmong(names).filter(({ name }) => name !== newest)
    // Those of later steps are of a run that was continued from an earlier checkpoint: they are of no further use.
    const kept = others.filter((other) => other.step <= step).slice(0, keep - 1)
    const needed = new Set(needs.get(newest))
    for (const { name, sum } of kept) {
      if (!needs.has(name)) {
        const parts = await readSummed(at(name), sum).then(storedParts, () => [])
        needs.set(name, parts.flatMap(pieceIn))
      }
      for (const piece of needs.get(name) ?? []) needed.add(piece)
    }
    const unused = [
      ...others.filter((other) => !kept.includes(other)).map(({ name }) => name),
      ...names.filter((name) => pieceNamed.test(name) && !needed.has(pieceNamed.exec(name)?.[1] ?? '')),
      ...names.filter((name) => temporary.test(name)),
    ]
    for (const name of unused) {
      await rm(at(name), { force: true })
      needs.delete(name)
    }
  }

  const write = async (step: number, copied: readonly CopiedPart[]): Promise<string> => {
    const parts = await storedAs(copied)
    const digits = String(step).padStart(STEP_DIGITS, '0')
    const nameOf = (sum: string): string => `${digits}-${sum}.checkpoint`
    const { path: place, sum } = await writeSummed(path, checkpointStretches(parts), nameOf)
    // Power may fail: the earlier checkpoints go once the disk has the name of this one.
    await syncNames(path)
    needs.set(nameOf(sum), parts.flatMap(pieceIn))
    await clear(nameOf(sum), step)
    return place
  }

  /** The parts of a checkpoint of which every byte is whole; those of its pieces are read when they are requested. */
  const read = async ({ name, sum }: Found) => {
    const { at, readFileSync } = await disk()
    const stored = storedParts(await readSummed(at(name), sum))
    for (const piece of new Set(stored.flatMap(pieceIn))) {
      try {
        await readSummed(at(pieceFile(piece)), piece)
      } catch (error) {
        throw new Error(`${pieceFile(piece)}: ${reason(error)}`, { cause: error })
      }
    }
    const parts: Iterable<Part> = {
      [Symbol.iterator]: function* () {
        for (const part of stored) {
          if (!('piece' in part)) yield part
          else {
            const { piece, ...rest } = part
            // No revision of the restored state is this one: that of a part that was read says nothing.
            yield { ...rest, revision: NaN, keep: () => () => readFileSync(at(pieceFile(piece))) }
          }
        }
      },
    }
    return { stored, parts }
  }

  return {
    path,
    save: (step, state, { after } = {}) => {
      if (!(Number.isSafeInteger(step) && step >= 0 && String(step).length <= STEP_DIGITS)) {
        throw new RangeError(`checkpointFolder: step must be an integer from 0 up, got ${printable(step)}`)
      }
      // Made once: a folder that is removed meanwhile is missed by what is written to it.
      const made = writing.then(makeFolder)
      const ready = Promise.all([made, after])
      writing = made.catch(() => undefined)
      // What is thrown below is not this.
      ready.catch(() => undefined)
      const copied = copies.take(state.parts())
      const written = Promise.all([ready, writing]).then(() => write(step, copied))
      writing = written.then(
        () => copies.release(copied),
        () => undefined,
      )
      return written
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
        needs.set(found.name, checked.stored.flatMap(pieceIn))
        copies.know(state, checked.stored)
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
