/** Carries a run out: opens its parts, runs it, and closes all parts again, however the run ends. */
import { type Either, isLeft, left, mapLeft, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { map } from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { join } from 'node:path'
import { type MonoTypeOperatorFunction, identity, lastValueFrom, tap } from 'rxjs'
import { reason } from '../failure.js'
import type { Progress } from '../../operators/progress.js'
import { cell } from '../cell.js'
import type { Trip } from '../guard/trip.js'
import { type CheckpointFolder, checkpointFolder } from '../checkpoints/checkpointFolder.js'
import { learnerMemory } from '../runs/learnerMemory.js'
import { runFiles } from '../runs/runFiles.js'
import type { RunDirectory } from '../runs/runRecords.js'
import { saveFinalFiles } from '../runs/finalFiles.js'
import { type Agent, openAgent, environmentRandom, train as startTraining } from '../runs/train.js'
import type { MetricsSink } from '../records/metrics.js'
import { runState } from '../runs/runState.js'
import { canBeSaved, openRunWorld, type RunWorld } from '../runs/runWorld.js'
import { type DashboardLog, openDashboard } from './dashboardLog.js'
import { displayProgress, displayInterval, spaced, untilAborted } from './display.js'
import { type Exit, failed, interrupted, withLines } from './exit.js'
import { type CommandProcess, signalOf, writeLines } from './commandProcess.js'
import { runLog } from './jsonLog.js'
import { memoryLines } from './memoryText.js'
import { runLogs } from './runLog.js'
import { stoppedText, summary, withCheckpoint, withReturn } from './summary.js'
import type { Work } from './work.js'

/** Runs `work` at the first call; every call returns the same promise. */
const once = <A>(work: () => Promise<A>): (() => Promise<A>) => {
  let result: Promise<A> | null = null
  return () => (result ??= work())
}

/** The folder of a run's checkpoints. */
export const checkpointsIn = (path: string) => checkpointFolder(join(path, runFiles.checkpoints))

const withoutCheckpoints = (task: string): string =>
  `${task}: its state is in Python and cannot be saved: the run writes no checkpoints, and cannot be resumed`

/**
 * Runs, and closes everything again.
 *
 * Returns the sentence that sums the run up, an empty text if events are logged in its place, or the exit if the run failed or a signal
 * interrupted it. In every case the world is at rest and the files are closed. From the first step on weights and policy are saved, however the
 * run ends, and a run that ends between two steps leaves a checkpoint.
 */
export const carryOut = (work: Work, commandProcess: CommandProcess): TE.TaskEither<Exit, string> =>
  TE.bracket(
    openDashboard(work.dashboard, work.settings, commandProcess),
    (page) => carryOutShown(work, page, commandProcess),
    ({ close }) => TE.fromTask(close),
  )

const carryOutShown = (
  {
    settings,
    spec,
    python,
    progress,
    checkpointEvery,
    log: logFormat,
    cells,
    returns,
    restoreWeights,
    openDirectory,
    openWorld: openRobot,
    note,
  }: Work,
  page: DashboardLog,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, string> => {
  const { task, steps } = settings
  const { clock, interruption } = commandProcess
  const log = runLogs([runLog(logFormat, commandProcess), page])
  /** Ends the log, and returns how the run ended; what a log says is no text of the command. */
  const logEnd = (ended: Either<Exit, string>): Either<Exit, string> => {
    const extent = {
      step: cells.steps.value,
      episodes: returns.value.episodes,
      seconds: cells.progress.value.elapsed / 1000,
    }
    log.end(isLeft(ended) ? ended.left : null, extent)
    return isLeft(ended) || logFormat === 'text' ? ended : right('')
  }

  /** Where a trip of the guard is written, once the run has a directory. */
  const onTrip = cell<(trip: Trip) => void>(() => undefined)
  const makeAgent = TE.tryCatch(
    async () => openAgent(settings, spec, (trip) => onTrip.value(trip)),
    (error) => failed(`agent: ${reason(error)}`),
  )
  const openWorld: TE.TaskEither<Exit, RunWorld> = TE.tryCatch(
    () => openRobot?.() ?? openRunWorld(spec, environmentRandom(settings), python === undefined ? {} : { python }),
    (error) => failed(`world: ${reason(error)}`),
  )
  const closeWorld = (world: RunWorld): TE.TaskEither<Exit, void> =>
    TE.tryCatch(
      async () => {
        await world.stop()
        world.close()
      },
      (error) => failed(`world: ${reason(error)}`),
    )

  const stoppedLine = ({ path }: RunDirectory): string =>
    stoppedText({ executed: cells.steps.value, steps, episodes: returns.value.episodes, path })

  const run = (
    agent: Agent,
    directory: RunDirectory,
    world: RunWorld,
    save: (() => Promise<unknown>) | null,
  ): TE.TaskEither<Exit, string> =>
    pipe(
      TE.tryCatch(
        async () => {
          const shown: MonoTypeOperatorFunction<Progress> = progress
            ? await displayProgress(commandProcess, note)
            : identity
          if (progress)
            for (const line of memoryLines(await learnerMemory(settings, spec)))
              commandProcess.stderr.write(`${line}\n`)
          const begun = clock.now()
          const writeEpisode: RunDirectory['writeEpisode'] = (row) => {
            directory.writeEpisode(row)
            log.episode(row)
            returns.value = withReturn(returns.value, row.return)
          }
          const metrics: MetricsSink = {
            write: (window) => {
              directory.write(window)
              log.metrics(window)
            },
          }
          const interval = displayInterval(commandProcess)
          const every = page.every ?? interval
          log.start(directory.path, settings)
          onTrip.value = (trip) => {
            const row = { ...trip, step: cells.steps.value }
            directory.writeEvent(row)
            log.divergence(row)
          }
          const spacing = checkpointEvery === null ? {} : { records: checkpointEvery }
          const progress$ = startTraining(settings, {
            world,
            agent,
            cells,
            writeEpisode,
            metrics,
            ...(save !== null && { checkpoints: { save, ...spacing } }),
            every,
            clock,
          })
          const written$ = pipe(
            progress$,
            tap(() => directory.check()),
            page.progress,
            spaced(every < interval ? interval : null),
          )
          await lastValueFrom(pipe(written$, shown, untilAborted(interruption)), { defaultValue: null })
          // Between two steps, as it has ended without an error. Before the first one there is nothing to save.
          if (cells.steps.value > 0) await save?.()
          return (clock.now() - begun) / 1000
        },
        (error) => failed(`${reason(error)}; ${stoppedLine(directory)}`),
      ),
      TE.flatMap((seconds) => {
        const signal = signalOf(interruption)
        const executed = cells.steps.value
        // A signal after the last step did not interrupt the run.
        return signal === null || executed === steps
          ? TE.right(summary({ task, steps: executed, seconds, path: directory.path }, returns.value))
          : TE.left(interrupted(signal, `${signal}: ${stoppedLine(directory)}`))
      }),
    )

  /** Runs in a directory, and saves weights and policy in it at the end of the run, or of the process if that ends first. */
  const runGuarded =
    (agent: Agent, world: RunWorld): TE.TaskEither<Exit, string> =>
    async () => {
      const open = once(openDirectory(agent, world))
      const isSaved = canBeSaved(world) || openRobot !== undefined
      const state = isSaved ? runState(agent, cells, canBeSaved(world) ? world : null) : null
      if (state === null) writeLines(commandProcess, [withoutCheckpoints(task)])
      let checkpoints: CheckpointFolder | null = null
      /** The step of the newest checkpoint that this process has written. */
      let saved: number | null = null
      /** Saves the run as it is between two steps. */
      const saverIn = (directory: RunDirectory): (() => Promise<unknown>) | null => {
        if (state === null) return null
        const folder = (checkpoints = checkpointsIn(directory.path))
        return async () => {
          // Otherwise the folder would be made anew, in a directory that is gone.
          directory.check()
          const step = cells.steps.value
          await folder.save(step, state, { after: directory.sync() })
          saved = step
        }
      }
      /** Saves weights and policy and closes the files; returns a line for each failure. */
      const finish = once(async (): Promise<readonly string[]> => {
        const opened = await open()
        if (isLeft(opened)) return []
        const { path, close } = opened.right
        const lines = await saveFinalFiles(path, { settings, spec, agent, steps: cells.steps.value })()
        await checkpoints?.settled()
        try {
          close()
          return lines
        } catch (error) {
          return [...lines, reason(error)]
        }
      })
      const release = commandProcess.guard(async (cause) => {
        const opened = await open()
        if (isLeft(opened)) return opened.left
        const where = stoppedLine(opened.right)
        const ending =
          cause instanceof Error ? failed(`${reason(cause)}; ${where}`) : interrupted(cause, `${cause}: ${where}`)
        const exit = withLines(ending, await finish())
        logEnd(left(exit))
        await page.close()
        return exit
      })
      const ended = await pipe(
        open,
        TE.flatMap((directory) => run(agent, directory, world, saverIn(directory))),
      )()
      const lines = await finish()
      release()
      const named = mapLeft((exit: Exit) => withCheckpoint(exit, saved))(ended)
      if (lines.length === 0) return named
      return left(isLeft(named) ? withLines(named.left, lines) : { code: 1, lines })
    }

  const closeAgent = ({ learner }: Agent): TE.TaskEither<Exit, void> =>
    TE.tryCatch(
      async () => learner.close(),
      (error) => failed(`agent: ${reason(error)}`),
    )

  return pipe(
    TE.bracket(
      makeAgent,
      (agent) =>
        pipe(
          restoreWeights(agent.learner),
          TE.flatMap(() => TE.bracket(openWorld, (world) => runGuarded(agent, world), closeWorld)),
        ),
      closeAgent,
    ),
    map(logEnd),
  )
}
