/**
 * A folder of checkpoints, of which the newest are kept. A checkpoint's name has the step that it was taken at and the beginning of its
 * checksum, so that a file tells by itself whether it is whole.
 */
import { filesSync, paths } from '#host'
import { printable } from '../edge/decode.js'
import { replaceFile } from '../edge/disk.js'
import { withRegularFile } from '../edge/regularFile.js'
import { reason } from '../failure.js'
import type { Part, Restorable } from '../types.js'
import { checkpointParts, checkpointPieces } from './checkpointBytes.js'

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
   * name. Removes older checkpoints then. Resolves to the path.
   *
   * Fails: throws what `parts` throws; rejects with the system's error if the disk does not accept the file, and then the earlier
   * checkpoints are still there.
   */
  save(step: number, state: Pick<Restorable, 'parts'>): Promise<string>
  /**
   * Restores a state from the newest checkpoint that is whole and that the state accepts. A checkpoint that is refused is skipped, and
   * stays where it is.
   *
   * Fails: rejects with an error of one line if there is none, with the reason why each was refused; nothing was overwritten then.
   */
  restore(state: Restorable): Promise<RestoredCheckpoint>
  /** Waits for all files that are being written; the failures of these are those of their `save`. */
  settled(): Promise<void>
}

const STEP_DIGITS = 15
const SUM_DIGITS = 16
const EXTENSION = 'checkpoint'
const named = new RegExp(`^(\\d{${STEP_DIGITS}})-([0-9a-f]{${SUM_DIGITS}})\\.${EXTENSION}$`)

/** What `replaceFile` calls a file that is not complete. */
const temporary = /^\.rivulet-\d+-\d+\.tmp$/

/** The first digits of the SHA-256 of some bytes. */
const sumOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest.subarray(0, SUM_DIGITS / 2), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const joined = (pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
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

/**
 * A folder of checkpoints; it is made when the first one is saved.
 *
 *     const checkpoints = checkpointFolder('runs/one/checkpoints')
 *     await checkpoints.save(1000, state)
 *     const { step } = await checkpoints.restore(state)
 *
 * Memory: a copy of the state while it is written.
 * Numbers: a checkpoint is restored bit for bit. One whose checksum is not that of its name is never restored.
 * Fails: throws a RangeError for `keep` below 1.
 */
export const checkpointFolder = (path: string, { keep = 2 }: CheckpointFolderOptions = {}): CheckpointFolder => {
  if (!(Number.isSafeInteger(keep) && keep >= 1)) {
    throw new RangeError(`checkpointFolder: keep must be a positive integer, got ${printable(keep)}`)
  }
  /** The last write that was started; one follows the other. */
  let writing: Promise<unknown> = Promise.resolve()

  const namesIn = async (): Promise<readonly string[]> => {
    const { promises } = await filesSync()
    return promises.readdir(path)
  }

  const write = async (step: number, pieces: readonly Uint8Array[]): Promise<string> => {
    const [{ promises }, { join }] = await Promise.all([filesSync(), paths()])
    const bytes = joined(pieces)
    const name = `${String(step).padStart(STEP_DIGITS, '0')}-${await sumOf(bytes)}.${EXTENSION}`
    await promises.mkdir(path, { recursive: true })
    await replaceFile(join(path, name), bytes)
    // Those of later steps are of a run that was continued from an earlier checkpoint: they are of no further use.
    const names = await namesIn()
    const others = checkpointsAmong(names).filter((other) => other.name !== name)
    const earlier = others.filter((other) => other.step <= step)
    const kept = new Set(earlier.slice(0, keep - 1))
    const unused = others.filter((other) => !kept.has(other)).map((other) => other.name)
    // A run has one writer, and it writes one file after the other: what else is unfinished a process left that was killed.
    const unfinished = names.filter((other) => temporary.test(other))
    for (const other of [...unused, ...unfinished]) await promises.rm(join(path, other), { force: true })
    return join(path, name)
  }

  const read = async ({ name, sum }: Found): Promise<readonly Part[]> => {
    const { join } = await paths()
    const bytes = await withRegularFile(join(path, name), ({ size, read: readPart }) => readPart(0, size))
    const own = new Uint8Array(bytes)
    if ((await sumOf(own)) !== sum) throw new Error('expected the checksum of its name; got another one: it is damaged')
    return checkpointParts(own)
  }

  return {
    path,
    save: (step, state) => {
      if (!(Number.isSafeInteger(step) && step >= 0 && String(step).length <= STEP_DIGITS)) {
        throw new RangeError(`checkpointFolder: step must be an integer from 0 up, got ${printable(step)}`)
      }
      const pieces = checkpointPieces(state.parts())
      const written = writing.then(() => write(step, pieces))
      writing = written.catch(() => undefined)
      return written
    },
    restore: async (state) => {
      await writing
      const { join } = await paths()
      const refused: string[] = []
      for (const found of checkpointsAmong(await namesIn())) {
        const place = join(path, found.name)
        let put: ((parts: Iterable<Part>) => void) | null = null
        let parts: readonly Part[] = []
        try {
          parts = await read(found)
          put = state.prepare(parts)
        } catch (error) {
          refused.push(`${place}: ${reason(error)}`)
          continue
        }
        put(parts)
        return { step: found.step, path: place, refused }
      }
      throw new Error(
        refused.length === 0 ? `${path}: expected a checkpoint; got a folder that has none` : refused.join('; '),
      )
    },
    settled: async () => {
      await writing
    },
  }
}
