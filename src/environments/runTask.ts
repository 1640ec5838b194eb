/**
 * The tasks of a run: those of Rivulet, models in files, those of robots, and environments of Gymnasium in a Python process, the latter by ids
 * with a prefix.
 */
import { type Codec, guarded } from '../edge/codecs.js'
import { type Failure, type Names, printable } from '../edge/decode.js'
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

/** The task of a robot by its id, in capital or small letters, as `rivulet robot` takes it; null if this is none. */
export const robotTaskNamed = (word: unknown): RobotTaskId | null =>
  robotTaskIds.find((id) => typeof word === 'string' && id.toLowerCase() === word.toLowerCase()) ?? null

/** Refuses each task of a robot where a simulator is needed. */
export const robotTaskFailures = (path: string, words: readonly unknown[]): readonly Failure[] =>
  words.flatMap((word) => {
    const id = robotTaskNamed(word)
    if (id === null) return []
    const expected = `a task that needs no robot ('rivulet ${robotWords(id)}' runs this one)`
    return [{ path, expected, got: printable(word), nearest: null }]
  })

/** The codec of the task of a run. Whether a model in a file or an environment in Python exists is seen when it is opened. */
export const runTask: Codec<string> & Names = Object.assign(
  guarded(
    taskId.name,
    (input): input is string => taskOrModel.is(input) || isGymnasiumTask(input) || isRobotTask(input),
  ),
  { known: taskIds },
)

/** The codec of a task in a list of several, in which tasks of robots are refused by `robotTaskFailures`, however they are written. */
export const listedTask: Codec<string> & Names = Object.assign(
  guarded(runTask.name, (input): input is string => runTask.is(input) || robotTaskNamed(input) !== null),
  { known: taskIds },
)
