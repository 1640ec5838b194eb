/** `rivulet bench`: measures, and prints its progress meanwhile. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { lastValueFrom, type Observable, tap } from 'rxjs'
import { reason } from '../failure.js'
import { decode, renderFailure } from '../edge/decode.js'
import type { AlgorithmTableOptions } from '../runs/bench/algorithmTable.js'
import type { BenchProgress } from '../runs/bench/measurements.js'
import { benchReport, machineAt } from '../runs/bench/report.js'
import type { BenchRequest } from './benchOptions.js'
import { benchLine, benchText } from './benchText.js'
import { displayRecords, untilAborted } from './display.js'
import { type Exit, failed, interrupted } from './exit.js'
import { type CommandProcess, signalOf } from './commandProcess.js'
import { countWithNoun } from './numberText.js'

/** Has one row of the table of algorithms measured by the command in a process of its own. */
const aloneIn =
  ({ rounds, roundSeconds }: BenchRequest, { again }: CommandProcess): NonNullable<AlgorithmTableOptions['alone']> =>
  async ({ algorithm, shapes }, ended) => {
    const words = { algorithm, shapes, rounds, 'round-seconds': roundSeconds }
    const options = Object.entries(words).flatMap(([name, value]) => [`--${name}`, String(value)])
    const report = decode(benchReport)(JSON.parse(await again(['bench', '--algorithms', '--json', ...options], ended)))
    if (isLeft(report)) throw new Error(report.left.map(renderFailure).join('; '))
    return report.right
  }

/** Starts the measurements that were requested; their modules are loaded only now, so that a process has no others. */
const start = async (request: BenchRequest, commandProcess: CommandProcess): Promise<Observable<BenchProgress>> => {
  const { only, algorithm, shapes, seconds, rounds, roundSeconds } = request
  const { clock, startedAt } = commandProcess
  const options = { rounds, roundSeconds, clock, machine: machineAt(startedAt) }
  if (only === 'algorithms') {
    const { algorithmTable } = await import('../runs/bench/algorithmTable.js')
    return algorithmTable({ ...options, algorithm, shapes, alone: aloneIn(request, commandProcess) })
  }
  if (only === 'cycle') {
    const { benchCycle } = await import('../runs/bench/cycle.js')
    return benchCycle({ ...options, algorithm, shapes, seconds })
  }
  if (only === 'tasks') {
    const { benchTasks } = await import('../runs/bench/simulators.js')
    return benchTasks(options)
  }
  const { bench: startBench } = await import('../runs/bench/bench.js')
  return startBench({ ...options, only })
}

/** Measures as requested and returns the report; a signal ends it within a round, and it prints only how far it came. */
export const bench = (request: BenchRequest, commandProcess: CommandProcess): TE.TaskEither<Exit, string> => {
  const { interruption } = commandProcess
  let measured = 0
  let isGuarded = false
  let release = (): void => undefined
  const stopped = (): string => `stopped after ${countWithNoun(measured, 'measurement')}`
  /** Guards the command from its first progress on; before it, a signal ends the process at once. */
  const guard = (progress: BenchProgress): void => {
    if (!isGuarded) {
      isGuarded = true
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
        const progress$ = tap(guard)(await start(request, commandProcess))
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
        return TE.right(request.json ? JSON.stringify(last.report, null, 2) : benchText(last.report))
      }
      const signal = signalOf(interruption) ?? 'SIGINT'
      return TE.left(interrupted(signal, `${signal}: ${stopped()}`))
    }),
  )
}
