/**
 * The tasks of a run: those of Rivulet, models in files, those of robots, and environments of Gymnasium in a Python process, the latter by ids
 * with a prefix.
 */
import { type Codec, guarded } from '../edge/codecs.js'
import type { Names } from '../edge/decode.js'
import { taskId, taskIds, taskOrModel } from './tasks.js'

/** The beginning of the ids of environments in Python. */
export const gymnasiumPrefix = 'gymnasium:'

/** Whether this is the id of an environment in Python, such as `gymnasium:Pendulum-v1`. */
export const isGymnasiumTask = (id: unknown): id is string =>
  typeof id === 'string' && id.startsWith(gymnasiumPrefix) && id.length > gymnasiumPrefix.length

/** The id of an environment as Gymnasium knows it. */
export const gymnasiumId = (task: string): string => task.slice(gymnasiumPrefix.length)

/** The id by which the settings that were published for a task are found: that of Gymnasium, also where it runs in Python. */
export const publishedId = (task: string): string => (isGymnasiumTask(task) ? gymnasiumId(task) : task)

/** The ids of the tasks of robots, which `rivulet robot` runs. */
export const robotTaskIds = ['Create-Mover', 'Create-Docker', 'UR-Reacher-2'] as const

/** The id of a task of a robot. */
export type RobotTaskId = (typeof robotTaskIds)[number]

/** Whether this is the id of a task of a robot. */
export const isRobotTask = (id: unknown): id is RobotTaskId => robotTaskIds.some((each) => each === id)

/** The robot of a task. */
export const robotOfTask = (id: RobotTaskId): 'create2' | 'ur5' => (id === 'UR-Reacher-2' ? 'ur5' : 'create2')

/** The words of the command that runs a task on its robot, without `rivulet`. */
export const robotWords = (id: RobotTaskId): string =>
  `robot ${id.toLowerCase()} ${robotOfTask(id) === 'ur5' ? '--host <address>' : '--port <path>'}`

/** The codec of the task of a run. Whether a model in a file or an environment in Python exists is seen when it is opened. */
export const runTask: Codec<string> & Names = Object.assign(
  guarded(
    taskId.name,
    (input): input is string => taskOrModel.is(input) || isGymnasiumTask(input) || isRobotTask(input),
  ),
  { known: taskIds },
)
