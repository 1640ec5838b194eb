/** The tasks of Rivulet, by id. A task is loaded when its spec or simulator is requested, and MuJoCo when one of its tasks is opened. */
import { type Either, isLeft, map } from 'fp-ts/lib/Either.js'
import { type Codec, closed, guarded } from '../edge/codecs.js'
import { decode, type Failure, type Names, nearestName, renderFailure } from '../edge/decode.js'
import { codecsOf, defaultsOf, type SettingFields, type Values } from '../edge/settings.js'
import { checkRandom } from '../random.js'
import type { Random, SavableSimulator, Spec } from '../types.js'
import { classicTasks } from './classicTasks.js'
import type { AnyMujocoTask } from './gymnasium/robot.js'
import { gymnasiumTasks } from './gymnasiumTasks.js'
import { suiteTasks } from './suiteTasks.js'
import type { ChosenTask, LoadTask } from './taskEntry.js'
import { isModelTask } from './modelTask.js'

/** Options of `simulator`. */
export interface SimulatorOptions {
  /**
   * The random number generator of its resets, until `reset(seed)` replaces it. Snapshots hold its place if it can save one, as those
   * of `seeded` can.
   */
  readonly random: Random
  /** Options of the task itself, by name; `taskFields(id)` describes them. The default is {}: the published task. */
  readonly taskOptions?: Values
}

const table = {
  ...classicTasks,
  ...gymnasiumTasks,
  ...suiteTasks,
} satisfies Readonly<Record<string, LoadTask>>

/** The id of a task. */
export type TaskId = keyof typeof table

/** The type of each task's simulator, by its id. */
export type SimulatorById = {
  readonly [Id in TaskId]: (typeof table)[Id] extends LoadTask<infer Opened> ? Opened : never
}

/** The type of the simulator of an id: a `SavableSimulator` for an id that the compiler does not know. */
export type SimulatorFor<Id extends string> = Id extends TaskId ? SimulatorById[Id] : SavableSimulator

/** The ids of all tasks. */
export const taskIds = Object.keys(table) as readonly TaskId[]

const isTaskId = (id: unknown): id is TaskId => typeof id === 'string' && Object.hasOwn(table, id)

/** The codec of the id of a task. */
export const taskId: Codec<TaskId> & Names = Object.assign(guarded('a task (rivulet tasks lists them)', isTaskId), {
  known: taskIds,
})

/** The codec of the id of a task: one of the table, or `mjcf:<path>`. */
export const taskOrModel: Codec<string> & Names = Object.assign(
  guarded(taskId.name, (input): input is string => isTaskId(input) || isModelTask(input)),
  { known: taskIds },
)

/** The function that loads a task; throws a RangeError that names the nearest id if there is no such task. */
const loaderOf = (caller: string, id: string): LoadTask => {
  if (isTaskId(id)) return table[id]
  if (isModelTask(id)) return async () => (await import('./userModels/modelEntry.js')).modelEntry(id)
  const nearest = nearestName(id, taskIds)
  throw new RangeError(
    `${caller}: expected a known task (taskIds lists them), got '${id}'` +
      (nearest === null ? '' : `; nearest: ${nearest}`),
  )
}

/**
 * The options of a task, by name: which values each takes, its default and its meaning. The task is loaded, but not opened.
 *
 * Fails: rejects with a RangeError that names the nearest id when there is no such task.
 */
export const taskFields = async (id: string): Promise<SettingFields> => (await loaderOf('taskFields', id)()).fields

/** Reads options of a task: those that are left out have their defaults. */
export const decodeTaskOptions = (fields: SettingFields, options: Values): Either<readonly Failure[], Values> => {
  const decoded = decode(closed({}, codecsOf(fields)))(options)
  return map((values: Values): Values => ({ ...defaultsOf(fields), ...values }))(decoded)
}

/** The options that differ from their defaults. */
const changedOptions = (fields: SettingFields, options: Values): Values =>
  Object.fromEntries(
    Object.entries(options).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(fields[name].default)),
  )

/** A task with options; its spec has those that differ from their defaults. */
const chosenTask = async (caller: string, id: string, given: Values): Promise<ChosenTask> => {
  const { fields, choose } = await loaderOf(caller, id)()
  const decoded = decodeTaskOptions(fields, given)
  if (isLeft(decoded)) throw new RangeError(`${caller}: ${id}: taskOptions: ${renderFailure(decoded.left[0])}`)
  const taskOptions = changedOptions(fields, decoded.right)
  const published = choose(decoded.right)
  if (Object.keys(taskOptions).length === 0) return published
  const spec = { ...published.spec, taskOptions }
  return { spec, open: async (random) => ({ ...(await published.open(random)), spec }) }
}

/**
 * The spec of a task, with options of its own, `taskFields(id)`; by default those of the published task. The task is loaded, but not opened.
 *
 * Fails: rejects with a RangeError that names the nearest id when there is no such task, and the nearest option when there is no such option.
 */
export const taskSpec = async (id: string, taskOptions: Values = {}): Promise<Spec> =>
  (await chosenTask('taskSpec', id, taskOptions)).spec

/**
 * The task of an id on MuJoCo with its published options: its model and rules; null for a task without MuJoCo.
 *
 * Fails: rejects with a RangeError that names the nearest id when there is no such task.
 */
export const mujocoTaskOf = async (id: string): Promise<AnyMujocoTask | null> =>
  (await chosenTask('mujocoTaskOf', id, {})).mujoco ?? null

/**
 * Opens the simulator of a task: plain functions, no Rx.
 *
 *     const world = await simulator('Hopper-v5', { random, taskOptions: { healthyZRange: [0.8, 'none'] } })
 *
 * Every simulator here has a `setState` as well, whose type follows from the id.
 *
 * Fails: rejects with a RangeError that names the nearest id when there is no such task, and the nearest option when there is no such option,
 * and with a TypeError without a `random`.
 */
export const simulator = async <const Id extends string>(
  id: Id,
  options: SimulatorOptions,
): Promise<SimulatorFor<Id>> => {
  const { random, taskOptions = {} } = (options as SimulatorOptions | undefined) ?? ({} as SimulatorOptions)
  const task = await chosenTask('simulator', id, taskOptions)
  checkRandom('simulator', 'random', random, 'environment')
  return (await task.open(random)) as SimulatorFor<Id>
}
