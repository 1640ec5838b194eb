/** The tasks of Rivulet, by id. A task is loaded when its spec or simulator is requested, and MuJoCo when one of its tasks is opened. */
import { type Either, isLeft, map } from 'fp-ts/lib/Either.js'
import { type Codec, closed, guarded } from '../edge/codecs.js'
import { decode, type Failure, type Names, nearestName, renderFailure } from '../edge/decode.js'
import { codecsOf, defaultsOf, type SettingFields, type Values, type ValuesOf } from '../edge/settings.js'
import { checkRandom } from '../random.js'
import type { Random, SavableSimulator, Spec } from '../types.js'
import type { AnyMujocoTask, Robot, Version } from './gymnasium/robot.js'
import type { MujocoSimulator } from './mujoco/types.js'
import type { ClassicSimulator } from './classic/classicSimulator.js'
import type { DotState } from './classic/dot.js'
import type { DotReacherVariant } from './classic/dotReacher.js'
import type { DotSeekerState } from './classic/dotSeeker.js'
import type { MountainCarSimulator } from './classic/mountainCar.js'
import type { PendulumSimulator } from './classic/pendulum.js'

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

/** The ids of the tasks of Gymnasium's on MuJoCo. */
const mujocoIds = [
  'Hopper-v4',
  'Hopper-v5',
  'HalfCheetah-v4',
  'HalfCheetah-v5',
  'Walker2d-v4',
  'Walker2d-v5',
  'Ant-v4',
  'Ant-v5',
  'Humanoid-v4',
  'Humanoid-v5',
  'HumanoidStandup-v4',
  'HumanoidStandup-v5',
  'Swimmer-v4',
  'Swimmer-v5',
  'Reacher-v4',
  'Reacher-v5',
  'InvertedPendulum-v4',
  'InvertedPendulum-v5',
  'InvertedDoublePendulum-v4',
  'InvertedDoublePendulum-v5',
  'Pusher-v5',
] as const

/** The types of the simulators of tasks without MuJoCo. */
export interface ClassicById {
  readonly 'Pendulum-v1': PendulumSimulator
  readonly 'MountainCarContinuous-v0': MountainCarSimulator
  readonly 'DotReacher-easy': ClassicSimulator<DotState>
  readonly 'DotReacher-hard': ClassicSimulator<DotState>
  readonly DotSeeker: ClassicSimulator<DotSeekerState>
}

/** The type of each task's simulator, by its id. */
export type SimulatorById = ClassicById & { readonly [Id in (typeof mujocoIds)[number]]: MujocoSimulator }

/** The id of a task. */
export type TaskId = keyof SimulatorById

/** The type of the simulator of an id: a `SavableSimulator` for an id that the compiler does not know. */
export type SimulatorFor<Id extends string> = Id extends TaskId ? SimulatorById[Id] : SavableSimulator

/** A task with its options. */
interface ChosenTask<Opened extends SavableSimulator> {
  readonly spec: Spec
  open(random: Random): Promise<Opened>
}

/** A task that is loaded. */
interface TaskEntry<Opened extends SavableSimulator> {
  readonly fields: SettingFields
  /** The task with these options, all of which are there and decoded. */
  choose(options: Values): ChosenTask<Opened>
}

/** Loads a task. Each import has a literal file name, so that bundlers find it. */
type LoadTask<Opened extends SavableSimulator> = () => Promise<TaskEntry<Opened>>

/** A task without MuJoCo. */
const classic = <F extends SettingFields, Opened extends SavableSimulator>(
  fields: F,
  spec: Spec,
  open: (options: ValuesOf<F>, random: Random) => Opened,
): TaskEntry<Opened> => ({
  fields,
  // `taskFields` are the codecs by which these options were decoded.
  choose: (options) => ({ spec, open: async (random) => open(options as ValuesOf<F>, random) }),
})

const dotReacher =
  (variant: DotReacherVariant): LoadTask<ClassicSimulator<DotState>> =>
  async () => {
    const { dotReacher: open, dotReacherFields, dotReacherSpec } = await import('./classic/dotReacher.js')
    return classic(dotReacherFields, dotReacherSpec(variant), (options, random) => open(variant, { random }, options))
  }

const chosenMujoco = (task: AnyMujocoTask): ChosenTask<MujocoSimulator> => ({
  spec: task.spec,
  open: async (random) => (await import('./mujoco/mujocoSimulator.js')).mujocoSimulator(task, { random }),
})

