/** `rivulet robot`: a run on a robot, from the first look at it to its rest. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { firstValueFrom, lastValueFrom, map, sampleTime, startWith } from 'rxjs'
import { reason, SensorError } from '../failure.js'
import { within } from '../robots/waiting.js'
import { robotSchedule, robotWorld } from '../runs/robotWorld.js'
import { environmentRandom } from '../runs/train.js'
import { eventLoop } from '../time/schedule.js'
import { type CommandProcess, signalOf, writeLines } from './commandProcess.js'
import { create2Connection } from './create2Connection.js'
import { untilAborted } from './display.js'
import { badInput, type Exit, failed, interrupted, withLines } from './exit.js'
import { countText, countWithNoun } from './numberText.js'
import { resume } from './resume.js'
import type { RobotConnection } from './robotConnection.js'
import type { RobotRequest } from './robotRequest.js'
import { train } from './train.js'
import { ur5Connection } from './ur5Connection.js'
import type { RobotWork } from './work.js'

/** Milliseconds in which a robot sends its first message. */
const FIRST_MESSAGE = 15_000
/** Milliseconds between two lines of a dry run. */
const LINES = 500
/** Prints what the robot reports, until a signal. */
const dryRun = async (robot: RobotConnection, { stdout, interruption }: CommandProcess): Promise<void> => {
  const lines = robot.messages.pipe(
    sampleTime(LINES, eventLoop),
    startWith(null),
    map(() => `${robot.line()}\n`),
    untilAborted(interruption),
  )
  await lastValueFrom(lines.pipe(map((line) => stdout.write(line))), { defaultValue: null })
}

/** Waits for the first message, and says what it shows. */
const connected = async (robot: RobotConnection, commandProcess: CommandProcess): Promise<void> => {
  const first = await within(eventLoop, FIRST_MESSAGE, firstValueFrom(robot.messages), null)
  if (first === null) throw new SensorError(robot.silent(FIRST_MESSAGE / 1000))
  writeLines(commandProcess, [`${robot.place}: ${robot.line()}`])
}

/** Asks before the first motion. Fails with the exit of a run that was not confirmed. */
const confirmed = async (
  robot: RobotConnection,
  { task, yes }: RobotRequest,
  { ask }: CommandProcess,
): Promise<Exit | null> => {
  if (yes) return null
  const answer = await ask(robot.question(task))
  if (answer?.trim().toLowerCase() === 'yes') return null
  const got = answer === null ? 'no standard input (--yes begins without the question)' : JSON.stringify(answer)
  return badInput([{ path: 'the answer', expected: 'yes before the first motion', got, nearest: null }])
}

const runOn = (
  robot: RobotConnection,
  { task, run }: RobotRequest,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, string> => {
  const schedule = robotSchedule(task)
  const report = (line: string): void => writeLines(commandProcess, [line])
  const work: Required<RobotWork> = {
    openWorld: async () =>
      robotWorld(task, await robot.ready(), { random: environmentRandom(run.settings), schedule, report }),
    note: () => {
      const { beats, misses } = schedule.report()
      return `; ${countWithNoun(beats, 'beat')}, ${countText(misses)} missed, ${countWithNoun(robot.faultCount(), 'fault')}`
    },
  }
  return 'directory' in run ? resume({ ...run, ...work }, commandProcess) : train({ ...run, ...work }, commandProcess)
}

/** Everything between the connection and its end. */
const carriedOut = (
  robot: RobotConnection,
  request: RobotRequest,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, string> =>
  pipe(
    TE.tryCatch(
      () => connected(robot, commandProcess),
      (error) => failed(reason(error)),
    ),
    TE.flatMap(() =>
      request.dryRun
        ? TE.tryCatch(
            async () => {
              const release = commandProcess.guard(async (cause) => {
                await robot.close()
                return cause instanceof Error ? failed(reason(cause)) : interrupted(cause, String(cause))
              })
              try {
                await dryRun(robot, commandProcess)
              } finally {
                release()
              }
              return ''
            },
            (error) => failed(reason(error)),
          )
        : pipe(
            TE.tryCatch(
              () => confirmed(robot, request, commandProcess),
              (error) => failed(reason(error)),
            ),
            TE.flatMap((exit) => (exit === null ? runOn(robot, request, commandProcess) : TE.left(exit))),
          ),
    ),
  )

/**
 * Runs on a robot. The robot is opened so that it cannot move until the question is answered.
 *
 * Returns what `train` or `resume` returns, with a line if the robot may not be at rest, or the exit if there is no robot or the answer was not yes.
 */
export const robot =
  (request: RobotRequest, commandProcess: CommandProcess): TE.TaskEither<Exit, string> =>
  async () => {
    const { place, dryRun: isDry } = request
    const opened = place.kind === 'create2' ? create2Connection(place, isDry) : ur5Connection(place)
    opened.faults.subscribe(({ kind, line }) => {
      if (!opened.counted.has(kind)) writeLines(commandProcess, [`${kind}: ${line}`])
    })
    const ended = await carriedOut(opened, request, commandProcess)()
    const wasConnected = opened.isConnected()
    const isAtRest = await opened.close()
    const signal = signalOf(commandProcess.interruption)
    if (request.dryRun && E.isRight(ended) && signal !== null)
      return E.left(interrupted(signal, `${signal}: the robot was only read`))
    if (isAtRest || (!wasConnected && E.isLeft(ended))) return ended
    const line = `${opened.place}: the robot could not be reached at the end: look after it`
    return E.left(E.isLeft(ended) ? withLines(ended.left, [line]) : failed(line))
  }
