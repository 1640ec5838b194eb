/** The directory of a run that goes on: what of it is kept, and its config. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { renderFailure, type Failure } from '../edge/decode.js'
import { replaceFile } from '../edge/disk.js'
import { causeOf } from '../failure.js'
import type { RunConfig } from './config.js'
import { configText } from './configFile.js'
import { eventsHead } from './eventRows.js'
import { episodeLine, type EpisodeRow, episodesHead, readEpisodes } from './episodeRows.js'
import { runFiles } from './runFiles.js'
import { openRecords, type RunDirectory } from './runRecords.js'

/** How far a run had come at a checkpoint. */
export interface Reached {
  readonly steps: number
  readonly episodes: number
}

/** A directory that was opened again. */
export interface ReopenedDirectory extends RunDirectory {
  /** The returns of the episodes that were kept, in their order. */
  readonly returns: readonly number[]
}

/** The episodes of a checkpoint. What comes behind them happens again. */
const episodesUpTo = (place: string, { steps, episodes }: Reached): readonly EpisodeRow[] => {
  const text = existsSync(place) ? readFileSync(place, 'utf8') : ''
  // A process that was killed at once has no file, or not the whole first line.
  const rows = readEpisodes(text.includes('\n') ? text : `${episodesHead}\n`)
  if (E.isLeft(rows)) throw new Error(rows.left.map(renderFailure).join('; '))
  const kept = rows.right.filter(({ step }) => step <= steps)
  if (kept.length !== episodes) throw new Error(`expected the ${episodes} rows of the checkpoint; got ${kept.length}`)
  return kept
}

/** The lines of a file of metrics or of events up to a step; without the file, as if it had none. */
const linesUpTo = (place: string, step: number): string => {
  if (!existsSync(place)) return ''
  const [head, ...lines] = readFileSync(place, 'utf8').split('\n')
  const kept = lines.filter((line) => line !== '' && Number(line.split(',')[0]) <= step)
  return kept.length === 0 ? '' : [head, ...kept, ''].join('\n')
}

const reopen = async (
  path: string,
  config: RunConfig,
  reached: Reached,
  tensorboard: boolean,
): Promise<ReopenedDirectory> => {
  const [episodes, metrics] = [join(path, runFiles.episodes), join(path, runFiles.metrics)]
  const hasEvents = config.onDivergence === 'rollback'
  const events = join(path, runFiles.events)
  const rows = episodesUpTo(episodes, reached)
  const windows = linesUpTo(metrics, reached.steps)
  const trips = hasEvents ? linesUpTo(events, reached.steps) : ''
  await replaceFile(episodes, [episodesHead, ...rows.map(episodeLine), ''].join('\n'))
  await replaceFile(metrics, windows)
  if (hasEvents) await replaceFile(events, trips === '' ? `${eventsHead}\n` : trips)
  await replaceFile(join(path, runFiles.config), configText(config))
  const records = await openRecords(path, { as: 'append', tensorboard, events: hasEvents })
  return { path, returns: rows.map((row) => row.return), ...records }
}

/**
 * Opens the directory of a run that goes on from a checkpoint: cuts the rows of later episodes and windows off, and writes its config anew.
 * `tensorboard`, whose default is false, adds an event file.
 *
 * Fails: a failure for a directory whose files cannot be read or written, and for rows that are damaged or missing; in these cases nothing
 * was overwritten.
 */
export const reopenRunDirectory = (
  path: string,
  config: RunConfig,
  reached: Reached,
  { tensorboard = false }: { readonly tensorboard?: boolean } = {},
): TE.TaskEither<readonly Failure[], ReopenedDirectory> =>
  TE.tryCatch(
    () => reopen(path, config, reached, tensorboard),
    (error) => {
      const line = `${join(path, runFiles.episodes)}: ${causeOf(error)}`
      return [{ path: '', expected: '', got: '', nearest: null, line }]
    },
  )
