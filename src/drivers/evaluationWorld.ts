/** The world of an evaluation. */
import { simulator, type SimulatorOptions } from '../environments/tasks.js'
import { seededEpisodes } from '../environments/seededEpisodes.js'
import { seeded } from '../random.js'
import { drive, type DriveOptions, type SimulatedDriver } from './drive.js'

/**
 * A new world of a task, by its id, whose k-th episode begins in the same way in every evaluation of the same `seed`, whatever the policy did in
 * the episodes before. Two policies that are evaluated with one seed meet the same beginnings. `close` it after the evaluation.
 *
 *     const world = await evaluationWorld('Hopper-v4', 2)
 *
 * Memory, Numbers: as `drive` of `seededEpisodes`.
 * Fails: rejects on an unknown task, naming the nearest known one, and with a RangeError for a seed that is not an integer from 0 to 2^53 - 1;
 * later as `drive` does.
 */
export const evaluationWorld = async (
  task: string,
  seed: number,
  { taskOptions = {}, ...options }: DriveOptions & Pick<SimulatorOptions, 'taskOptions'> = {},
): Promise<SimulatedDriver> =>
  drive(seededEpisodes(await simulator(task, { random: seeded(seed)('environment'), taskOptions }), seed), options)
