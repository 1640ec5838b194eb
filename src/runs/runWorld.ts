/** The world of a run: a simulator of Rivulet's, or an environment of Gymnasium in a Python process. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { PlainDriver, SimulatedDriver } from '../drivers/drive.js'
import { evaluationWorld } from '../drivers/evaluationWorld.js'
import { gymnasium, gymnasiumSpec } from '../drivers/gymnasium/gymnasium.js'
import { simulate } from '../drivers/simulate.js'
import type { Failure } from '../edge/decode.js'
import type { Values } from '../edge/settings.js'
import { gymnasiumId, isGymnasiumTask } from '../environments/runTask.js'
import { decodeTaskOptions, taskFields, taskSpec } from '../environments/tasks.js'
import { reason } from '../failure.js'
import { seeded } from '../random.js'
import type { Random, Spec } from '../types.js'

/** A world of a run. That of a simulator can be saved. */
export type RunWorld = PlainDriver | SimulatedDriver

/** What a world is opened with, beside its spec. */
export interface WorldOptions {
  /** The Python of an environment of Gymnasium. The default is `python3`. */
  readonly python?: string
}

/** Whether the state of a world can be saved. */
export const canBeSaved = (world: RunWorld): world is SimulatedDriver => 'snapshot' in world

/** The environment may print what it likes: the standard output is that of the command. */
const inPython = ({ python }: WorldOptions, taskOptions: Values | undefined) => ({
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
      return right(await gymnasiumSpec(gymnasiumId(task), inPython(world, taskOptions)))
    } catch (error) {
      return left(refused(reason(error)))
    }
  }
  const decoded = decodeTaskOptions(await taskFields(task), taskOptions)
  if (isLeft(decoded)) return left(decoded.left.map((each) => ({ ...each, path: `taskOptions.${each.path}` })))
  return right(await taskSpec(task, taskOptions))
}

/** Opens the world of a run. */
export const openRunWorld = (
  { name, taskOptions }: Spec,
  random: Random,
  world: WorldOptions = {},
): Promise<RunWorld> =>
  isGymnasiumTask(name)
    ? gymnasium(gymnasiumId(name), { random, ...inPython(world, taskOptions) })
    : simulate(name, { random, ...(taskOptions && { taskOptions }) })

/** Opens a world whose k-th episode begins in the same way for the same seed. */
export const openEvaluationWorld = (
  { name, taskOptions }: Spec,
  seed: number,
  world: WorldOptions = {},
): Promise<RunWorld> =>
  isGymnasiumTask(name)
    ? gymnasium(gymnasiumId(name), { random: seeded(seed)('episodes'), ...inPython(world, taskOptions) })
    : evaluationWorld(name, seed, taskOptions && { taskOptions })
