/** The spec of a run's task, before its world is opened. Python, where the task needs it, is started for that. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { Failure } from '../edge/decode.js'
import type { SettingFields, Values } from '../edge/settings.js'
import { gymnasiumId, isGymnasiumTask, isRobotTask } from '../environments/runTask.js'
import { decodeTaskOptions, taskFields, taskSpec } from '../environments/tasks.js'
import { reason } from '../failure.js'
import type { Spec } from '../types.js'

/** What a world is opened with, beside its spec. */
export interface WorldOptions {
  /** The Python of an environment of Gymnasium. The default is `python3`. */
  readonly python?: string
}

/** How a process of Python is opened. The environment may print what it likes: the standard output is that of the command. */
export const inPython = ({ python }: WorldOptions, taskOptions: Values | undefined) => ({
  ...(taskOptions && { taskOptions }),
  output: 'stderr' as const,
  ...(python === undefined ? {} : { python }),
})

/** The line that a run's task is refused with. */
const refused = (line: string): readonly Failure[] => [{ path: 'task', expected: '', got: '', nearest: null, line }]

/**
 * The options of a run's task, which is not one in Python.
 *
 * Fails: a failure for a model in a file that cannot be read or does not compile.
 */
export const fieldsOfTask = async (task: string): Promise<Either<readonly Failure[], SettingFields>> => {
  try {
    return right(await taskFields(task))
  } catch (error) {
    return left(refused(reason(error)))
  }
}

/**
 * The spec of a run's task with the run's options of the task.
 *
 * Fails: a failure for each option that the task does not take, for an environment that Python cannot open, and for a model in a file that
 * cannot be read or does not compile, and for an option that the task needs and does not get.
 */
export const specOfRun = async (
  task: string,
  taskOptions: Values = {},
  world: WorldOptions = {},
): Promise<Either<readonly Failure[], Spec>> => {
  if (isGymnasiumTask(task)) {
    try {
      const { gymnasiumSpec } = await import('../drivers/gymnasium/gymnasium.js')
      return right(await gymnasiumSpec(gymnasiumId(task), inPython(world, taskOptions)))
    } catch (error) {
      return left(refused(reason(error)))
    }
  }
  if (isRobotTask(task)) {
    const { robotTaskSpec } = await import('./robotWorld.js')
    return right(robotTaskSpec(task))
  }
  const fields = await fieldsOfTask(task)
  if (isLeft(fields)) return fields
  const decoded = decodeTaskOptions(fields.right, taskOptions)
  if (isLeft(decoded)) return left(decoded.left.map((each) => ({ ...each, path: `taskOptions.${each.path}` })))
  const lacking = Object.entries(fields.right).find(([name, { needed }]) => needed && taskOptions[name] === undefined)
  if (lacking !== undefined) {
    const [name, { codec }] = lacking
    return left(refused(`${task}: expected --task-option ${name}=...: ${codec.name}; got nothing`))
  }
  return right(await taskSpec(task, taskOptions))
}
