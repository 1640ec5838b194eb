/** What the tables of tasks hold: for each id the function that loads its task. */
import type { SettingFields, Values } from '../edge/settings.js'
import type { Random, SavableSimulator, Spec } from '../types.js'
import type { AnyMujocoTask } from './gymnasium/robot.js'
import type { MujocoSimulator } from './mujoco/types.js'

/** A task with its options. */
export interface ChosenTask<Opened extends SavableSimulator = SavableSimulator> {
  readonly spec: Spec
  /** The task on MuJoCo; left out where it is none. */
  readonly mujoco?: AnyMujocoTask
  open(random: Random): Promise<Opened>
}

/** A task that is loaded. */
export interface TaskEntry<Opened extends SavableSimulator = SavableSimulator> {
  /** Its options, by name. */
  readonly fields: SettingFields
  /** The task with these options, all of which are there and decoded by the codecs of the fields. */
  choose(options: Values): ChosenTask<Opened>
}

/** Loads a task. Each import in it has a literal file name, so that bundlers find it. */
export type LoadTask<Opened extends SavableSimulator = SavableSimulator> = () => Promise<TaskEntry<Opened>>

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
