/** The request of `rivulet robot`: a run of `train` or `resume` on a robot. */
import type { Command } from 'commander'
import { type Either, isLeft, left, map, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Fields, closed, guarded, oneOf, text, yesOrNo } from '../edge/codecs.js'
import { decode, type Failure } from '../edge/decode.js'
import type { Values } from '../edge/settings.js'
import { type RobotTaskId, robotTaskIds } from '../environments/runTask.js'
import { completeResume, readResume, type ResumeRequest, type ResumeWords } from './resumeRequest.js'
import { flagOf } from './textCodecs.js'
import { completeNew, readRun, trainFields, type TrainRequest, type TrainWords } from './trainRequest.js'
import { addTrainOptions } from './trainOptions.js'

/** The robot of a command line, and what it does. */
interface RobotWords {
  readonly task: RobotTaskId
  /** The path of the serial port. */
  readonly port: string
  /** Whether the robot is only read. */
  readonly dryRun: boolean
  /** Whether nobody is asked before the first motion. */
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

const port = guarded('the path of a serial port, such as /dev/ttyUSB0', text.is)
const ownFields = { port, dryRun: yesOrNo, yes: yesOrNo, resume: text }
const taskField = oneOf(Object.keys(idOf))
const codec = closed({ task: taskField, port }, { dryRun: yesOrNo, yes: yesOrNo, resume: text })

/** A codec for the argument and each option of `robot`, by name. */
export const robotFields: Fields = { ...trainFields, ...ownFields, task: taskField }

/** Adds the argument and the options of `robot` to a command. */
export const declareRobot = (command: Command): Command =>
  addTrainOptions(
    command
      .description('train an agent on a robot, in real time')
      .argument('<task>', `the task: ${Object.keys(idOf).join(', ')}`)
      .option('--port <path>', 'the serial port of the robot, such as /dev/ttyUSB0, or of its simulator')
      .option('--dry-run', 'read the robot and print what it reports, until Ctrl-C; it never moves')
      .option('--yes', 'do not ask before the first motion')
      .option('--resume <DIR>', 'go on with the run in this directory, with its settings')
      .addHelpText(
        'after',
        '\nThe robot halts when the command ends, however that happens. Read docs/create2.md first.' +
          '\n\nExample:\n  rivulet robot create-mover --port /dev/ttyUSB0 --dry-run',
      ),
    { isRobot: true },
  )

/**
 * Reads the words as they were written.
 *
 * Fails: a failure for each word that was refused, by its name on the command line.
 */
export const readRobot = (task: string | undefined, options: object): Either<readonly Failure[], RobotRunWords> => {
  const { port: portWord, dryRun, yes, resume, ...others } = options as Values
  const given = Object.fromEntries(
    Object.entries({ task, port: portWord, dryRun, yes, resume }).filter(([, value]) => value !== undefined),
  )
  const own = decode(codec)(given)
  if (isLeft(own)) {
    return left(
      own.left.map((failure) => (failure.path === 'task' ? failure : { ...failure, path: flagOf(failure.path) })),
    )
  }
  const id = idOf[own.right.task]
  const words: Either<readonly Failure[], TrainWords | ResumeWords> =
    own.right.resume === undefined ? readRun(id, others) : readResume(own.right.resume, others)
  return map((run: TrainWords | ResumeWords): RobotRunWords => ({
    task: id,
    port: own.right.port,
    dryRun: own.right.dryRun ?? false,
    yes: own.right.yes ?? false,
    run,
  }))(words)
}

const otherTask = (directory: string, expected: RobotTaskId, got: string): Failure => ({
  path: '--resume',
  expected: `the directory of a run of ${expected}`,
  got: `${directory}, a run of ${got}`,
  nearest: null,
})

/**
 * Adds the defaults of the task, or the settings of the run that goes on.
 *
 * Fails: as `train` and `resume` do, and for the directory of a run of another task.
 */
export const completeRobot = async ({
  run,
  ...words
}: RobotRunWords): Promise<Either<readonly Failure[], RobotRequest>> => {
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
