/** Where a run is written: a directory with the run's config and a line for each episode, on the disk as soon as it ended. */
import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { tryCatch, type IOEither } from 'fp-ts/lib/IOEither.js'
import { printable, type Failure } from '../decode.js'
import { causeOf } from '../failure.js'
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
  /** Puts the files on the disk for good and closes them. */
  close(): void
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
  [row.episode, row.step, row.length, row.return, row.terminated, row.seconds.toFixed(3)].join(',') + '\n'

/** The system may take a part of a line at a time; a line is written when all of it is. */
const writeAll = (file: number, content: string): void => {
  const bytes = Buffer.from(content)
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
}

const writeNew = (path: string, content: string): number => {
  // `wx` refuses a file that exists: of two runs that begin at once in one directory only one gets it.
  const file = openSync(path, 'wx')
  try {
    writeAll(file, content)
  } catch (error) {
    closeSync(file)
    throw error
  }
  return file
}

/** Makes a directory and what is above it. Node's own way to do so never returns for a path in /proc (Node 20). */
const makeDirectory = (path: string): void => {
  if (existsSync(path)) return
  makeDirectory(dirname(path))
  mkdirSync(path)
}

const open = (path: string, config: RunConfig): RunDirectory => {
  makeDirectory(path)
  const held = readdirSync(path).length
  if (held > 0) throw new Error(held === 1 ? 'it holds something already' : `it holds ${held} things already`)
  closeSync(writeNew(join(path, 'config.json'), JSON.stringify(config, null, 2) + '\n'))
  const head = episodeColumns.join(',') + '\n'
  const episodes = writeNew(join(path, 'episodes.csv'), head)
  let size = head.length
  let closed = false
  return {
    path,
    writeEpisode: (row) => {
      // The system gives a closed file's number to the next one that is opened.
      if (closed) throw new Error(`${join(path, 'episodes.csv')} is closed`)
      const line = lineOf(row)
      try {
        writeAll(episodes, line)
      } catch (error) {
        // A disk that fills up may have taken a part of the line; whoever reads the file should find whole ones.
        ftruncateSync(episodes, size)
        throw error
      }
      size += line.length
    },
    close: () => {
      if (closed) return
      closed = true
      try {
        fsyncSync(episodes)
      } finally {
        closeSync(episodes)
      }
    },
  }
}

/**
 * Makes a run's directory, with what is above it where missing, and writes its `config.json` and the head of its `episodes.csv`.
 *
 * Fails: a failure on `out` for a directory that cannot be made or written to, and for one that holds anything: nothing
 * that was written once is ever written over.
 */
export const openRunDirectory = (path: string, config: RunConfig): IOEither<readonly Failure[], RunDirectory> =>
  tryCatch(
    () => open(path, config),
    (error) => {
      const expected = 'a directory that is new or empty and can be written to'
      return [{ path: 'out', expected, got: `${printable(path)} (${causeOf(error)})`, nearest: null }]
    },
  )
