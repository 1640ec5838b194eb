/** `rivulet sweep`: carries out the runs of an experiment, each in a process of its own, several at a time. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { escaped } from '../edge/escaped.js'
import { reason } from '../failure.js'
import type { ExperimentFile } from '../runs/sweep/experimentFile.js'
import type { PlannedRun } from '../runs/sweep/plannedRuns.js'
import { localQueue, type Queue } from '../runs/sweep/queue.js'
import type { SweepLogEntry } from '../runs/sweep/sweepLog.js'
import { type Extent, secondsLeft } from '../runs/sweep/timeLeft.js'
import { type Cause, type CommandProcess, signalOf, writeLines } from './commandProcess.js'
import { type Exit, badInput, failed, interrupted } from './exit.js'
import { countWithNoun } from './numberText.js'
import { entryOf, reasonOf, type RunningChild, startRun, type SweepJob } from './sweeps/childRun.js'
import { openSweepDirectory, type SweepDirectory } from './sweeps/sweepDirectory.js'
import { sweepDisplay, type SweepDisplay } from './sweeps/sweepDisplay.js'
import { endedLine, progressText } from './sweeps/sweepText.js'

/** A complete request of `rivulet sweep`. */
export interface SweepRequest {
  readonly experiment: ExperimentFile
  readonly planned: readonly PlannedRun[]
  readonly out: string
  /** Runs at a time. */
  readonly jobs: number
  readonly progress: boolean
  /** Actions from one checkpoint of a run to the next; null for those of about a minute. */
  readonly checkpointEvery: number | null
  /** The Python of environments of Gymnasium; left out for the one in PATH. */
  readonly python?: string
}

/** What became of the runs of a sweep, by their names. */
interface Ledger {
  readonly finished: Set<string>
  readonly failed: Set<string>
  readonly running: Map<SweepJob, RunningChild>
  readonly extents: Map<string, Extent>
}

/** Ended by a signal, or asked to. */
const SIGNALS = 128

const extentOf = ({ kind, settings: { steps } }: PlannedRun, executed = 0, seconds = 0): Extent => ({
  kind,
  steps,
  executed,
  seconds,
})

/** Carries jobs out until none is left or the command is interrupted; several workers share a queue and a ledger. */
const workOn = async (
  queue: Queue<SweepJob, SweepLogEntry>,
  ledger: Ledger,
  show: { readonly display: SweepDisplay; readonly all: () => void },
  { startChild, interruption, ...commandProcess }: CommandProcess,
): Promise<void> => {
  const { finished, failed: lost, running, extents } = ledger
  while (!interruption.aborted) {
    const job = await queue.take()
    if (job === null) return
    const { run } = job
    const { child, extent } = await startRun(startChild, job, () => {
      const { executed, seconds } = extent()
      extents.set(run.name, extentOf(run, executed, seconds))
      show.all()
    })
    running.set(job, { child, extent })
    const signal = signalOf(interruption)
    // The signal came while the process was being started.
    if (signal !== null) child.signal(signal)
    const end = await child.ended
    running.delete(job)
    if (end.code === 0) {
      finished.add(run.name)
      show.display.line(endedLine(run.name, extent()))
      await queue.finished(job, entryOf(run, extent(), null))
    } else if (interruption.aborted && (end.signal !== null || (end.code ?? 0) > SIGNALS)) {
      await queue.released(job)
    } else {
      const why = reasonOf(end)
      lost.add(run.name)
      extents.delete(run.name)
      show.display.line(`${run.name}: failed`)
      writeLines(commandProcess, [`${run.name}: ${why}`])
      await queue.failed(job, entryOf(run, extent(), why))
    }
    show.all()
  }
}

/** What a sweep has done when it ended by itself. */
export interface SweepResult {
  /** The directories of the runs that are finished. */
  readonly directories: readonly string[]
  /** The names of the runs that failed. */
  readonly failed: readonly string[]
  readonly runs: number
}

