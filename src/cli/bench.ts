/** `rivulet bench`: measures, and prints its progress meanwhile. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { lastValueFrom, tap } from 'rxjs'
import { reason } from '../failure.js'
import { type BenchProgress, bench as startBench } from '../runs/bench/bench.js'
import { machineAt } from '../runs/bench/report.js'
import type { BenchRequest } from './benchOptions.js'
import { benchLine, benchText } from './benchText.js'
import { displayRecords, untilAborted } from './display.js'
import { type Exit, failed, interrupted } from './exit.js'
import { type CommandProcess, signalOf } from './commandProcess.js'
import { countWithNoun } from './numberText.js'

/** Measures as requested and returns the report; a signal ends it within a round, and it prints only how far it came. */
export const bench = (
  { json, ...options }: BenchRequest,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, string> => {
  const { clock, startedAt: begun, interruption } = commandProcess
  let measured = 0
  let release = (): void => undefined
  const stopped = (): string => `stopped after ${countWithNoun(measured, 'measurement')}`
  /** Guards the command from the first measurement on; before it, a signal ends the process at once. */
  const guard = (progress: BenchProgress): void => {
    if (measured === 0) {
      release = commandProcess.guard(async (cause) =>
        cause instanceof Error
          ? failed(`${reason(cause)}; ${stopped()}`)
          : interrupted(cause, `${cause}: ${stopped()}`),
      )
    }
    measured = progress.measured
  }
  return pipe(
    TE.tryCatch(
      async () => {
        const shown = await displayRecords(commandProcess, benchLine)
        const progress$ = tap(guard)(startBench({ ...options, clock, machine: machineAt(begun) }))
        const last = await lastValueFrom(pipe(progress$, shown, untilAborted(interruption)), { defaultValue: null })
        release()
        return last
      },
      (error) => {
        release()
        return failed(reason(error))
      },
    ),
    TE.flatMap((last) => {
      if (last !== null && last.measured === last.total) {
        return TE.right(json ? JSON.stringify(last.report, null, 2) : benchText(last.report))
      }
      const signal = signalOf(interruption) ?? 'SIGINT'
      return TE.left(interrupted(signal, `${signal}: ${stopped()}`))
    }),
  )
}
