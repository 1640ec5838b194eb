/** The request of `rivulet robot`: a run of `train` or `resume` on a robot. */
import { statSync } from 'node:fs'
import type { Command } from 'commander'
import { type Either, isLeft, left, map, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as t from 'io-ts'
import { type Fields, closed, guarded, listOf, oneOf, text, yesOrNo } from '../edge/codecs.js'
import { decode, type Failure, printable } from '../edge/decode.js'
import type { Values } from '../edge/settings.js'
import { robotOfTask, type RobotTaskId, robotTaskIds } from '../environments/runTask.js'
import { armGeometries } from '../robots/ur/kinematics.js'
import type { ArmName } from '../robots/ur/reacherSetup.js'
import type { Create2Place } from './create2Connection.js'
import { completeResume, readResume, type ResumeRequest, type ResumeWords } from './resumeRequest.js'
import { flagOf, listFromText } from './textCodecs.js'
import { completeNew, readRun, trainFields, type TrainRequest, type TrainWords } from './trainRequest.js'
import { addTrainOptions } from './trainOptions.js'
import type { Ur5Place } from './ur5Connection.js'

/** The robot of a command line, and what it does. */
interface RobotWords {
  readonly task: RobotTaskId
  /** Where the robot is. */
  readonly place: Create2Place | Ur5Place
  /** Whether the robot is only read. */
  readonly dryRun: boolean
  /** Whether the question before the first motion is left out. */
  readonly yes: boolean
}

/** The decoded words of `rivulet robot`. */
export interface RobotRunWords extends RobotWords {
  readonly run: TrainWords | ResumeWords
}

/** A complete request of `rivulet robot`. */
export interface RobotRequest extends RobotWords {
  readonly run: TrainRequest | ResumeRequest
}

const idOf = Object.fromEntries(robotTaskIds.map((id) => [id.toLowerCase(), id]))

const portCodec = guarded('the path of a serial port, such as /dev/ttyUSB0', text.is)
const hostCodec = guarded('the address of the controller, such as 192.168.1.10', text.is)
const portNumber = guarded(
  'a port',
  (input): input is number => Number.isInteger(input) && Number(input) > 0 && Number(input) < 65_536,
)
const armNames = Object.keys(armGeometries) as readonly ArmName[]
const placeFields = {
  port: portCodec,
  host: hostCodec,
  transport: oneOf(['rtde', 'realtime']),
  arm: oneOf(armNames),
  ports: listFromText(listOf(portNumber, 'ports: RTDE, realtime, dashboard', 3)),
  unlock: yesOrNo,
}
const ownFields = { ...placeFields, dryRun: yesOrNo, yes: yesOrNo, resume: text }
const taskField = oneOf(Object.keys(idOf))
const codec = closed({ task: taskField }, ownFields)
type OwnWords = t.TypeOf<typeof codec>

/** A codec for the argument and each option of `robot`, by name. */
export const robotFields: Fields = { ...trainFields, ...ownFields, task: taskField }

/** Adds the argument and the options of `robot` to a command. */
export const declareRobot = (command: Command): Command =>
  addTrainOptions(
    command
      .description('train an agent on a robot, in real time')
      .argument('<task>', `the task: ${Object.keys(idOf).join(', ')}`)
      .option('--port <path>', 'the serial port of a Create 2, such as /dev/ttyUSB0, or of its simulator')
      .option('--host <address>', 'the address of the controller of a UR5, or of its simulator')
      .option('--transport <name>', 'of a UR5: rtde, or realtime, the older interface (default: rtde)')
      .option('--arm <name>', 'of a UR5: which it is: ur5, or ur5e, whose lengths differ (default: ur5)')
      .option('--ports <list>', 'of a UR5: RTDE, realtime, dashboard (default: 30004,30003,29999)')
      .option('--unlock', 'of a UR5: unlock protective stops; a person must watch the arm')
      .option('--dry-run', 'read the robot and print what it reports, until Ctrl-C; it never moves')
      .option('--yes', 'do not ask before the first motion')
      .option('--resume <DIR>', 'go on with the run in this directory, with its settings')
      .addHelpText(
        'after',
        '\nThe robot halts when the command ends, however that happens. Read docs/create2.md or docs/ur5.md first.' +
          '\n\nExamples:\n  rivulet robot create-mover --port /dev/ttyUSB0 --dry-run' +
          '\n  rivulet robot ur-reacher-2 --host 192.168.1.10 --dry-run',
      ),
    { isRobot: true },
  )

/** The options of each robot, of which the first one is needed. */
const optionsOf = { create2: ['port'], ur5: ['host', 'transport', 'arm', 'ports', 'unlock'] } as const

/** Where the robot of a task is: its options are there, and none of another robot. */
const placeOf = (task: RobotTaskId, words: OwnWords): Either<readonly Failure[], Create2Place | Ur5Place> => {
  const kind = robotOfTask(task)
  const other = optionsOf[kind === 'ur5' ? 'create2' : 'ur5'].find((name) => words[name] !== undefined)
  if (other !== undefined) {
    const expected = `no such option with ${task}, which has ${optionsOf[kind].map(flagOf).join(', ')}`
    return left([{ path: flagOf(other), expected, got: printable(words[other]), nearest: null }])
  }
  const missing = (name: 'port' | 'host'): Either<readonly Failure[], never> =>
    left([{ path: flagOf(name), expected: placeFields[name].name, got: 'nothing', nearest: null }])
  const { port, host, transport = 'rtde', arm = 'ur5', ports = null, unlock = false } = words
  if (kind === 'create2') return port === undefined ? missing('port') : right({ kind, port })
  return host === undefined ? missing('host') : right({ kind, host, transport, arm, ports, unlock })
}

/**
 * Reads the words as they were written.
 *
 * Fails: a failure for each word that was refused, by its name on the command line.
 */
export const readRobot = (task: string | undefined, options: object): Either<readonly Failure[], RobotRunWords> => {
  const { port, host, transport, arm, ports, unlock, dryRun, yes, resume, ...others } = options as Values
  const given = Object.fromEntries(
    Object.entries({ task, port, host, transport, arm, ports, unlock, dryRun, yes, resume }).filter(
      ([, value]) => value !== undefined,
    ),
  )
  const own = decode(codec)(given)
  if (isLeft(own)) {
    return left(
      own.left.map((failure) => (failure.path === 'task' ? failure : { ...failure, path: flagOf(failure.path) })),
    )
  }
  const id = idOf[own.right.task]
  const place = placeOf(id, own.right)
  if (isLeft(place)) return place
  const words: Either<readonly Failure[], TrainWords | ResumeWords> =
    own.right.resume === undefined ? readRun(id, others) : readResume(own.right.resume, others)
  return map((run: TrainWords | ResumeWords): RobotRunWords => ({
    task: id,
    place: place.right,
    dryRun: own.right.dryRun ?? false,
    yes: own.right.yes ?? false,
    run,
  }))(words)
}

/** Refuses a port without a file; on Windows ports are not files. */
const noPort = (path: string): readonly Failure[] =>
  path.startsWith('/') && statSync(path, { throwIfNoEntry: false }) === undefined
    ? [{ path: '--port', expected: portCodec.name, got: `${printable(path)} (no such file)`, nearest: null }]
    : []

const otherTask = (directory: string, expected: RobotTaskId, got: string): Failure => ({
  path: '--resume',
  expected: `the directory of a run of ${expected}`,
  got: `${directory}, a run of ${got}`,
  nearest: null,
})

/**
 * Adds the defaults of the task, or the settings of the run that goes on.
 *
 * Fails: as `train` and `resume` do, for a port that is not there, and for the directory of a run of another task.
 */
export const completeRobot = async ({
  run,
  ...words
}: RobotRunWords): Promise<Either<readonly Failure[], RobotRequest>> => {
  const absent = words.place.kind === 'create2' ? noPort(words.place.port) : []
  if (absent.length > 0) return left(absent)
  if (!('directory' in run)) {
    return pipe(
      await completeNew(run),
      map((complete) => ({ ...words, run: complete })),
    )
  }
  const complete = await completeResume(run, true)
  if (isLeft(complete)) return complete
  const { task } = complete.right.settings
  return task === words.task
    ? right({ ...words, run: complete.right })
    : left([otherTask(run.directory, words.task, task)])
}
