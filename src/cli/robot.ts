/** `rivulet robot`: a run on a robot, from the first look at it to its rest. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { firstValueFrom, lastValueFrom, map, sampleTime, startWith } from 'rxjs'
import { reason, SensorError } from '../failure.js'
import { type Create2, create2 } from '../robots/create2/create2.js'
import { within } from '../robots/waiting.js'
import { robotSchedule, robotWorld } from '../runs/robotWorld.js'
import { environmentRandom } from '../runs/train.js'
import { eventLoop } from '../time/schedule.js'
import type { RobotWork } from './carryOut.js'
import { type CommandProcess, signalOf, writeLines } from './commandProcess.js'
import { untilAborted } from './display.js'
import { badInput, type Exit, failed, interrupted, withLines } from './exit.js'
import { countText, countWithNoun } from './numberText.js'
import { resume } from './resume.js'
import type { RobotRequest } from './robotRequest.js'
import { statusLine } from './robotStatus.js'
import { train } from './train.js'

/** Milliseconds in which a robot sends its first frame. */
const FIRST_FRAME = 15_000
/** Milliseconds between two lines of a dry run. */
const LINES = 500
/** Faults that are normal now and then, and are counted only. */
const counted = new Set(['late', 'corrupt', 'rearmed'])

const faultCount = (robot: Create2): number =>
  Object.values(robot.status().faults).reduce((sum, count) => sum + count, 0)

/** Prints what the robot reports, until a signal. */
const dryRun = async (robot: Create2, { stdout, interruption }: CommandProcess): Promise<void> => {
  const lines = robot.frames.pipe(
    sampleTime(LINES, eventLoop),
    startWith(null),
    map(() => `${statusLine(robot.status())}\n`),
    untilAborted(interruption),
  )
  await lastValueFrom(lines.pipe(map((line) => stdout.write(line))), { defaultValue: null })
}

/** Waits for the first frame, and says what it shows. */
const connected = async (robot: Create2, { port }: RobotRequest, commandProcess: CommandProcess): Promise<void> => {
  const first = await within(eventLoop, FIRST_FRAME, firstValueFrom(robot.frames), null)
  if (first === null)
    throw new SensorError(`create2 ${port}: no frame within ${FIRST_FRAME / 1000} s; is the robot switched on?`)
  writeLines(commandProcess, [`${port}: ${statusLine(robot.status())}`])
}

const question = (task: string, port: string): string =>
  `${task} on ${port}: the robot will drive, at first backward, at up to 300 mm/s. Is it on the floor, with walls around it and nobody in its way? ` +
  'Type yes to begin: '

/** Asks before the first motion. Fails with the exit of a run that nobody wants. */
const confirmed = async ({ task, port, yes }: RobotRequest, { ask }: CommandProcess): Promise<Exit | null> => {
  if (yes) return null
  const answer = await ask(question(task, port))
  if (answer?.trim().toLowerCase() === 'yes') return null
  const got = answer === null ? 'no standard input (--yes begins without the question)' : JSON.stringify(answer)
  return badInput([{ path: 'the answer', expected: 'yes before the first motion', got, nearest: null }])
}

const runOn = (
  robot: Create2,
  { task, run }: RobotRequest,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, string> => {
  const schedule = robotSchedule(task)
  const report = (line: string): void => writeLines(commandProcess, [line])
  const work: Required<RobotWork> = {
    openWorld: async () => {
      await robot.setMode('safe')
      return robotWorld(task, robot, { random: environmentRandom(run.settings), schedule, report })
    },
    note: () => {
      const { beats, misses } = schedule.report()
      return `; ${countWithNoun(beats, 'beat')}, ${countText(misses)} missed, ${countWithNoun(faultCount(robot), 'fault')}`
    },
  }
  return 'directory' in run ? resume({ ...run, ...work }, commandProcess) : train({ ...run, ...work }, commandProcess)
}

/** Everything between the connection and its end. */
const carriedOut = (
  robot: Create2,
  request: RobotRequest,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, string> =>
  pipe(
    TE.tryCatch(
      () => connected(robot, request, commandProcess),
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
              () => confirmed(request, commandProcess),
              (error) => failed(reason(error)),
            ),
            TE.flatMap((exit) => (exit === null ? runOn(robot, request, commandProcess) : TE.left(exit))),
          ),
    ),
  )

/**
 * Runs on a robot. The robot is opened in passive mode, in which it cannot move, until the question is answered.
 *
 * Returns what `train` or `resume` returns, with a line if the robot may not be at rest, or the exit if there is no robot or nobody said yes.
 */
export const robot =
  (request: RobotRequest, commandProcess: CommandProcess): TE.TaskEither<Exit, string> =>
  async () => {
    const opened = create2({
      port: request.port,
      mode: 'passive',
      report: () => undefined,
      ...(request.dryRun && { watchdog: false }),
    })
    opened.faults.subscribe(({ kind, line }) => {
      if (!counted.has(kind)) writeLines(commandProcess, [`${kind}: ${line}`])
    })
    const ended = await carriedOut(opened, request, commandProcess)()
    const wasConnected = opened.status().connected
    const isAtRest = await opened.close()
    const signal = signalOf(commandProcess.interruption)
    if (request.dryRun && E.isRight(ended) && signal !== null)
      return E.left(interrupted(signal, `${signal}: the robot was only read`))
    if (isAtRest || (!wasConnected && E.isLeft(ended))) return ended
    const line = `${request.port}: the robot could not be reached at the end: look after it`
    return E.left(E.isLeft(ended) ? withLines(ended.left, [line]) : failed(line))
  }
