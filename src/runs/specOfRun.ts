/** The spec of a run's task, before its world is opened. Python, where the task needs it, is started for that. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { Failure } from '../edge/decode.js'
import type { Values } from '../edge/settings.js'
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
 * The spec of a run's task with the run's options of the task.
 *
 * Fails: a failure for each option that the task does not take, and for an environment that Python cannot open.
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
  const decoded = decodeTaskOptions(await taskFields(task), taskOptions)
  if (isLeft(decoded)) return left(decoded.left.map((each) => ({ ...each, path: `taskOptions.${each.path}` })))
  return right(await taskSpec(task, taskOptions))
}
