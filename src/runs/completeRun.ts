/** A complete run from the settings that were written of it: the others are the defaults of its task, or those of a run that it repeats. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { Failure } from '../edge/decode.js'
import { type Values, pick } from '../edge/settings.js'
import { type Algorithm, excessOf } from '../learners/algorithm.js'
import type { Spec } from '../types.js'
import { defaultsFor, optionalRunFields, runConflicts, type RunSettings } from './config.js'
import { learnerMemory } from './learnerMemory.js'
import { runFields } from './runFields.js'
import { specOfRun } from './specOfRun.js'

/** What was written of a run. */
export interface WrittenRun {
  readonly task: string
  readonly algorithm: Algorithm
  readonly engine: string
  /** Decoded settings of the run, of the algorithm and of the engine, by name. */
  readonly written: Values
  /** Decoded options of the task, by name, which are in the place of those of the base. The default is {}. */
  readonly taskOptions?: Values
  /** The Python of an environment of Gymnasium; by default that of `gymnasium`. */
  readonly python?: string
  /** The settings of a run of this algorithm and engine, for all that is not written. By default they are the task's. */
  readonly base?: RunSettings
}

/** All settings of a run, and the shapes of its task. */
export interface CompleteRun {
  readonly settings: RunSettings
  readonly spec: Spec
}

/**
 * Adds what is not written.
 *
 * Fails: a failure, named after its setting, for settings that exclude each other, and for a learner that does not fit into memory, before
 * it is loaded or allocated.
 */
export const completeRun = async ({
  task,
  algorithm,
  engine,
  written,
  taskOptions = {},
  python,
  base,
}: WrittenRun): Promise<Either<readonly Failure[], CompleteRun>> => {
  // Another task has other options.
  const kept = base?.task === task ? base.taskOptions : {}
  const found = await specOfRun(task, { ...kept, ...taskOptions }, python === undefined ? {} : { python })
  if (isLeft(found)) return found
  const spec = found.right
  const {
    settings: others,
    taskOptions: _before,
    ...run
  } = base ?? defaultsFor(spec, algorithm, engine, (written as Partial<RunSettings>).steps)
  const own = { ...runFields, ...optionalRunFields, ...algorithm.engines[engine].options }
  const settings = { ...others, ...pick(written, algorithm.fields) }
  const whole: RunSettings = {
    ...run,
    ...pick(written, own),
    task,
    ...(spec.taskOptions && { taskOptions: spec.taskOptions }),
    settings,
  }
  const unfit = [
    ...runConflicts(whole, algorithm, spec),
    ...(algorithm.conflicts?.(settings) ?? []),
    ...excessOf(await learnerMemory(whole, spec), settings),
  ]
  return unfit.length > 0 ? left(unfit) : right({ settings: whole, spec })
}
