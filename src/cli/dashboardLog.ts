/** The live page of a run, `--dashboard`. docs/dashboard.md describes it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type MonoTypeOperatorFunction, identity, tap } from 'rxjs'
import type { Progress } from '../../operators/progress.js'
import { type Dashboard, dashboard } from '../dashboard/dashboard.js'
import { renderFailure } from '../edge/decode.js'
import { readMetrics } from '../records/metricsTable.js'
import type { RunSettings } from '../runs/config.js'
import { readEpisodes } from '../runs/episodeRows.js'
import { runFiles } from '../runs/runFiles.js'
import { type CommandProcess, writeLines } from './commandProcess.js'
import type { Exit } from './exit.js'
import { portTaken } from './portTaken.js'
import { noLog, outcomeOf, type RunLog } from './runLog.js'

/** A log that pages show. */
export interface DashboardLog extends RunLog {
  /** Milliseconds from one record of progress to the next that it needs; null if it needs none. */
  readonly every: number | null
  /** Takes records of progress and passes them on. */
  readonly progress: MonoTypeOperatorFunction<Progress>
  /** Ends the connections to pages, when they have received the end of the run. */
  close(): Promise<void>
}

const noDashboard: DashboardLog = { ...noLog, every: null, progress: identity, close: async () => undefined }

/** Shows what the directory has of the run already, as that of a run that goes on. */
const showRecords = (page: Dashboard, path: string): void => {
  const episodes = readEpisodes(readFileSync(join(path, runFiles.episodes), 'utf8'))
  if (isLeft(episodes)) throw new Error(episodes.left.map(renderFailure).join('; '))
  episodes.right.forEach(page.writeEpisode)
  readMetrics(readFileSync(join(path, runFiles.metrics), 'utf8')).forEach(page.write)
}

/** Milliseconds from one record of progress to the next. */
const EVERY = 100

/**
 * Serves the page of a run on a port, 0 for any that is free, and writes its address to the standard error stream; nothing for null.
 *
 * Fails: bad input if the port cannot be had.
 */
export const openDashboard = (
  port: number | null,
  { settings: ofAlgorithm, ...run }: RunSettings,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, DashboardLog> => {
  if (port === null) return TE.right(noDashboard)
  const title = `${run.task}, ${run.algorithm}, seed ${run.seed}`
  return pipe(
    TE.tryCatch(
      () => dashboard({ port, title, settings: { ...run, ...ofAlgorithm } }),
      (error) => portTaken('--dashboard', port, error),
    ),
    TE.tapIO(
      ({ url }) =>
        () =>
          writeLines(commandProcess, [`dashboard: ${url}`]),
    ),
    TE.map((page) => shownBy(page, { ...run, ...ofAlgorithm })),
  )
}

const shownBy = (page: Dashboard, settings: Readonly<Record<string, unknown>>): DashboardLog => {
  let newest: Progress | null = null
  let shown = settings
  return {
    every: EVERY,
    start: (path) => {
      shown = { directory: path, ...settings }
      page.describe({ settings: shown })
      showRecords(page, path)
    },
    episode: page.writeEpisode,
    metrics: page.write,
    divergence: ({ step, trips, reason: why }) =>
      page.describe({ settings: { trips, lastTrip: `step ${step}: ${why}`, ...shown } }),
    end: (exit, { step: steps, episodes, seconds }) => {
      // A run that a signal interrupts is a few steps further than its newest record.
      if (newest !== null) page.writeProgress({ ...newest, steps, episodes, seconds, stepsPerSecond: steps / seconds })
      page.end({ outcome: outcomeOf(exit), lines: exit?.lines ?? [] })
    },
    progress: tap((record) => {
      newest = record
      page.writeProgress(record)
    }),
    close: page.close,
  }
}
