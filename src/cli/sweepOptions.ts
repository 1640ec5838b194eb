/** The words of `rivulet sweep`, its help, and what reads them. */
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { closed, positiveInteger, text, yesOrNo } from '../edge/codecs.js'
import { type Failure, decode } from '../edge/decode.js'
import type { WorldOptions } from '../runs/specOfRun.js'
import type { SweepRequest } from './sweep.js'
import { flagOf, fromText } from './textCodecs.js'

/** Codecs of what every sweep takes, by name. */
export const sweepingFields = {
  out: text,
  jobs: fromText(positiveInteger),
  checkpointEvery: fromText(positiveInteger),
  progress: yesOrNo,
  python: text,
}

/** A codec for the argument and each option of `sweep`, by name. */
export const sweepFields = { experiment: text, ...sweepingFields }

/** The decoded words of `rivulet sweep`. */
export interface SweepWords extends Pick<SweepRequest, 'out' | 'jobs' | 'progress' | 'checkpointEvery' | 'python'> {
  /** The path of the experiment. */
  readonly experiment: string
}

/** Adds the options that every sweep takes to a command. */
export const declareSweeping = (command: Command, out: string): Command =>
  command
    .option('--out <DIR>', `directory of the sweep; if it has runs of it, the sweep goes on (default: ${out})`)
    .option('--jobs <N>', 'runs at a time (default: as many as there are cores)')
    .option('--checkpoint-every <number>', 'actions from one checkpoint to the next (default: those of about a minute)')
    .option('--no-progress', 'print no progress')
    .option('--python <path>', 'of tasks gymnasium:<id>: the Python that has the package gymnasium (default: python3)')

/** Adds the argument and the options of `sweep` to a command. */
export const declareSweep = (command: Command): Command =>
  declareSweeping(
    command
      .description('carry out the runs of an experiment: tasks x algorithms x settings x seeds, on all cores')
      .argument('<experiment>', 'a file of JSON; docs/sweeps.md describes it'),
    'runs/<name of the file>',
  ).addHelpText(
    'after',
    '\nThe same command goes on where it was stopped: runs that are finished stay as they are, others are resumed.' +
      '\n\nExample:\n  rivulet sweep experiment.json --jobs 2',
  )

/** The failures of a command line, with flags in the place of the names of options. */
export const failuresByOption =
  (argument: string | null) =>
  (failures: readonly Failure[]): readonly Failure[] =>
    failures.map((failure) =>
      failure.path === argument ? failure : { ...failure, path: flagOf(failure.path.replace(/\[\d+\]$/, '')) },
    )

/** What options say that are not written. */
export const sweepingDefaults = () => ({ jobs: availableParallelism(), checkpointEvery: null, progress: true })

/** How the worlds of a sweep are opened. */
export const worldOf = ({ python }: Pick<SweepWords, 'python'>): WorldOptions =>
  python === undefined ? {} : { python }

/**
 * Reads the words as they were written.
 *
 * Fails: a failure for each word that was refused, by its name on the command line.
 */
export const readSweep = (experiment: string | undefined, options: object): E.Either<readonly Failure[], SweepWords> =>
  pipe(
    decode(closed({ experiment: sweepFields.experiment }, sweepingFields))({ ...options, experiment }),
    E.map((written) => ({
      ...sweepingDefaults(),
      out: join('runs', basename(written.experiment, '.json')),
      ...written,
    })),
    E.mapLeft(failuresByOption('experiment')),
  )

/**
 * Reads the experiment and lists its runs.
 *
 * Fails: a failure for an experiment that cannot be read, for each of its values that is refused, and for runs that cannot be.
 */
export const completeSweep = async ({
  experiment: path,
  ...rest
}: SweepWords): Promise<E.Either<readonly Failure[], SweepRequest>> => {
  const [{ inExperiment, readExperimentFile }, { plannedRuns }] = await Promise.all([
    import('../runs/sweep/experimentFile.js'),
    import('../runs/sweep/plannedRuns.js'),
  ])
  const experiment = await readExperimentFile(path)()
  if (E.isLeft(experiment)) return experiment
  return pipe(
    await plannedRuns(experiment.right, worldOf(rest)),
    E.bimap(inExperiment(path), (planned) => ({ ...rest, experiment: experiment.right, planned })),
  )
}
