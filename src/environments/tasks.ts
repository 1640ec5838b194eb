/** The tasks that Rivulet knows, by id. MuJoCo is loaded only when one of its tasks is opened. */
import { nearestName } from '../edge/decode.js'
import { checkRandom } from '../random.js'
import type { Random, Simulator, Spec } from '../types.js'
import { halfCheetah } from './gymnasium/halfCheetah.js'
import { hopper } from './gymnasium/hopper.js'
import { mujocoSimulator } from './mujoco/mujocoSimulator.js'
import type { MujocoTask } from './mujoco/task.js'
import type { MujocoSimulator } from './mujoco/types.js'
import { type PendulumSimulator, pendulum, pendulumSpec } from './pendulum.js'

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

const onMujoco = (task: MujocoTask): Entry<MujocoSimulator> => ({
  spec: task.spec,
  open: (options) => mujocoSimulator(task, options),
})

const entries: { readonly [Id in TaskId]: Entry<SimulatorById[Id]> } = {
  'Pendulum-v1': { spec: pendulumSpec, open: async (options) => pendulum(options) },
  'Hopper-v4': onMujoco(hopper('v4')),
  'Hopper-v5': onMujoco(hopper('v5')),
  'HalfCheetah-v4': onMujoco(halfCheetah('v4')),
  'HalfCheetah-v5': onMujoco(halfCheetah('v5')),
}

/** The spec of every known task, named by its id. */
export const tasks: readonly Spec[] = Object.values(entries).map(({ spec }) => spec)

/** The ids of all tasks. */
export const taskIds = Object.keys(entries) as readonly TaskId[]

/** The spec of a task. */
export const taskSpec = async (id: TaskId): Promise<Spec> => entries[id].spec

const isTaskId = (id: string): id is TaskId => Object.hasOwn(entries, id)

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
  if (!isTaskId(id)) {
    const ids = tasks.map(({ name }) => name)
    const nearest = nearestName(id, ids)
    throw new RangeError(
      `simulator: expected a known task (${ids.join(', ')}), got '${id}'` +
        (nearest === null ? '' : `; nearest: ${nearest}`),
    )
  }
  checkRandom('simulator', 'random', (options as SimulatorOptions | undefined)?.random, 'environment')
  return (await entries[id].open(options)) as SimulatorFor<Id>
}
