/** `rivulet tasks`: every task with its shapes and limits, or all about one task: its components, its options, the settings of its runs. */
import type { Command } from 'commander'
import { type Either, map, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { closed, guarded } from '../edge/codecs.js'
import { type Failure, decode } from '../edge/decode.js'
import type { SettingFields, Values } from '../edge/settings.js'
import { type RobotTaskId, robotTaskIds, robotTaskNamed, robotWords } from '../environments/runTask.js'
import { taskFields, taskIds, taskOrModel, taskSpec } from '../environments/tasks.js'
import type { Algorithm } from '../learners/algorithm.js'
import { algorithms } from '../runs/algorithms.js'
import { defaultsFor } from '../runs/config.js'
import { fieldsOfTask } from '../runs/specOfRun.js'
import type { Spec, VectorSpec } from '../types.js'
import { countText } from './numberText.js'
import { valueText } from './settingText.js'
import { table } from './table.js'

/** A decoded command line of `rivulet tasks`. */
export interface TasksRequest {
  /** The one task to describe; null for all of them. */
  readonly task: string | null
}

/** The codec of a task to describe: those of robots are among them. */
const describedTask = Object.assign(
  guarded(taskOrModel.name, (input): input is string => taskOrModel.is(input) || robotTaskNamed(input) !== null),
  { known: [...taskIds, ...robotTaskIds] },
)

/** Adds the argument and the description of `tasks` to a command. */
export const declareTasks = (command: Command): Command =>
  command
    .description("list the tasks: shapes, limits, and a run's default settings (the paper's, where it has some)")
    .argument(
      '[task]',
      'a task, or mjcf:<path> for a model in a file, to describe with its components and options (default: list all)',
    )
    .addHelpText('after', '\nExample:\n  rivulet tasks Hopper-v4')

/**
 * Reads a task as it was written.
 *
 * Fails: a failure for an id that no task has.
 */
export const readTasks = (task: string | undefined): Either<readonly Failure[], TasksRequest> =>
  pipe(
    task === undefined ? {} : { task },
    decode(closed({}, { task: describedTask })),
    map(({ task: id = null }) => ({ task: robotTaskNamed(id) ?? id })),
  )

/**
 * Reads the task that is to be described.
 *
 * Fails: a failure for a model in a file that cannot be read or does not compile.
 */
export const completeTasks = async (asked: TasksRequest): Promise<Either<readonly Failure[], TasksRequest>> =>
  asked.task === null || robotTaskNamed(asked.task) !== null
    ? right(asked)
    : map(() => asked)(await fieldsOfTask(asked.task))

const boundText = (bound: number): string => (Number.isFinite(bound) ? valueText(bound) : 'none')

/** The bounds of all components; one pair if they are the same. */
const boundsOf = ({ low, high }: VectorSpec): string => {
  const pairs = new Set(Array.from(low, (bound, i) => `${bound} to ${high[i]}`))
  return [...pairs].join(', ')
}

const shapeOf = ({ name, observation, action, stepSeconds, stepLimit }: Spec): readonly string[] => [
  name,
  String(observation.size),
  String(action.size),
  boundsOf(action),
  `${Number(stepSeconds.toPrecision(6))} s`,
  stepLimit === Infinity ? 'none' : countText(stepLimit),
]

/**
 * The settings of an algorithm that differ between tasks: a row for each task that has its own, a column for each setting; no lines if none
 * differ.
 */
const settingsOf = (algorithm: Algorithm, specs: readonly Spec[]): readonly string[] => {
  const rows = specs.map((spec) => {
    const { actionRange, settings } = defaultsFor(spec, algorithm)
    const values: Values = { ...settings, actionRange }
    const { origin } = algorithm.defaultsFor(spec)
    return { task: spec.name, origin, textOf: (setting: string) => valueText(values[setting]) }
  })
  const varying = [...Object.keys(algorithm.fields), 'actionRange'].filter(
    (setting) => new Set(rows.map(({ textOf }) => textOf(setting))).size > 1,
  )
  if (varying.length === 0) return []
  const cells = rows.map(({ task, origin, textOf }) => [task, origin, ...varying.map(textOf)])
  // Tasks without settings of their own have the same ones.
  const counts = new Map<string, number>()
  const keyOf = ([, ...others]: readonly string[]): string => JSON.stringify(others)
  for (const row of cells) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1)
  const [common] = [...counts].toSorted(([, one], [, other]) => other - one)[0]
  const own = cells.filter((row) => keyOf(row) !== common)
  const shared = cells.find((row) => keyOf(row) === common)!
  return [
    `Settings of ${algorithm.name} that depend on the task, with their source:`,
    table([['Task', 'Source', ...varying], ...own, ['all others', ...shared.slice(1)]]),
  ]
}

