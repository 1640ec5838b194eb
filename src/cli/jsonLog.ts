/**
 * The log of a run in JSON, `--log json`: one line on the standard output for each event. docs/records.md describes the events. A field may be
 * added to an event; `version` grows if one changes its meaning or goes.
 */
import type { Metrics } from '../records/metrics.js'
import type { RunSettings } from '../runs/config.js'
import type { EventRow } from '../runs/eventRows.js'
import type { EpisodeRow } from '../runs/episodeRows.js'
import type { CommandProcess } from './commandProcess.js'
import { noLog, type Outcome, outcomeOf, type RunExtent, type RunLog } from './runLog.js'
import type { LogFormat } from './trainRequest.js'

/** What happens in a run. */
export type RunEvent =
  | {
      readonly event: 'start'
      readonly version: 1
      /** The date and time in ISO 8601, UTC. */
      readonly startedAt: string
      /** The directory of the run. */
      readonly path: string
      readonly run: RunSettings
    }
  | ({ readonly event: 'episode' } & EpisodeRow)
  | ({ readonly event: 'metrics' } & Metrics)
  | ({ readonly event: 'divergence' } & EventRow)
  | ({
      readonly event: 'end'
      readonly outcome: Outcome
      readonly path: string
      /** The lines on the standard error stream: why the run ended, and what could not be saved. */
      readonly errors: readonly string[]
    } & RunExtent)

/** JSON has no NaN and no infinities: they are written as texts. */
const plain = (_name: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value

/** The line of an event, with its end. */
export const eventLine = (event: RunEvent): string => `${JSON.stringify(event, plain)}\n`

/** Makes the log of a run: on the standard output with `json`, nowhere with `text`. */
export const runLog = (format: LogFormat, { stdout, startedAt }: CommandProcess): RunLog => {
  if (format === 'text') return noLog
  const write = (event: RunEvent): void => void stdout.write(eventLine(event))
  let path: string | null = null
  return {
    start: (directory, run) => {
      path = directory
      write({ event: 'start', version: 1, startedAt: startedAt.toISOString(), path, run })
    },
    episode: ({ episode, step, length, return: sum, terminated, seconds }) =>
      write({ event: 'episode', episode, step, length, return: sum, terminated, seconds }),
    metrics: (window) => write({ event: 'metrics', ...window }),
    divergence: (row) => write({ event: 'divergence', ...row }),
    end: (exit, extent) => {
      if (path === null) return
      write({ event: 'end', outcome: outcomeOf(exit), ...extent, path, errors: exit?.lines ?? [] })
      path = null
    },
  }
}
