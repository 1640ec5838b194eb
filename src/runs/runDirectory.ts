/** The directory of a new run: what is made for it before the first step. */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { printable, type Failure } from '../edge/decode.js'
import { causeOf } from '../failure.js'
import type { RunConfig, RunSettings } from './config.js'
import { configText } from './configFile.js'
import { runFiles } from './runFiles.js'
import { closeAll, type OpenFile, openRecords, type RunDirectory } from './runRecords.js'

/** The directory of a new run, open for writing. */
export interface NewRunDirectory extends RunDirectory {
  /** Closes the files, and removes everything that was made for the run, so that the next run can use the path. */
  discard(): void
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')

/** A task as a part of the name of a directory: the id of an environment in Python may have colons and slashes. */
export const taskFileName = (task: string): string => task.replace(/[^\w.-]+/g, '-')

/** The default directory of a run: `runs/<task>-<algorithm>-s<seed>-<date>`, by the local time of `begun`; a slash in the task is a hyphen there. */
export const defaultPath = ({ task, algorithm, seed }: RunSettings, begun: Date): string => {
  const day = `${begun.getFullYear()}${twoDigits(begun.getMonth() + 1)}${twoDigits(begun.getDate())}`
  const time = `${twoDigits(begun.getHours())}${twoDigits(begun.getMinutes())}${twoDigits(begun.getSeconds())}`
  return join('runs', `${taskFileName(task)}-${algorithm}-s${seed}-${day}-${time}`)
}

const isError = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

/** Most attempts to make a directory while other runs make or remove the same directories. */
const MOST_TRIES = 5

/**
 * Makes a directory and its parents; returns the directories that were made, the innermost last. `exclusive` refuses a directory that
 * exists. Node's own recursive mode never returns for a path in /proc (Node 20).
 */
const makeDirectory = (path: string, exclusive: boolean, tries = MOST_TRIES): readonly string[] => {
  try {
    mkdirSync(path)
    return [path]
  } catch (error) {
    // If it is not a directory, reading it fails later.
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

/** Removes directories that are empty; a directory with content belongs to another run as well. */
const removeDirectories = (paths: readonly string[]): void => {
  for (const path of [...paths].reverse()) {
    try {
      rmdirSync(path)
    } catch {
      return
    }
  }
}

/** Most runs of the same seed and second. */
const MOST_NUMBERED = 10_000

/** Makes a new directory: `path`, or the first of `path-2`, `path-3` and so on that is free. */
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

/** Writes a new file: of two runs that begin at once in one directory, only one succeeds. */
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

/** How the directory of a run is opened. */
export interface RunDirectoryOptions {
  /** Gives a path that exists a number: `path-2`, `path-3`. The default is false. */
  readonly numbered?: boolean
  /** Writes an event file of TensorBoard as well. The default is false. */
  readonly tensorboard?: boolean
}

const open = async (
  path: string,
  config: RunConfig,
  { numbered = false, tensorboard = false }: RunDirectoryOptions,
): Promise<NewRunDirectory> => {
  const { place, made } = numbered ? makeNumbered(path) : { place: path, made: makeDirectory(path, false) }
  const writtenFiles: string[] = []
  const openFiles: OpenFile[] = []
  const discard = (): void => {
    try {
      closeAll(openFiles)
    } catch {
      // The files are removed.
    }
    for (const file of writtenFiles) rmSync(file, { force: true })
    removeDirectories(made)
  }
  try {
    const held = readdirSync(place).length
    if (held > 0) throw new Error(held === 1 ? 'it has 1 entry already' : `it has ${held} entries already`)
    writeNew(join(place, runFiles.config), configText(config))
    writtenFiles.push(join(place, runFiles.config))
    const records = await openRecords(place, { tensorboard, events: config.onDivergence === 'rollback' }, (file) => {
      openFiles.push(file)
      writtenFiles.push(file.path)
    })
    return { path: place, ...records, discard }
  } catch (error) {
    discard()
    throw error
  }
}

/**
 * Makes a run's directory and missing parents, and writes its `config.json` and the head of its `episodes.csv`; `metrics.csv` gets its head
 * with its first line.
 *
 * Fails: a failure on `out` for a directory that cannot be made or written to, and for one that is not empty: no file is ever
 * overwritten. Files and directories that were made before the failure are removed.
 */
export const openRunDirectory = (
  path: string,
  config: RunConfig,
  options: RunDirectoryOptions = {},
): TE.TaskEither<readonly Failure[], NewRunDirectory> =>
  TE.tryCatch(
    () => open(path, config, options),
    (error) => {
      const expected = 'a directory that is new or empty and can be written to'
      return [{ path: 'out', expected, got: `${printable(path)} (${causeOf(error)})`, nearest: null }]
    },
  )