/** A robot of Gymnasium's by its version. */
const gymnasium =
  (load: () => Promise<Robot>) =>
  (version: Version): LoadTask<MujocoSimulator> =>
  async () => {
    const [robot, { fieldsOf, robotTask }] = await Promise.all([load(), import('./gymnasium/robot.js')])
    return {
      fields: fieldsOf(robot, version),
      choose: (options) => chosenMujoco(robotTask(robot, version, options)),
    }
  }

const hopper = gymnasium(async () => (await import('./gymnasium/hopper.js')).hopper)
const halfCheetah = gymnasium(async () => (await import('./gymnasium/halfCheetah.js')).halfCheetah)
const walker2d = gymnasium(async () => (await import('./gymnasium/walker2d.js')).walker2d)
const ant = gymnasium(async () => (await import('./gymnasium/ant.js')).ant)
const humanoid = gymnasium(async () => (await import('./gymnasium/humanoid.js')).humanoid)
const humanoidStandup = gymnasium(async () => (await import('./gymnasium/humanoidStandup.js')).humanoidStandup)
const swimmer = gymnasium(async () => (await import('./gymnasium/swimmer.js')).swimmer)
const reacher = gymnasium(async () => (await import('./gymnasium/reacher.js')).reacher)
const invertedPendulum = gymnasium(async () => (await import('./gymnasium/invertedPendulum.js')).invertedPendulum)
const invertedDoublePendulum = gymnasium(
  async () => (await import('./gymnasium/invertedDoublePendulum.js')).invertedDoublePendulum,
)
const pusher = gymnasium(async () => (await import('./gymnasium/pusher.js')).pusher)

const table: { readonly [Id in TaskId]: LoadTask<SimulatorById[Id]> } = {
  'Pendulum-v1': async () => {
    const { pendulum, pendulumFields, pendulumSpec } = await import('./classic/pendulum.js')
    return classic(pendulumFields, pendulumSpec, (options, random) => pendulum({ random }, options))
  },
  'MountainCarContinuous-v0': async () => {
    const { mountainCar, mountainCarFields, mountainCarSpec } = await import('./classic/mountainCar.js')
    return classic(mountainCarFields, mountainCarSpec, (options, random) => mountainCar({ random }, options))
  },
  'DotReacher-easy': dotReacher('easy'),
  'DotReacher-hard': dotReacher('hard'),
  DotSeeker: async () => {
    const { dotSeeker, dotSeekerFields, dotSeekerSpec } = await import('./classic/dotSeeker.js')
    return classic(dotSeekerFields, dotSeekerSpec, (options, random) => dotSeeker({ random }, options))
  },
  'Hopper-v4': hopper('v4'),
  'Hopper-v5': hopper('v5'),
  'HalfCheetah-v4': halfCheetah('v4'),
  'HalfCheetah-v5': halfCheetah('v5'),
  'Walker2d-v4': walker2d('v4'),
  'Walker2d-v5': walker2d('v5'),
  'Ant-v4': ant('v4'),
  'Ant-v5': ant('v5'),
  'Humanoid-v4': humanoid('v4'),
  'Humanoid-v5': humanoid('v5'),
  'HumanoidStandup-v4': humanoidStandup('v4'),
  'HumanoidStandup-v5': humanoidStandup('v5'),
  'Swimmer-v4': swimmer('v4'),
  'Swimmer-v5': swimmer('v5'),
  'Reacher-v4': reacher('v4'),
  'Reacher-v5': reacher('v5'),
  'InvertedPendulum-v4': invertedPendulum('v4'),
  'InvertedPendulum-v5': invertedPendulum('v5'),
  'InvertedDoublePendulum-v4': invertedDoublePendulum('v4'),
  'InvertedDoublePendulum-v5': invertedDoublePendulum('v5'),
  'Pusher-v5': pusher('v5'),
}

/** The ids of all tasks. */
export const taskIds = Object.keys(table) as readonly TaskId[]

const isTaskId = (id: unknown): id is TaskId => typeof id === 'string' && Object.hasOwn(table, id)

/** The codec of the id of a task. */
export const taskId: Codec<TaskId> & Names = Object.assign(guarded('a task (rivulet tasks lists them)', isTaskId), {
  known: taskIds,
})

/** The function that loads a task; throws a RangeError that names the nearest id if there is no such task. */
const loaderOf = (caller: string, id: string): LoadTask<SavableSimulator> => {
  if (isTaskId(id)) return table[id]
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
const chosenTask = async (caller: string, id: string, given: Values): Promise<ChosenTask<SavableSimulator>> => {
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
