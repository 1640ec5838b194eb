/** What the tables of tasks hold: for each id the function that loads its task. */
import type { SettingFields, Values } from '../edge/settings.js'
import type { Random, Simulator, Spec } from '../types.js'
import type { AnyMujocoTask } from './gymnasium/robot.js'
import type { MujocoSimulator } from './mujoco/types.js'

/** A task with its options. */
export interface ChosenTask<Opened extends Simulator = Simulator> {
  readonly spec: Spec
  /** The task on MuJoCo; left out where it is none. */
  readonly mujoco?: AnyMujocoTask
  open(random: Random): Promise<Opened>
}

/** A task that is loaded. */
export interface TaskEntry<Opened extends Simulator = Simulator> {
  /** Its options, by name. */
  readonly fields: SettingFields
  /** The task with these options, all of which are there and decoded by the codecs of the fields. */
  choose(options: Values): ChosenTask<Opened>
}

/** Loads a task. Each import in it has a literal file name, so that bundlers find it. */
export type LoadTask<Opened extends Simulator = Simulator> = () => Promise<TaskEntry<Opened>>

/** A task on MuJoCo, which is loaded when the task is opened. */
export const mujocoEntry = (
  fields: SettingFields,
  taskOf: (options: Values) => AnyMujocoTask,
): TaskEntry<MujocoSimulator> => ({
  fields,
  choose: (options) => {
    const task = taskOf(options)
    return {
      spec: task.spec,
      mujoco: task,
      open: async (random) => (await import('./mujoco/mujocoSimulator.js')).mujocoSimulator(task, { random }),
    }
  },
})
