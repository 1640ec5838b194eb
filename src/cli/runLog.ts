/** What a run reports while it goes on, to whatever logs it. */
import type { Metrics } from '../records/metrics.js'
import type { RunSettings } from '../runs/config.js'
import type { EpisodeRow } from '../runs/episodeRows.js'
import type { EventRow } from '../runs/eventRows.js'
import type { Exit } from './exit.js'

/** How far a run came. */
export interface RunExtent {
  /** Actions executed. */
  readonly step: number
  /** Episodes that ended. */
  readonly episodes: number
  readonly seconds: number
}

/** How a run ended; `interrupted`: by a signal. */
export type Outcome = 'completed' | 'interrupted' | 'failed'

/** Exit codes above this one are those of signals. */
const SIGNALS = 128

/** How a run with this exit ended; `exit` is null for a run that was completed. */
export const outcomeOf = (exit: Exit | null): Outcome =>
  exit === null ? 'completed' : exit.code > SIGNALS ? 'interrupted' : 'failed'

/** The log of one run. */
export interface RunLog {
  start(path: string, run: RunSettings): void
  episode(row: EpisodeRow): void
  metrics(window: Metrics): void
  /** A trip of the guard of a run. */
  divergence(row: EventRow): void
  /** The end of a run that started; `exit` is null for a run that was completed. Further calls write nothing. */
  end(exit: Exit | null, extent: RunExtent): void
}

const ignore = (): void => {}
/** A log that writes nothing. */
export const noLog: RunLog = { start: ignore, episode: ignore, metrics: ignore, divergence: ignore, end: ignore }

/** A log that hands everything to several ones, in their order. */
export const runLogs = (logs: readonly RunLog[]): RunLog => ({
  start: (path, run) => logs.forEach((log) => log.start(path, run)),
  episode: (row) => logs.forEach((log) => log.episode(row)),
  metrics: (window) => logs.forEach((log) => log.metrics(window)),
  divergence: (row) => logs.forEach((log) => log.divergence(row)),
  end: (exit, extent) => logs.forEach((log) => log.end(exit, extent)),
})
