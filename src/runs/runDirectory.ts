/**
 * The directory of a run: its config, a line for each episode, which is on the disk as soon as the episode ended, and a line of metrics for
 * each window of steps.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { decode, printable, type Failure } from '../edge/decode.js'
import { replaceFile } from '../edge/disk.js'
import { causeOf } from '../failure.js'
import { lineFile } from '../edge/lineFile.js'
import type { MetricsSink } from '../records/metrics.js'
import { metricsFile } from '../records/metricsFile.js'
import { type TensorBoard, tensorBoard } from '../records/tensorBoard.js'
import { runConfig, type RunConfig, type RunSettings } from './config.js'

/** One line of `episodes.csv`: an episode that ended. */
export interface EpisodeRow {
  /** Counts the run's episodes from 1. */
  readonly episode: number
  /** Actions executed in the run when the episode ended. */
  readonly step: number
  readonly length: number
  /** The sum of its rewards, undiscounted. */
  readonly return: number
  /** Whether the task ended it; false if a time limit did. */
  readonly terminated: boolean
  /** Since the run began, by the machine's clock. */
  readonly seconds: number
}

/** The directory of a run, open for writing. */
export interface RunDirectory extends MetricsSink {
  readonly path: string
  /** Writes one line to the system before it returns; throws if the disk refuses it, and then the file has whole lines only. */
  writeEpisode(row: EpisodeRow): void
  /** Throws when the directory is no longer at its path: it was deleted, moved or replaced. */
  check(): void
  /** Waits until the disk has the files and closes them. */
  close(): void
  /** Closes the files, and removes everything that was made for the run, so that the next run can use the path. */
  discard(): void
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')

/** The default directory of a run: `runs/<task>-<algorithm>-s<seed>-<date>`, by the local time of `begun`. */
export const defaultPath = ({ task, algorithm, seed }: RunSettings, begun: Date): string => {
  const day = `${begun.getFullYear()}${twoDigits(begun.getMonth() + 1)}${twoDigits(begun.getDate())}`
  const time = `${twoDigits(begun.getHours())}${twoDigits(begun.getMinutes())}${twoDigits(begun.getSeconds())}`
  return join('runs', `${task}-${algorithm}-s${seed}-${day}-${time}`)
}

/** The files that the directory of every run has. */
const [CONFIG, EPISODES, METRICS] = ['config.json', 'episodes.csv', 'metrics.csv']

/** The columns of `episodes.csv`, in order. */
export const episodeColumns = ['episode', 'step', 'length', 'return', 'terminated', 'seconds'] as const

const lineOf = (row: EpisodeRow): string =>
  [row.episode, row.step, row.length, row.return, row.terminated, row.seconds.toFixed(3)].join(',')

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

/** Calls every function, and then throws the first error. */
const callAll = (calls: readonly (() => void)[]): void => {
  const errors: unknown[] = []
  for (const call of calls) {
    try {
      call()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}

/** Opens the files of records in a directory; `kept` takes each as soon as it is open. */
const openRecords = async (
  place: string,
  as: 'new' | 'append',
  tensorboard: boolean,
  kept: <File extends { readonly path: string; close(): void }>(file: File) => File,
): Promise<Pick<RunDirectory, 'writeEpisode' | 'write' | 'check'>> => {
  const episodes = kept(await lineFile(join(place, EPISODES), { as }))
  if (as === 'new') episodes.append(episodeColumns.join(','))
  const metrics = kept(await metricsFile(join(place, METRICS), { as }))
  const board: TensorBoard | null = tensorboard ? kept(await tensorBoard(place)) : null
  return {
    writeEpisode: (row) => {
      episodes.append(lineOf(row))
      board?.writeEpisode(row)
    },
    write: (window) => {
      metrics.write(window)
      board?.write(window)
    },
    check: episodes.checkPath,
  }
}

const open = async (
  path: string,
  config: RunConfig,
  { numbered = false, tensorboard = false }: RunDirectoryOptions,
): Promise<RunDirectory> => {
  const { place, made } = numbered ? makeNumbered(path) : { place: path, made: makeDirectory(path, false) }
  const writtenFiles: string[] = []
  const openFiles: { close(): void }[] = []
  const close = (): void => callAll(openFiles.map((file) => file.close))
  const discard = (): void => {
    try {
      close()
    } catch {
      // The files are removed.
    }
    for (const file of writtenFiles) rmSync(file, { force: true })
    removeDirectories(made)
  }
  try {
    const held = readdirSync(place).length
    if (held > 0) throw new Error(held === 1 ? 'it has 1 entry already' : `it has ${held} entries already`)
    writeNew(join(place, CONFIG), JSON.stringify(config, null, 2) + '\n')
    writtenFiles.push(join(place, CONFIG))
    const records = await openRecords(place, 'new', tensorboard, (file) => {
      openFiles.push(file)
      writtenFiles.push(file.path)
      return file
    })
    return { path: place, ...records, close, discard }
  } catch (error) {
    discard()
    throw error
  }
}

/** How far a run had come at a checkpoint. */
export interface Reached {
  readonly steps: number
  readonly episodes: number
}

/** A directory that was opened again. */
export interface ReopenedDirectory extends Omit<RunDirectory, 'discard'> {
  /** The returns of the episodes that were kept, in their order. */
  readonly returns: readonly number[]
}

const NUMBER = /^-?(\d+(\.\d+)?(e[+-]?\d+)?|Infinity)$/

/** The step and the return of a row; null for a line that is none. */
const rowOf = (line: string): { readonly step: number; readonly return: number } | null => {
  const cells = line.split(',')
  if (cells.length !== episodeColumns.length) return null
  const [step, value] = (['step', 'return'] as const).map((name) => cells[episodeColumns.indexOf(name)])
  return NUMBER.test(step) && NUMBER.test(value) ? { step: Number(step), return: Number(value) } : null
}

/** The rows of a file of episodes up to a step. What comes behind it happens again, half a line of a process that was killed included. */
const rowsUpTo = (lines: readonly string[], step: number) => {
  const rows = lines.map((line) => ({ line, row: rowOf(line) }))
  const damaged = rows.findIndex(({ row }, i) => row === null && i < rows.length - 1)
  if (damaged >= 0) throw new Error(`line ${damaged + 2}: expected a row; got ${printable(lines[damaged])}`)
  return rows.flatMap(({ line, row }) => (row !== null && row.step <= step ? [{ line, return: row.return }] : []))
}

/** The lines of a file of metrics up to a step; without the file, as if it had none. */
const metricsUpTo = (place: string, step: number): string => {
  if (!existsSync(place)) return ''
  const [head, ...lines] = readFileSync(place, 'utf8').split('\n')
  const kept = lines.filter((line) => line !== '' && Number(line.split(',')[0]) <= step)
  return kept.length === 0 ? '' : [head, ...kept, ''].join('\n')
}

const reopen = async (
  path: string,
  config: RunConfig,
  { steps, episodes }: Reached,
  { tensorboard = false }: RunDirectoryOptions,
): Promise<ReopenedDirectory> => {
  const place = join(path, EPISODES)
  const [head, ...lines] = readFileSync(place, 'utf8').split('\n')
  if (head !== episodeColumns.join(',')) throw new Error(`line 1: expected ${episodeColumns.join(',')}`)
  const kept = rowsUpTo(lines, steps)
  if (kept.length !== episodes) throw new Error(`expected the ${episodes} rows of the checkpoint; got ${kept.length}`)
  const metrics = metricsUpTo(join(path, METRICS), steps)
  await replaceFile(place, [head, ...kept.map(({ line }) => line), ''].join('\n'))
  await replaceFile(join(path, METRICS), metrics)
  await replaceFile(join(path, CONFIG), JSON.stringify(config, null, 2) + '\n')
  const openFiles: { close(): void }[] = []
  const records = await openRecords(path, 'append', tensorboard, (file) => {
    openFiles.push(file)
    return file
  })
  return {
    path,
    returns: kept.map((row) => row.return),
    ...records,
    close: () => callAll(openFiles.map((file) => file.close)),
  }
}

/**
 * Opens the directory of a run that goes on from a checkpoint: cuts the rows of later episodes and windows off, and writes its config anew.
 *
 * Fails: a failure for a directory whose files cannot be read or written, and for rows that are damaged or missing; in these cases nothing
 * was overwritten.
 */
export const reopenRunDirectory = (
  path: string,
  config: RunConfig,
  reached: Reached,
  options: RunDirectoryOptions = {},
): TE.TaskEither<readonly Failure[], ReopenedDirectory> =>
  TE.tryCatch(
    () => reopen(path, config, reached, options),
    (error) => [{ path: '', expected: '', got: '', nearest: null, line: `${join(path, EPISODES)}: ${causeOf(error)}` }],
  )

/**
 * Reads the config of a run in a directory.
 *
 * Fails: a failure for a directory without `config.json`, and for each of its fields that is refused.
 */
export const readRunConfig = (path: string): TE.TaskEither<readonly Failure[], RunConfig> => {
  const place = join(path, CONFIG)
  return pipe(
    TE.tryCatch(
      async () => JSON.parse(readFileSync(place, 'utf8')) as unknown,
      (error): readonly Failure[] => [
        {
          path: 'directory',
          expected: `the directory of a run, with its ${CONFIG}`,
          got: `${printable(path)} (${causeOf(error)})`,
          nearest: null,
        },
      ],
    ),
    TE.flatMapEither((value) =>
      pipe(
        decode(runConfig)(value),
        E.mapLeft((failures) => failures.map((failure) => ({ ...failure, path: `${place}: ${failure.path}` }))),
      ),
    ),
  )
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
): TE.TaskEither<readonly Failure[], RunDirectory> =>
  TE.tryCatch(
    () => open(path, config, options),
    (error) => {
      const expected = 'a directory that is new or empty and can be written to'
      return [{ path: 'out', expected, got: `${printable(path)} (${causeOf(error)})`, nearest: null }]
    },
  )
