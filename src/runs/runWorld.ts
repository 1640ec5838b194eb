/** The world of a run: a simulator of Rivulet's, or an environment of Gymnasium in a Python process. */
import { drive, type SimulatedDriver } from '../drivers/drive.js'
import { evaluationWorld } from '../drivers/evaluationWorld.js'
import { simulator } from '../environments/tasks.js'
import { gymnasiumId, isGymnasiumTask } from '../environments/runTask.js'
import { seeded } from '../random.js'
import type { Values } from '../edge/settings.js'
import type { Driver, Random, SavableSimulator, Spec } from '../types.js'
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

/** How the world of a run is opened. */
export interface RunWorldOptions extends WorldOptions {
  /** Wraps the simulator of a task of Rivulet's. The default leaves it as it is. */
  readonly record?: (simulator: SavableSimulator) => SavableSimulator
}

/** Opens the world of a run. */
export const openRunWorld = async (
  { name, taskOptions }: Spec,
  random: Random,
  { record = (unchanged) => unchanged, ...world }: RunWorldOptions = {},
): Promise<RunWorld> =>
  isGymnasiumTask(name)
    ? openInPython(name, random, taskOptions, world)
    : drive(record(await simulator(name, { random, ...(taskOptions && { taskOptions }) })))

/** Opens a world whose k-th episode begins in the same way for the same seed. */
export const openEvaluationWorld = (
  { name, taskOptions }: Spec,
  seed: number,
  world: WorldOptions = {},
): Promise<RunWorld> =>
  isGymnasiumTask(name)
    ? openInPython(name, seeded(seed)('episodes'), taskOptions, world)
    : evaluationWorld(name, seed, taskOptions && { taskOptions })
