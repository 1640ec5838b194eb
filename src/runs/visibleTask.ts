/** Tasks that can be seen: those on MuJoCo. */
import { isModelTask } from '../environments/modelTask.js'
import { mujocoTaskOf, simulator, taskId, taskIds } from '../environments/tasks.js'
import type { MujocoSimulator } from '../environments/mujoco/types.js'
import type { VisibleScene } from '../environments/mujoco/visibleScene.js'
import { seeded } from '../random.js'
import type { SavableSimulator, Spec } from '../types.js'

/** A simulator with its scene. */
export interface VisibleSimulator {
  readonly simulator: SavableSimulator
  readonly scene: VisibleScene
}

/** The scene of a simulator; null if it has none. */
export const sceneOf = (simulator: SavableSimulator): VisibleScene | null =>
  'visible' in simulator ? (simulator as MujocoSimulator).visible() : null

/** Whether a task, by its id, has a scene. A model in a file has one, if it can be opened. */
export const hasScene = async (id: string): Promise<boolean> =>
  isModelTask(id) || (taskId.is(id) && (await mujocoTaskOf(id)) !== null)

/** The ids of the tasks that have no scene. */
export const tasksWithoutScene = async (): Promise<readonly string[]> => {
  const seen = await Promise.all(taskIds.map(hasScene))
  return taskIds.filter((_, i) => !seen[i])
}

/**
 * Opens the simulator of a task that has a scene.
 *
 * Fails: rejects with a RangeError for a task without one.
 */
export const openVisible = async ({ name, taskOptions }: Spec, seed: number): Promise<VisibleSimulator> => {
  const opened = await simulator(name, { random: seeded(seed)('environment'), ...(taskOptions && { taskOptions }) })
  const scene = sceneOf(opened)
  if (scene !== null) return { simulator: opened, scene }
  opened.close()
  throw new RangeError(`${name}: expected a task on MuJoCo, which has a scene`)
}
