/** `rivulet simulate`: a simulated robot on a port of its own. */
import * as TE from 'fp-ts/lib/TaskEither.js'
import { EMPTY, type Observable, ignoreElements, lastValueFrom, merge, NEVER, switchMap, timer } from 'rxjs'
import { reason } from '../failure.js'
import { seeded } from '../random.js'
import { eventLoop } from '../time/schedule.js'
import { type CommandProcess, signalOf, writeLines } from './commandProcess.js'
import { untilAborted } from './display.js'
import { type Exit, failed, interrupted } from './exit.js'
import type { SimulateCreate2Request, SimulateRequest, SimulateUr5Request } from './simulateOptions.js'

/** Calls `work` after so many seconds; null for never. */
const after = (seconds: number | null, work: () => unknown): Observable<never> =>
  seconds === null
    ? EMPTY
    : timer(1000 * seconds, eventLoop).pipe(
        switchMap(async () => work()),
        ignoreElements(),
      )

/** A simulator as this command sees it. */
interface Simulator {
  /** What is simulated, and where. */
  readonly what: string
  reset(): void
  unplug(milliseconds: number): Promise<void>
  protectiveStop(): void
  close(): Promise<void>
}

const openCreate2 = async ({ portLink, arena, charge, seed, damage }: SimulateCreate2Request): Promise<Simulator> => {
  const { simulateCreate2 } = await import('../robots/create2Simulator/simulateCreate2.js')
  const random = seeded(seed)('environment')
  const simulator = await simulateCreate2({ port: portLink, arena, charge, damage, random })
  return { ...simulator, what: `a simulated Create 2 on ${portLink}`, protectiveStop: () => undefined }
}

const openUr5 = async (
  { host, ports: wanted, generation, seed, damage }: SimulateUr5Request,
  commandProcess: CommandProcess,
): Promise<Simulator> => {
  const { simulateUr5 } = await import('../robots/urSimulator/simulateUr5.js')
  const [rtde, realtime, dashboard] = wanted
  const random = seeded(seed)('environment')
  const report = (line: string): void => writeLines(commandProcess, [line])
  const simulator = await simulateUr5({
    host,
    ports: { rtde, realtime, dashboard },
    generation,
    damage,
    random,
    report,
  })
  const { ports } = simulator
  const arm = generation === 'eSeries' ? 'UR5e' : 'UR5'
  const what = `a simulated ${arm} on ${host}, ports ${ports.rtde},${ports.realtime},${ports.dashboard}`
  return { ...simulator, what, reset: () => simulator.restart() }
}

/** The faults that come at a time, until a signal. */
const running = (
  simulator: Simulator,
  request: SimulateRequest,
  { interruption }: CommandProcess,
): Promise<unknown> => {
  const { resetAfter, unplugAfter, unplugFor } = request
  return lastValueFrom(
    merge(
      NEVER,
      after(resetAfter, () => simulator.reset()),
      after(unplugAfter, () => simulator.unplug(1000 * unplugFor)),
      after(request.robot === 'ur5' ? request.stopAfter : null, () => simulator.protectiveStop()),
    ).pipe(untilAborted(interruption)),
    { defaultValue: null },
  )
}

/**
 * Simulates a robot until a signal ends the command.
 *
 * Returns the exit of the signal, or of a port that cannot be had.
 */
export const simulate = (request: SimulateRequest, commandProcess: CommandProcess): TE.TaskEither<Exit, string> =>
  TE.flatMap((signal: Exit | null) => (signal === null ? TE.right('') : TE.left(signal)))(
    TE.tryCatch(
      async () => {
        const simulator = await (request.robot === 'ur5' ? openUr5(request, commandProcess) : openCreate2(request))
        const release = commandProcess.guard(async (cause) => {
          await simulator.close()
          return cause instanceof Error ? failed(reason(cause)) : interrupted(cause, `${cause}: the robot is gone`)
        })
        try {
          commandProcess.stdout.write(`${simulator.what}; Ctrl-C ends it\n`)
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
