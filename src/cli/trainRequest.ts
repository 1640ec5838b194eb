/** The request of `rivulet train`: its words are read at once; then the task's spec is loaded and the task's defaults are added. */
import { type Either, bimap, flatMap, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Fields, closed, listOf, oneOf, positiveInteger, text, yesOrNo } from '../edge/codecs.js'
import { type Failure, decode, printable } from '../edge/decode.js'
import { type SettingFields, type Values, pick } from '../edge/settings.js'
import { gymnasiumPrefix, isGymnasiumTask, isRobotTask, robotTaskFailures, runTask } from '../environments/runTask.js'
import { type Algorithm, conflict } from '../learners/algorithm.js'
import { algorithmNames, algorithms } from '../runs/algorithms.js'
import { completeRun, type CompleteRun } from '../runs/completeRun.js'
import { defaultEngine, optionalRunFields, type RunSettings, type RunVersions } from '../runs/config.js'
import { runFields } from '../runs/runFields.js'
import { fieldsOfTask } from '../runs/specOfRun.js'
import { dashboardField } from './dashboardOptions.js'
import { negationOf } from './settingText.js'
import { readPythonOptions, readTaskOptions } from './taskOptions.js'
import { flagOf, fromText, textCodecsOf } from './textCodecs.js'

/** The decoded words of `rivulet train`. */
export interface TrainWords {
  readonly task: string
  readonly algorithm: Algorithm
  readonly engine: string
  /** The decoded settings of the run, of the algorithm and of the engine that stand on the command line. */
  readonly written: Values
  /** The options of the task as they were written, each as `name=value`. */
  readonly taskOption: readonly string[]
  /** The Python of an environment of Gymnasium; left out for the one in PATH. */
  readonly python?: string
  readonly out: string | null
  readonly progress: boolean
  readonly checkpointEvery: number | null
  readonly tensorboard: boolean
  readonly log: LogFormat
  readonly dashboard: number | null
  readonly watch: number | null
}

/** The words of a run that repeats another one, which are decoded when its config was read. */
export interface RepeatWords {
  /** The path of the config. */
  readonly config: string
  readonly task: string | undefined
  /** The other options as they were written. */
  readonly options: Values
}

/** What a run repeats. */
export interface RepeatedRun {
  /** The path of the config. */
  readonly config: string
  /** Versions and commit that it was made with. */
  readonly versions: RunVersions
  /** The settings that the command line changes, each as `steps 300 (was 1000)`. */
  readonly changes: readonly string[]
}

/** A complete request of `rivulet train`. */
export interface TrainRequest extends CompleteRun {
  /** The run that this one repeats; left out for a run with the defaults of its task. */
  readonly repeated?: RepeatedRun
  /** The Python of an environment of Gymnasium; left out for the one in PATH. */
  readonly python?: string
  /** The directory of the run; null for one that is named after the run. */
  readonly out: string | null
  readonly progress: boolean
  /** Actions from one checkpoint to the next, at least; null for a minute. */
  readonly checkpointEvery: number | null
  /** Whether the run writes an event file of TensorBoard. */
  readonly tensorboard: boolean
  readonly log: LogFormat
  /** The port on which the run is shown, 0 for any free one; null for none. */
  readonly dashboard: number | null
  /** The port on which its episodes are shown, 0 for any free one; null for none. */
  readonly watch: number | null
}

/** What the standard output gets: a sentence at the end, or a line of JSON for each event. */
export const logFormats = ['text', 'json'] as const

/** One of `logFormats`. */
export type LogFormat = (typeof logFormats)[number]

const { taskOptions: _decodedByTheTask, ...writtenRunFields } = optionalRunFields

const ownFields = {
  algorithm: oneOf(algorithmNames),
  ...writtenRunFields,
  taskOption: listOf(text, 'options of the task'),
  python: text,
  config: text,
  out: text,
  progress: yesOrNo,
  checkpointEvery: fromText(positiveInteger),
  tensorboard: yesOrNo,
  log: oneOf(logFormats),
  dashboard: dashboardField,
  watch: dashboardField,
}

/** The codecs of an algorithm's settings and of its engines' options, as the command line writes them. */
const settingCodecs = ({ fields, engines }: Algorithm): Fields =>
  Object.assign({}, textCodecsOf(fields), ...Object.values(engines).map(({ options }) => textCodecsOf(options)))

const optionCodecs = (algorithm: Algorithm) => ({
  ...textCodecsOf(runFields),
  ...ownFields,
  engine: oneOf(Object.keys(algorithm.engines)),
  ...settingCodecs(algorithm),
})

/** A codec for the argument and each option of `train`, by name; where algorithms share the name of a setting, the first one's. */
export const trainFields: Fields = {
  task: runTask,
  ...Object.assign({}, ...algorithms.toReversed().map(optionCodecs)),
}

/** Failures of the command line or of a run's directory, with flags in place of the names of settings. */
export const failuresByFlag = (failures: readonly Failure[]): readonly Failure[] =>
  failures.map((failure) =>
    failure.path !== 'task' && Object.hasOwn(trainFields, failure.path)
      ? { ...failure, path: flagOf(failure.path) }
      : failure,
  )

