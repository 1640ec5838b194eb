/** A world of simulated time by the id of its task. */
import { simulator, type SimulatorOptions } from '../environments/tasks.js'
import { drive, type DriveOptions, type SimulatedDriver } from './drive.js'

/** How a task is simulated: its own random number generator, such as `seeded(1)('environment')`, and its way through time. */
export interface SimulateOptions extends DriveOptions, SimulatorOptions {}

/**
 * The driver of a task, by its id.
 *
 *     const world = await simulate('Hopper-v4', { random: seeded(1)('environment') })
 *
 * Memory, Numbers: as `drive`.
 * Fails: rejects on an unknown task, naming the nearest known one; later as `drive` does.
 */
export const simulate = async (task: string, options: SimulateOptions): Promise<SimulatedDriver> =>
  drive(await simulator(task, options), options)