const carryOutIn = async (
  { out, jobs, progress, checkpointEvery, planned, python }: SweepRequest,
  { runs, log }: SweepDirectory,
  commandProcess: CommandProcess,
): Promise<E.Either<Exit, SweepResult>> => {
  const { interruption, guard } = commandProcess
  const done = runs.filter(({ found }) => found === 'finished').map(({ run }) => run.name)
  const waiting = runs.filter(({ found }) => found !== 'finished')
  const display = await sweepDisplay(commandProcess, progress)
  const ledger: Ledger = {
    finished: new Set(done),
    failed: new Set(),
    running: new Map(),
    extents: new Map(waiting.map(({ run }) => [run.name, extentOf(run)])),
  }
  const all = (): void => {
    const left = secondsLeft([...ledger.extents.values()], jobs)
    const { finished, failed: lost, running } = ledger
    display.all(
      progressText({
        runs: planned.length,
        finished: finished.size,
        failed: lost.size,
        running: running.size,
        secondsLeft: left,
      }),
    )
  }
  const queue = localQueue<SweepJob, SweepLogEntry>({
    // Runs that were broken off come first.
    jobs: [...waiting.filter(({ found }) => found !== 'new'), ...waiting.filter(({ found }) => found === 'new')].map(
      ({ run, directory, found }) => ({
        run,
        directory,
        found,
        checkpointEvery,
        ...(python !== undefined && { python }),
      }),
    ),
    record: (_job, _as, entry) => log.append(JSON.stringify(entry)),
  })
  const signalAll = (): void => {
    const signal = signalOf(interruption)
    for (const { child } of ledger.running.values()) child.signal(signal ?? 'SIGTERM')
  }
  const stoppedLine = (): string =>
    `${progressText({ runs: planned.length, finished: ledger.finished.size, failed: ledger.failed.size, running: 0, secondsLeft: null })}; ` +
    `the same command goes on; written to ${escaped(out)}`
  const release = guard(async (cause: Cause) => {
    signalAll()
    await Promise.all([...ledger.running.values()].map(({ child }) => child.ended))
    display.stop()
    return cause instanceof Error
      ? failed(`${reason(cause)}; ${stoppedLine()}`)
      : interrupted(cause, `${cause}: ${stoppedLine()}`)
  })
  interruption.addEventListener('abort', signalAll)
  try {
    await Promise.all(Array.from({ length: jobs }, () => workOn(queue, ledger, { display, all }, commandProcess)))
  } finally {
    interruption.removeEventListener('abort', signalAll)
    display.stop()
    release()
  }
  const signal = signalOf(interruption)
  if (signal !== null && ledger.finished.size + ledger.failed.size < planned.length) {
    return E.left(interrupted(signal, `${signal}: ${stoppedLine()}`))
  }
  return E.right({
    directories: runs.filter(({ run }) => ledger.finished.has(run.name)).map(({ directory }) => directory),
    failed: [...ledger.failed],
    runs: planned.length,
  })
}

/** Carries out the runs of an experiment that are not finished; a failed run is reported and does not end the others. */
export const carryOutSweep = (
  request: SweepRequest,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, SweepResult> =>
  pipe(
    TE.tryCatch(
      () => openSweepDirectory(request.out, request.experiment, request.planned),
      (error) => failed(reason(error)),
    ),
    TE.flatMapEither(E.mapLeft(badInput)),
    TE.flatMap((directory) =>
      pipe(
        TE.tryCatch(
          () => carryOutIn(request, directory, commandProcess),
          (error) => failed(reason(error)),
        ),
        TE.flatMapEither((ended) => ended),
        TE.tapIO(() => directory.close),
        TE.tapError(() => TE.fromIO(directory.close)),
      ),
    ),
  )

/** The exit of a sweep of which runs failed. */
export const failedRuns = ({ failed: names, runs }: SweepResult, out: string): Exit =>
  failed(
    `${names.length} of ${countWithNoun(runs, 'run')} failed; the same command tries them again; written to ${escaped(out)}`,
  )

/** Sweeps as requested, and returns a sentence. */
export const sweep = (request: SweepRequest, commandProcess: CommandProcess): TE.TaskEither<Exit, string> =>
  pipe(
    carryOutSweep(request, commandProcess),
    TE.flatMapEither((result) =>
      result.failed.length > 0
        ? E.left(failedRuns(result, request.out))
        : E.right(`${countWithNoun(result.runs, 'run')} finished; written to ${escaped(request.out)}.`),
    ),
  )
