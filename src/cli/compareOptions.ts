/** The words of `rivulet compare`, its help, and what reads them. */
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { closed, listOf, oneOf, positiveInteger } from '../edge/codecs.js'
import { type Failure, decode } from '../edge/decode.js'
import { listedTask, robotTaskFailures } from '../environments/runTask.js'
import { algorithmNames } from '../runs/algorithms.js'
import type { SweepRequest } from './sweep.js'
import { declareSweeping, failuresByOption, sweepingDefaults, sweepingFields, worldOf } from './sweepOptions.js'
import { fromText, namesFromText } from './textCodecs.js'

/** The algorithms that the paper compares on its first figure, in its order. */
const compared = ['avg', 'iac', 'sac-1', 'td3-1', 'sac', 'td3', 'ppo']

/** The tasks of the paper's first figure. */
const tasks: readonly string[] = ['Ant-v4', 'HalfCheetah-v4', 'Hopper-v4', 'Humanoid-v4']

const defaults = { tasks, algorithms: compared as readonly string[], seeds: 5, steps: 100_000, out: 'runs/compare' }

/** A codec for each option of `compare`, by name. */
export const compareFields = {
  tasks: namesFromText(listOf(listedTask, 'tasks')),
  algorithms: namesFromText(listOf(oneOf(algorithmNames), 'algorithms')),
  seeds: fromText(positiveInteger),
  steps: fromText(positiveInteger),
  ...sweepingFields,
}

/** The decoded words of `rivulet compare`. */
export interface CompareWords extends Pick<SweepRequest, 'out' | 'jobs' | 'progress' | 'checkpointEvery' | 'python'> {
  readonly tasks: readonly string[]
  readonly algorithms: readonly string[]
  /** How many: from 1. */
  readonly seeds: number
  readonly steps: number
}

/** Adds the options of `compare` to a command. */
export const declareCompare = (command: Command): Command =>
  declareSweeping(
    command
      .description("run the paper's comparison at a scale of your choice, and write its report")
      .option('--tasks <names>', `joined by commas (default: ${defaults.tasks.join(',')})`)
      .option('--algorithms <names>', `joined by commas (default: ${defaults.algorithms.join(',')})`)
      .option('--seeds <N>', `runs of each algorithm on each task (default: ${defaults.seeds})`)
      .option('--steps <N>', `actions of each run (default: ${defaults.steps})`),
    defaults.out,
  ).addHelpText(
    'after',
    '\nEach algorithm has the settings that were published for a task, else its defaults: rivulet tasks lists them. The paper' +
      '\nhas 30 seeds and 10,000,000 steps. The same command goes on where it was stopped; the report is written when all runs' +
      '\nended.\n\nExample:\n  rivulet compare --tasks Hopper-v4 --algorithms avg,iac,sac --seeds 3 --steps 50000',
  )

/**
 * Reads the options as they were written.
 *
 * Fails: a failure for each option that was refused, by its name on the command line.
 */
export const readCompare = (options: object): E.Either<readonly Failure[], CompareWords> =>
  pipe(
    decode(closed({}, compareFields))(options),
    E.filterOrElse(
      ({ tasks: some = [] }) => robotTaskFailures('tasks', some).length === 0,
      ({ tasks: some = [] }) => robotTaskFailures('tasks', some),
    ),
    E.map((written) => ({ ...defaults, ...sweepingDefaults(), ...written })),
    E.mapLeft(failuresByOption(null)),
  )

/**
 * Lists the runs of the comparison.
 *
 * Fails: a failure for a task or algorithm that is named twice, and for runs that cannot be.
 */
export const completeCompare = async ({
  tasks: some,
  algorithms,
  seeds,
  steps,
  ...rest
}: CompareWords): Promise<E.Either<readonly Failure[], SweepRequest>> => {
  const { plannedRuns } = await import('../runs/sweep/plannedRuns.js')
  const experiment = {
    tasks: some,
    algorithms: algorithms.map((algorithm) => ({ algorithm })),
    seeds: Array.from({ length: seeds }, (_, i) => i + 1),
    steps,
  }
  return pipe(
    await plannedRuns(experiment, worldOf(rest)),
    E.map((planned) => ({ ...rest, experiment, planned })),
  )
}
