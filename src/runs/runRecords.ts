/**
 * What a run writes while it goes on: a line for each episode, which is on the disk as soon as the episode ended, and a line of metrics for
 * each window of steps.
 */
import { join } from 'node:path'
import { syncFile } from '../edge/disk.js'
import { lineFile } from '../edge/lineFile.js'
import type { MetricsSink } from '../records/metrics.js'
import { metricsFile } from '../records/metricsFile.js'
import { tensorBoard } from '../records/tensorBoard.js'
import { eventLine, type EventRow, eventsHead } from './eventRows.js'
import { episodeLine, type EpisodeRow, episodesHead } from './episodeRows.js'
import { runFiles } from './runFiles.js'

/** The directory of a run, open for writing. */
export interface RunDirectory extends MetricsSink {
  readonly path: string
  /** Writes one line to the system before it returns; throws if the disk refuses it, and then the file has whole lines only. */
  writeEpisode(row: EpisodeRow): void
  /** Writes the line of a trip; nothing in the directory of a run without a guard. */
  writeEvent(row: EventRow): void
  /** Throws when the directory is no longer at its path: it was deleted, moved or replaced. */
  check(): void
  /** Waits until the disk has all lines that were written before the call, those of TensorBoard aside. */
  sync(): Promise<void>
  /** Waits until the disk has the files and closes them. */
  close(): void
}

/** A file that is written to. */
export interface OpenFile {
  readonly path: string
  close(): void
}

/** Closes every file, and then throws the first error. */
export const closeAll = (files: readonly OpenFile[]): void => {
  const errors: unknown[] = []
  for (const file of files) {
    try {
      file.close()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}

/** How the records of a run are opened. */
export interface RunRecordsOptions {
  /** What happens to existing files: `new` refuses them, `append` appends to them. The default is `new`. */
  readonly as?: 'new' | 'append'
  /** Writes an event file of TensorBoard as well. The default is false. */
  readonly tensorboard?: boolean
  /** Writes a file of events as well, for a run under guard. The default is false. */
  readonly events?: boolean
}

/**
 * Opens the files of records in a directory. `opened` is called with each one as soon as it is open.
 *
 * Fails: rejects with the system's error for a file that cannot be opened or written to.
 */
export const openRecords = async (
  place: string,
  { as = 'new', tensorboard = false, events: hasEvents = false }: RunRecordsOptions,
  opened: (file: OpenFile) => void = () => undefined,
): Promise<Omit<RunDirectory, 'path'>> => {
  const files: OpenFile[] = []
  const kept = <File extends OpenFile>(file: File): File => {
    files.push(file)
    opened(file)
    return file
  }
  const episodes = kept(await lineFile(join(place, runFiles.episodes), { as }))
  if (as === 'new') episodes.append(episodesHead)
  const metrics = kept(await metricsFile(join(place, runFiles.metrics), { as }))
  const events = hasEvents ? kept(await lineFile(join(place, runFiles.events), { as })) : null
  if (as === 'new') events?.append(eventsHead)
  const board = tensorboard ? kept(await tensorBoard(place)) : null
  return {
    writeEpisode: (row) => {
      episodes.append(episodeLine(row))
      board?.writeEpisode(row)
    },
    write: (window) => {
      metrics.write(window)
      board?.write(window)
    },
    writeEvent: (row) => events?.append(eventLine(row)),
    check: episodes.checkPath,
    sync: async () => {
      const lines = events === null ? [episodes, metrics] : [episodes, metrics, events]
      await Promise.all(lines.map(({ path }) => syncFile(path)))
    },
    close: () => closeAll(files),
  }
}
