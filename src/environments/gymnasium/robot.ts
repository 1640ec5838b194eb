/** A robot of Gymnasium's: a task in several versions, with its options. */
import { defaultsOf, type SettingFields, type ValuesOf } from '../../edge/settings.js'
import type { DataArray, MovableArray } from '../mujoco/arrays.js'
import type { MujocoTask } from '../mujoco/task.js'

/** A version of Gymnasium's tasks on MuJoCo: papers report v4, and v5 is the current one. */
export type Version = 'v4' | 'v5'

/** A task with any arrays. */
export type AnyMujocoTask = MujocoTask<DataArray, MovableArray>

/** A robot and its task, in the versions that Gymnasium has of it. */
export interface Robot<F extends SettingFields = SettingFields, T extends AnyMujocoTask = AnyMujocoTask> {
  /** The id of its task, without the version. */
  readonly name: string
  /** All options of its versions, by Gymnasium's names in this project's spelling; where a version lacks one, it has the default. */
  readonly fields: F
  /** The options that a version lacks. */
  readonly absent: Readonly<Record<Version, readonly (keyof F)[]>>
  task(version: Version, options: ValuesOf<F>): T
}

/** The type of a robot by the options that it is made with. */
export const robot = <F extends SettingFields, T extends AnyMujocoTask>(made: Robot<F, T>): Robot<F, T> => made

/** The options of one version. */
export const fieldsOf = ({ fields, absent }: Robot, version: Version): SettingFields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !absent[version].includes(name)))

/** The task of a robot; options that are left out have their defaults. */
export const robotTask = <F extends SettingFields, T extends AnyMujocoTask>(
  { fields, task }: Robot<F, T>,
  version: Version,
  options: Partial<ValuesOf<F>> = {},
): T => task(version, { ...defaultsOf(fields), ...options })
