/** `rivulet resume`: its words, its options and its help. */
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { closed, oneOf, positiveInteger, text, yesOrNo } from '../edge/codecs.js'
import { type Failure, decode } from '../edge/decode.js'
import { settingsIn, type RunSettings } from '../runs/config.js'
import { isGymnasiumTask, isRobotTask, type RobotTaskId, robotWords } from '../environments/runTask.js'
import { specOfRun } from '../runs/specOfRun.js'
import { readRunConfig } from '../runs/configFile.js'
import { dashboardField, dashboardFlags, dashboardHelp, watchFlags, watchHelp } from './dashboardOptions.js'
import { flagOf, fromText } from './textCodecs.js'
import { logFormats, type TrainRequest } from './trainRequest.js'

/** A codec for the argument and each option of `resume`, by name. */
export const resumeFields = {
  directory: text,
  steps: fromText(positiveInteger),
  checkpointEvery: fromText(positiveInteger),
  progress: yesOrNo,
  tensorboard: yesOrNo,
  log: oneOf(logFormats),
  dashboard: dashboardField,
  watch: dashboardField,
}
const { directory: directoryField, ...optionFields } = resumeFields
const codec = closed({ directory: directoryField }, optionFields)

/** The decoded words of `rivulet resume`. */
export interface ResumeWords extends Pick<
  TrainRequest,
  'progress' | 'checkpointEvery' | 'tensorboard' | 'log' | 'dashboard' | 'watch'
> {
  readonly directory: string
  /** Actions that the run will have executed at its end; null for those of its config. */
  readonly steps: number | null
}

/** A complete request of `rivulet resume`. */
export interface ResumeRequest extends Omit<TrainRequest, 'out' | 'repeated' | 'python'> {
  readonly directory: string
}

/** Adds the argument and the options of `resume` to a command. */
export const declareResume = (command: Command): Command =>
  command
    .description('continue a run from its newest checkpoint, bit for bit as if it had never been stopped')
    .argument('<directory>', 'the directory of the run, which train wrote')
    .option('--steps <number>', "actions that the run will have executed at its end (default: its config's)")
    .option('--checkpoint-every <number>', 'actions from one checkpoint to the next (default: those of about a minute)')
    .option('--no-progress', 'print no progress')
    .option(dashboardFlags, dashboardHelp)
    .option(watchFlags, watchHelp)
    .option('--tensorboard', 'write a further event file for TensorBoard')
    .option(
      '--log <format>',
      'standard output. text: one sentence at the end; json: a line of JSON for each event (default: text)',
    )
    .addHelpText(
      'after',
      '\nRows of episodes.csv that came after the checkpoint are cut off and written again. A checkpoint that is damaged is' +
        '\nreported, and the one before it is taken.\n\nExample:\n  rivulet resume runs/try --steps 400000',
    )

/**
 * Reads the words as they were written.
 *
 * Fails: a failure for each word that was refused, by its name on the command line.
 */
export const readResume = (directory: string | undefined, options: object): E.Either<readonly Failure[], ResumeWords> =>
  pipe(
    decode(codec)({ ...options, directory }),
    E.map(
      ({
        steps = null,
        checkpointEvery = null,
        progress = true,
        tensorboard = false,
        log = 'text',
        dashboard = null,
        watch = null,
        ...rest
      }) => ({
        ...rest,
        steps,
        checkpointEvery,
        progress,
        tensorboard,
        log,
        dashboard,
        watch,
      }),
    ),
    E.mapLeft((failures) =>
      failures.map((failure) => (failure.path === 'directory' ? failure : { ...failure, path: flagOf(failure.path) })),
    ),
  )

const withoutState = (directory: string, task: string): Failure => ({
  path: 'directory',
  expected: '',
  got: '',
  nearest: null,
  line:
    `${directory}: a run of ${task} cannot be resumed, since the state of an environment in Python cannot be saved; ` +
    `'rivulet train --config ${directory}/config.json' repeats it, and --weights begins with its weights`,
})

const withoutRobot = (directory: string, task: RobotTaskId): Failure => ({
  path: 'directory',
  expected: '',
  got: '',
  nearest: null,
  line: `${directory}: a run of ${task} needs its robot: 'rivulet ${robotWords(task)} --resume ${directory}' resumes it`,
})

/**
 * Reads the run's config and its task's spec. `withRobot`: the command has the robot of its run.
 *
 * Fails: a failure for a directory that has no config, and for each field of it that is refused.
 */
export const completeResume = async (
  { directory, steps, ...words }: ResumeWords,
  withRobot = false,
): Promise<E.Either<readonly Failure[], ResumeRequest>> => {
  const read = await readRunConfig(directory)()
  if (E.isLeft(read)) return read
  const settings = settingsIn(read.right)
  const whole: RunSettings = { ...settings, ...(steps === null ? {} : { steps }) }
  if (isGymnasiumTask(settings.task)) return E.left([withoutState(directory, settings.task)])
  if (isRobotTask(settings.task) && !withRobot) return E.left([withoutRobot(directory, settings.task)])
  const spec = await specOfRun(settings.task, settings.taskOptions)
  return E.isLeft(spec) ? spec : E.right({ ...words, directory, settings: whole, spec: spec.right })
}