/** Refuses the options that only other algorithms have; each line names their algorithms. */
const otherAlgorithmsFailures = (options: Values, { name }: Algorithm, known: Fields): readonly Failure[] =>
  Object.keys(options)
    .filter((option) => option !== 'task' && !Object.hasOwn(known, option))
    .map((option) => {
      const owners = algorithms.filter((other) => Object.hasOwn(settingCodecs(other), option))
      const whose = owners.map((owner) => owner.name).join(', ')
      const path = options[option] === false ? negationOf(option) : option
      const expected = `nothing with --algorithm ${name}, since it is a setting of ${whose}`
      return conflict(path, expected, printable(options[option]))
    })

/** Refuses options of the algorithm's other engines, which would have no effect, and options of the chosen engine that exclude each other. */
const engineFailures = (written: Values, { engines }: Algorithm, chosen: string): readonly Failure[] => {
  const own = engines[chosen].options
  const excess = Object.values(engines).flatMap(({ options }) =>
    Object.keys(options).filter((name) => !Object.hasOwn(own, name) && written[name] !== undefined),
  )
  return [
    ...excess.map((name) => conflict(name, `nothing with --engine ${chosen}`, printable(written[name]))),
    ...(engines[chosen].optionConflicts?.(pick(written, own)) ?? []),
  ]
}

/**
 * Reads a task and options as they were written, without `--config`.
 *
 * Fails: a failure for each word that was refused, by its name on the command line.
 */
export const readRun = (task: string | undefined, options: object): Either<readonly Failure[], TrainWords> => {
  const words: Values = { ...options, task }
  const asked = words['algorithm'] ?? algorithmNames[0]
  const found = algorithms.find(({ name }) => name === asked)
  // For an unknown algorithm only the options that all algorithms have can be read.
  const known = found === undefined ? { ...textCodecsOf(runFields), ...ownFields } : optionCodecs(found)
  const decoded = decode(closed({ task: runTask }, known))(pick(words, { task, ...known }))
  const others = found === undefined ? [] : otherAlgorithmsFailures(words, found, known)
  const failures = [...(isLeft(decoded) ? decoded.left : []), ...others]
  if (found === undefined || isLeft(decoded) || failures.length > 0) return left(failuresByFlag(failures))
  const {
    task: id,
    taskOption = [],
    python,
    out = null,
    progress = true,
    checkpointEvery = null,
    tensorboard = false,
    log = 'text',
    dashboard = null,
    watch = null,
    algorithm: _found,
    config: _config,
    ...written
  } = decoded.right
  const engine = (written as { readonly engine?: string }).engine ?? defaultEngine(found)
  const unfit = [
    ...engineFailures(written, found, engine),
    ...(python === undefined || isGymnasiumTask(id)
      ? []
      : [conflict('python', `nothing with ${id}, whose id does not begin with ${gymnasiumPrefix}`, printable(python))]),
  ]
  return unfit.length > 0
    ? left(failuresByFlag(unfit))
    : right({
        task: id,
        algorithm: found,
        engine,
        written,
        taskOption,
        ...(python === undefined ? {} : { python }),
        out,
        progress,
        checkpointEvery,
        tensorboard,
        log,
        dashboard,
        watch,
      })
}

/**
 * Reads a task and options as they were written; those of a run that repeats another one are decoded later, with its config.
 *
 * Fails: a failure for each word that was refused, by its name on the command line.
 */
export const readTrain = (
  task: string | undefined,
  options: object,
): Either<readonly Failure[], TrainWords | RepeatWords> => {
  const refused = robotTaskFailures('task', [task])
  if (refused.length > 0) return left(refused)
  const { config, ...others }: Values = { ...options }
  if (typeof config !== 'string') return readRun(task, options)
  return config === '' ? readRun(task, { config }) : right({ config, task, options: others })
}

/**
 * Adds the defaults of the task, or the settings of the run that is repeated, to the words.
 *
 * Fails: a failure for settings that exclude each other, and for a learner that does not fit into memory, before it is loaded or
 * allocated.
 */
export const completeNew = async (
  { task, taskOption, algorithm, engine, written, ...rest }: TrainWords,
  base?: RunSettings,
): Promise<Either<readonly Failure[], TrainRequest>> => {
  const taskOptions = isRobotTask(task)
    ? readTaskOptions({}, taskOption)
    : isGymnasiumTask(task)
      ? readPythonOptions(taskOption)
      : flatMap((fields: SettingFields) => readTaskOptions(fields, taskOption))(await fieldsOfTask(task))
  if (isLeft(taskOptions)) return taskOptions
  return pipe(
    await completeRun({
      task,
      algorithm,
      engine,
      written,
      taskOptions: taskOptions.right,
      ...(rest.python !== undefined && { python: rest.python }),
      ...(base && { base }),
    }),
    bimap(failuresByFlag, (run) => ({ ...run, ...rest })),
  )
}
