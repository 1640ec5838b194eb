/** Where a run is written: a directory with the run's config and a line for each episode, on the disk as soon as it ended. */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { tryCatch, type TaskEither } from 'fp-ts/lib/TaskEither.js'
import { printable, type Failure } from '../edge/decode.js'
import { causeOf } from '../failure.js'
import { type LineFile, lineFile } from '../edge/lineFile.js'
import type { RunConfig, RunSettings } from './config.js'

/** One line of `episodes.csv`: an episode that ended. */
export interface EpisodeRow {
  /** Counts the run's episodes from 1. */
  readonly episode: number
  /** Actions executed in the run when the episode ended. */
  readonly step: number
  readonly length: number
  /** The sum of its rewards, undiscounted. */
  readonly return: number
  /** Whether the task ended it; false where a time limit did. */
  readonly terminated: boolean
  /** Since the run began, by the machine's clock. */
  readonly seconds: number
}

/** A run's place on the disk, open for writing. */
export interface RunDirectory {
  readonly path: string
  /** Writes one line and hands it to the system before returning; throws when the disk does not take it, leaving whole lines. */
  writeEpisode(row: EpisodeRow): void
  /** Throws when the directory is no longer at its path: it was deleted, moved or replaced. */
  check(): void
  /** Puts the files on the disk for good and closes them. */
  close(): void
  /** Closes the files, and removes what was made for the run, so that the next one may have the path. */
  discard(): void
}

const two = (value: number): string => String(value).padStart(2, '0')

/** Where a run goes that was told nothing: `runs/<task>-<algorithm>-s<seed>-<date>`, by the local time of `begun`. */
export const defaultPath = ({ task, algorithm, seed }: RunSettings, begun: Date): string => {
  const day = `${begun.getFullYear()}${two(begun.getMonth() + 1)}${two(begun.getDate())}`
  const time = `${two(begun.getHours())}${two(begun.getMinutes())}${two(begun.getSeconds())}`
  return join('runs', `${task}-${algorithm}-s${seed}-${day}-${time}`)
}

/** The columns of `episodes.csv`, in order. */
export const episodeColumns = ['episode', 'step', 'length', 'return', 'terminated', 'seconds'] as const

const lineOf = (row: EpisodeRow): string =>
  [row.episode, row.step, row.length, row.return, row.terminated, row.seconds.toFixed(3)].join(',')

const isError = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

/** Tries again what failed since another run made or removed a directory in the same moment. */
const MOST_TRIES = 5

/**
 * Makes a directory and what is above it; gives the directories that were made, the innermost last. `exclusive` refuses one that is
 * there. Node's own way to do so never returns for a path in /proc (Node 20).
 */
const makeDirectory = (path: string, exclusive: boolean, tries = MOST_TRIES): readonly string[] => {
  try {
    mkdirSync(path)
    return [path]
  } catch (error) {
    // If it is no directory, reading it says so.
    if (!exclusive && isError(error, 'EEXIST')) return []
    if (!isError(error, 'ENOENT') || tries === 0 || dirname(path) === path) throw error
    const above = makeDirectory(dirname(path), false, tries - 1)
    try {
      return [...above, ...makeDirectory(path, exclusive, tries - 1)]
    } catch (failure) {
      removeDirectories(above)
      throw failure
    }
  }
}

/** Removes directories that are empty; one that holds something belongs to another run as well. */
const removeDirectories = (paths: readonly string[]): void => {
  for (const path of [...paths].reverse()) {
    try {
      rmdirSync(path)
    } catch {
      return
    }
  }
}

/** Runs of one second and seed that may stand beside each other. */
const MOST_NUMBERED = 10_000

/** Makes a directory that was not there: `path`, or the first of `path-2`, `path-3` and so on that is free. */
const makeNumbered = (path: string): { readonly place: string; readonly made: readonly string[] } => {
  for (let number = 1; ; number++) {
    const place = number === 1 ? path : `${path}-${number}`
    try {
      return { place, made: makeDirectory(place, true) }
    } catch (error) {
      if (!isError(error, 'EEXIST') || number === MOST_NUMBERED) throw error
    }
  }
}

/** Writes a file that is not there yet: of two runs that begin at once in one directory, one gets it. */
const writeNew = (path: string, content: string): void => {
  const file = openSync(path, 'wx')
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
}

const open = async (path: string, config: RunConfig, numbered: boolean): Promise<RunDirectory> => {
  const { place, made } = numbered ? makeNumbered(path) : { place: path, made: makeDirectory(path, false) }
  const written: string[] = []
  let episodes: LineFile | null = null
  const discard = (): void => {
    try {
      episodes?.close()
    } catch {
      // The file is removed.
    }
    for (const file of written) rmSync(file, { force: true })
    removeDirectories(made)
  }
  try {
    const held = readdirSync(place).length
    if (held > 0) throw new Error(held === 1 ? 'it holds something already' : `it holds ${held} things already`)
    writeNew(join(place, 'config.json'), JSON.stringify(config, null, 2) + '\n')
    written.push(join(place, 'config.json'))
    const file = (episodes = await lineFile(join(place, 'episodes.csv')))
    written.push(file.path)
    file.append(episodeColumns.join(','))
    return {
      path: place,
      writeEpisode: (row) => file.append(lineOf(row)),
      check: file.checkPath,
      close: file.close,
      discard,
    }
  } catch (error) {
    discard()
    throw error
  }
}

/**
 * Makes a run's directory, with what is above it where missing, and writes its `config.json` and the head of its `episodes.csv`. With
 * `numbered`, a path that is taken gets a number: `path-2`, `path-3`.
 *
 * Fails: a failure on `out` for a directory that cannot be made or written to, and for one that holds anything: nothing
 * that was written once is ever written over. What was made until then is removed.
 */
export const openRunDirectory = (
  path: string,
  config: RunConfig,
  { numbered = false }: { readonly numbered?: boolean } = {},
): TaskEither<readonly Failure[], RunDirectory> =>
  tryCatch(
    () => open(path, config, numbered),
    (error) => {
      const expected = 'a directory that is new or empty and can be written to'
      return [{ path: 'out', expected, got: `${printable(path)} (${causeOf(error)})`, nearest: null }]
    },
  )
