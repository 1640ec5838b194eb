/** `rivulet simulate`: a simulated robot on a port of its own. */
import * as TE from 'fp-ts/lib/TaskEither.js'
import { EMPTY, type Observable, ignoreElements, lastValueFrom, merge, NEVER, switchMap, timer } from 'rxjs'
import { reason } from '../failure.js'
import { seeded } from '../random.js'
import { type SimulatedCreate2, simulateCreate2 } from '../robots/create2Simulator/simulateCreate2.js'
import { eventLoop } from '../time/schedule.js'
import { type CommandProcess, signalOf } from './commandProcess.js'
import { untilAborted } from './display.js'
import { type Exit, failed, interrupted } from './exit.js'
import type { SimulateRequest } from './simulateOptions.js'

/** Calls `work` after so many seconds; null for never. */
const after = (seconds: number | null, work: () => unknown): Observable<never> =>
  seconds === null
    ? EMPTY
    : timer(1000 * seconds, eventLoop).pipe(
        switchMap(async () => work()),
        ignoreElements(),
      )

/** The faults that come at a time, until a signal. */
const running = (
  simulator: SimulatedCreate2,
  { resetAfter, unplugAfter, unplugFor }: SimulateRequest,
  { interruption }: CommandProcess,
): Promise<unknown> =>
  lastValueFrom(
    merge(
      NEVER,
      after(resetAfter, () => simulator.reset()),
      after(unplugAfter, () => simulator.unplug(1000 * unplugFor)),
    ).pipe(untilAborted(interruption)),
    { defaultValue: null },
  )

/**
 * Simulates a robot until a signal ends the command.
 *
 * Returns the exit of the signal, or of a port that cannot be made.
 */
export const simulate = (request: SimulateRequest, commandProcess: CommandProcess): TE.TaskEither<Exit, string> => {
  const { portLink, arena, charge, seed, damage } = request
  return TE.flatMap((signal: Exit | null) => (signal === null ? TE.right('') : TE.left(signal)))(
    TE.tryCatch(
      async () => {
        const simulator = await simulateCreate2({
          port: portLink,
          arena,
          charge,
          damage,
          random: seeded(seed)('environment'),
        })
        const release = commandProcess.guard(async (cause) => {
          await simulator.close()
          return cause instanceof Error ? failed(reason(cause)) : interrupted(cause, `${cause}: the robot is gone`)
        })
        try {
          commandProcess.stdout.write(`a simulated Create 2 on ${portLink}; Ctrl-C ends it\n`)
          await running(simulator, request, commandProcess)
        } finally {
          await simulator.close()
          release()
        }
        const signal = signalOf(commandProcess.interruption)
        return signal === null ? null : interrupted(signal, `${signal}: the robot is gone`)
      },
      (error) => failed(reason(error)),
    ),
  )
}
