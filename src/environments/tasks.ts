/** The tasks that Rivulet knows, by id. Each is loaded when it is asked for, and MuJoCo when one of its tasks is opened. */
import { nearestName } from '../edge/decode.js'
import { checkRandom } from '../random.js'
import type { Random, Simulator, Spec } from '../types.js'
import type { Version } from './gymnasium/version.js'
import type { MujocoTask } from './mujoco/task.js'
import type { MujocoSimulator } from './mujoco/types.js'
import type { PendulumSimulator } from './pendulum.js'

/** How a simulator is opened. */
export interface SimulatorOptions {
  /** The random numbers behind its resets, until `reset(seed)` replaces it. Snapshots hold its place if it can save one, as all of ours can. */
  readonly random: Random
}

/** Each task's kind of simulator, by its id. */
export interface SimulatorById {
  'Pendulum-v1': PendulumSimulator
  'Hopper-v4': MujocoSimulator
  'Hopper-v5': MujocoSimulator
  'HalfCheetah-v4': MujocoSimulator
  'HalfCheetah-v5': MujocoSimulator
}

/** An id that `simulator` knows. */
export type TaskId = keyof SimulatorById

/** What `simulator` opens for an id: a plain `Simulator` for one that is not known while compiling. */
export type SimulatorFor<Id extends string> = Id extends TaskId ? SimulatorById[Id] : Simulator

interface Entry<Opened extends Simulator> {
  readonly spec: Spec
  readonly open: (options: SimulatorOptions) => Promise<Opened>
}

/** Loads a task. A bundler has to find the import written out, with the name of its file. */
type Load<Opened extends Simulator> = () => Promise<Entry<Opened>>

const onMujoco =
  (load: () => Promise<MujocoTask>): Load<MujocoSimulator> =>
  async () => {
    const task = await load()
    return {
      spec: task.spec,
      open: async (options) => (await import('./mujoco/mujocoSimulator.js')).mujocoSimulator(task, options),
    }
  }

const hopper = (version: Version) => onMujoco(async () => (await import('./gymnasium/hopper.js')).hopper(version))
const halfCheetah = (version: Version) =>
  onMujoco(async () => (await import('./gymnasium/halfCheetah.js')).halfCheetah(version))

const table: { readonly [Id in TaskId]: Load<SimulatorById[Id]> } = {
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

/** How a task is loaded; throws, naming the nearest, where there is none of this id. */
const loadOf = (caller: string, id: string): Load<Simulator> => {
  if (isTaskId(id)) return table[id]
  const nearest = nearestName(id, taskIds)
  throw new RangeError(
    `${caller}: expected a known task (${taskIds.join(', ')}), got '${id}'` +
      (nearest === null ? '' : `; nearest: ${nearest}`),
  )
}

/**
 * The spec of a task, which is loaded for that and not opened.
 *
 * Fails: rejects with a RangeError that names the nearest id when there is no such task.
 */
export const taskSpec = async (id: string): Promise<Spec> => (await loadOf('taskSpec', id)()).spec

/**
 * Opens the simulator of a task: plain functions, no Rx.
 *
 * Every simulator here has `setState` as well, of its own kind, known to the compiler from the id.
 *
 * Fails: rejects with a RangeError that names the nearest id when there is no such task, and with a TypeError without a `random`.
 */
export const simulator = async <const Id extends string>(
  id: Id,
  options: SimulatorOptions,
): Promise<SimulatorFor<Id>> => {
  const load = loadOf('simulator', id)
  checkRandom('simulator', 'random', (options as SimulatorOptions | undefined)?.random, 'environment')
  return (await (await load()).open(options)) as SimulatorFor<Id>
}
