/** The tasks of Rivulet, by id. A task is loaded when its spec or simulator is requested, and MuJoCo when one of its tasks is opened. */
import { nearestName } from '../edge/decode.js'
import { checkRandom } from '../random.js'
import type { Random, Simulator, Spec } from '../types.js'
import type { Version } from './gymnasium/version.js'
import type { MujocoTask } from './mujoco/task.js'
import type { MujocoSimulator } from './mujoco/types.js'
import type { PendulumSimulator } from './pendulum.js'

/** Options of `simulator`. */
export interface SimulatorOptions {
  /**
   * The random number generator of its resets, until `reset(seed)` replaces it. Snapshots hold its place if it can save one, as those
   * of `seeded` can.
   */
  readonly random: Random
}

/** The type of each task's simulator, by its id. */
export interface SimulatorById {
  'Pendulum-v1': PendulumSimulator
  'Hopper-v4': MujocoSimulator
  'Hopper-v5': MujocoSimulator
  'HalfCheetah-v4': MujocoSimulator
  'HalfCheetah-v5': MujocoSimulator
}

/** The id of a task. */
export type TaskId = keyof SimulatorById

/** The type of the simulator of an id: a plain `Simulator` for an id that the compiler does not know. */
export type SimulatorFor<Id extends string> = Id extends TaskId ? SimulatorById[Id] : Simulator

interface TaskEntry<Opened extends Simulator> {
  readonly spec: Spec
  readonly open: (options: SimulatorOptions) => Promise<Opened>
}

/** Loads a task. Each import has a literal file name, so that bundlers find it. */
type LoadTask<Opened extends Simulator> = () => Promise<TaskEntry<Opened>>

const mujocoTask =
  (load: () => Promise<MujocoTask>): LoadTask<MujocoSimulator> =>
  async () => {
    const task = await load()
    return {
      spec: task.spec,
      open: async (options) => (await import('./mujoco/mujocoSimulator.js')).mujocoSimulator(task, options),
    }
  }

const hopper = (version: Version) => mujocoTask(async () => (await import('./gymnasium/hopper.js')).hopper(version))
const halfCheetah = (version: Version) =>
  mujocoTask(async () => (await import('./gymnasium/halfCheetah.js')).halfCheetah(version))

const table: { readonly [Id in TaskId]: LoadTask<SimulatorById[Id]> } = {
  'Pendulum-v1': async () => {
    const { pendulum, pendulumSpec } = await import('./pendulum.js')
    return { spec: pendulumSpec, open: async (options) => pendulum(options) }
  },
  'Hopper-v4': hopper('v4'),
  'Hopper-v5': hopper('v5'),
  'HalfCheetah-v4': halfCheetah('v4'),
  'HalfCheetah-v5': halfCheetah('v5'),
}

/** The ids of all tasks. */
export const taskIds = Object.keys(table) as readonly TaskId[]

const isTaskId = (id: string): id is TaskId => Object.hasOwn(table, id)

/** The function that loads a task; throws a RangeError that names the nearest id if there is no such task. */
const loaderOf = (caller: string, id: string): LoadTask<Simulator> => {
  if (isTaskId(id)) return table[id]
  const nearest = nearestName(id, taskIds)
  throw new RangeError(
    `${caller}: expected a known task (${taskIds.join(', ')}), got '${id}'` +
      (nearest === null ? '' : `; nearest: ${nearest}`),
  )
}

/**
 * The spec of a task. The task is loaded, but not opened.
 *
 * Fails: rejects with a RangeError that names the nearest id when there is no such task.
 */
export const taskSpec = async (id: string): Promise<Spec> => (await loaderOf('taskSpec', id)()).spec

/**
 * Opens the simulator of a task: plain functions, no Rx.
 *
 * Every simulator here has a `setState` as well, whose type follows from the id.
 *
 * Fails: rejects with a RangeError that names the nearest id when there is no such task, and with a TypeError without a `random`.
 */
export const simulator = async <const Id extends string>(
  id: Id,
  options: SimulatorOptions,
): Promise<SimulatorFor<Id>> => {
  const load = loaderOf('simulator', id)
  checkRandom('simulator', 'random', (options as SimulatorOptions | undefined)?.random, 'environment')
  return (await (await load()).open(options)) as SimulatorFor<Id>
}