const specOfRobot = async (id: RobotTaskId): Promise<Spec> => (await import('../runs/robotWorld.js')).robotTaskSpec(id)

const header = ['Task', 'Observation', 'Action', 'Bounds', 'Step', 'Steps an episode']

const robotLines = async (): Promise<readonly string[]> => {
  const specs = await Promise.all(robotTaskIds.map(specOfRobot))
  const commands = robotTaskIds.map((id) => `rivulet ${robotWords(id)}`)
  return [
    'Tasks of robots, in real time, and the command that runs each:',
    table([[...header, 'Command'], ...specs.map((spec, i) => [...shapeOf(spec), commands[i]])]),
  ]
}

const listOfTasks = async (): Promise<string> => {
  const specs = await Promise.all(taskIds.map((id) => taskSpec(id)))
  return [
    table([header, ...specs.map(shapeOf)]),
    ...(await robotLines()),
    ...algorithms.flatMap((algorithm) => settingsOf(algorithm, specs)),
    "Actions: clip cuts the policy's (-1, 1) off at the bounds, as the paper does; rescale stretches it.\n" +
      'All other settings are the same for all tasks: rivulet algorithms lists them.\n' +
      'rivulet tasks <task> describes one task: its components and its options.\n' +
      'Wherever a task is taken, mjcf:<path> is one on a model in a file; train and evaluate also take gymnasium:<id>, an environment\n' +
      'of Gymnasium in a Python process.',
  ].join('\n\n')
}

const componentLines = (what: string, { names, units, low, high }: VectorSpec): string =>
  table([
    [what, 'Unit', 'Lowest', 'Highest'],
    ...names.map((name, i) => [name, units[i], boundText(low[i]), boundText(high[i])]),
  ])

const optionLines = (fields: SettingFields): readonly string[] => {
  const entries = Object.entries(fields)
  if (entries.length === 0) return ['It has no options.']
  return [
    'Options, each set by --task-option name=value:',
    table([
      ['Option', 'Default', 'Unit', 'Meaning'],
      ...entries.map(([name, { default: value, unit, about }]) => [name, valueText(value), unit ?? '', about]),
    ]),
  ]
}

const describeTask = async (id: string): Promise<string> => {
  const robot = robotTaskNamed(id)
  const [spec, fields] =
    robot === null ? await Promise.all([taskSpec(id), taskFields(id)]) : [await specOfRobot(robot), {}]
  const [name, , , , step, limit] = shapeOf(spec)
  return [
    `${name}: a step of ${step}; ${limit === 'none' ? 'no limit of steps' : `${limit} steps`} an episode`,
    componentLines('Observation', spec.observation),
    componentLines('Action', spec.action),
    ...optionLines(fields),
    ...(robot === null ? [] : [`It runs on a robot, in real time: rivulet ${robotWords(robot)}`]),
  ].join('\n\n')
}

/** What `rivulet tasks` prints. */
export const describeTasks = ({ task }: TasksRequest): Promise<string> =>
  task === null ? listOfTasks() : describeTask(task)
