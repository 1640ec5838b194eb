/** The world of a run: a simulator of Rivulet's, or an environment of Gymnasium in a Python process. */
import type { SimulatedDriver } from '../drivers/drive.js'
import { evaluationWorld } from '../drivers/evaluationWorld.js'
import { simulate } from '../drivers/simulate.js'
import { gymnasiumId, isGymnasiumTask } from '../environments/runTask.js'
import { seeded } from '../random.js'
import type { Values } from '../edge/settings.js'
import type { Driver, Random, Spec } from '../types.js'
import { inPython, type WorldOptions } from './specOfRun.js'

/** A world of a run. That of a simulator can be saved. */
export type RunWorld = Driver | SimulatedDriver

/** Whether the state of a world can be saved. */
export const canBeSaved = (world: RunWorld): world is SimulatedDriver => 'snapshot' in world

/** Opens an environment in Python, whose driver is loaded for that alone. */
const openInPython = async (task: string, random: Random, taskOptions: Values | undefined, world: WorldOptions) => {
  const { gymnasium } = await import('../drivers/gymnasium/gymnasium.js')
  return gymnasium(gymnasiumId(task), { random, ...inPython(world, taskOptions) })
}

/** Opens the world of a run. */
export const openRunWorld = (
  { name, taskOptions }: Spec,
  random: Random,
  world: WorldOptions = {},
): Promise<RunWorld> =>
  isGymnasiumTask(name)
    ? openInPython(name, random, taskOptions, world)
    : simulate(name, { random, ...(taskOptions && { taskOptions }) })

/** Opens a world whose k-th episode begins in the same way for the same seed. */
export const openEvaluationWorld = (
  { name, taskOptions }: Spec,
  seed: number,
  world: WorldOptions = {},
): Promise<RunWorld> =>
  isGymnasiumTask(name)
    ? openInPython(name, seeded(seed)('episodes'), taskOptions, world)
    : evaluationWorld(name, seed, taskOptions && { taskOptions })
