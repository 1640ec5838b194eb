/** The words of `rivulet evaluate`, its help, and the codec that reads the words. */
import type { Command } from 'commander'
import { type Either, map, mapLeft } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { closed, nonNegativeInteger, positiveInteger, text, yesOrNo } from '../edge/codecs.js'
import { decode, type Failure } from '../edge/decode.js'
import { flagOf, fromText } from './textCodecs.js'

/** A codec for the argument and each option of `evaluate`, by name. */
export const evaluateFields = {
  path: text,
  episodes: fromText(positiveInteger),
  seed: fromText(nonNegativeInteger),
  stochastic: yesOrNo,
  json: yesOrNo,
  progress: yesOrNo,
  python: text,
}
const { path: pathField, ...optionFields } = evaluateFields
const codec = closed({ path: pathField }, optionFields)

const EPISODES = 10
const SEED = 1

/** A decoded command line of `rivulet evaluate`. */
export interface EvaluateRequest {
  /** The directory of a run, or a file of a policy. */
  readonly path: string
  readonly episodes: number
  readonly seed: number
  readonly stochastic: boolean
  readonly json: boolean
  readonly progress: boolean
  /** The Python of an environment of Gymnasium; left out for the one in PATH. */
  readonly python?: string
}

/** Adds the argument and the options of `evaluate` to a command. */
export const declareEvaluate = (command: Command): Command =>
  command
    .description('let a saved policy act on its task without learning, and print the mean of its returns')
    .argument('<path>', 'the directory of a run, which holds policy.safetensors, or a file of a policy')
    .option('--episodes <number>', `episodes to run (default: ${EPISODES})`)
    .option('--seed <number>', `seed of the episodes' beginnings and of drawn actions (default: ${SEED})`)
    .option('--stochastic', 'draw actions as in training (default: take the mode)')
    .option('--json', 'print one line of JSON with all returns')
    .option('--no-progress', 'print no progress')
    .option('--python <path>', 'of a task gymnasium:<id>: the Python that has the package gymnasium (default: python3)')
    .addHelpText(
      'after',
      '\nThe same seed gives the same result. The k-th episode of a seed begins in the same way for every policy.' +
        '\nThe statistics of observations stay as they were at the end of the run.' +
        '\n\nExample:\n  rivulet evaluate runs/try --episodes 20',
    )

/**
 * Reads the words as they were written.
 *
 * Fails: a failure for each word that was refused, by its name on the command line.
 */
export const readEvaluate = (path: string | undefined, options: object): Either<readonly Failure[], EvaluateRequest> =>
  pipe(
    decode(codec)({ ...options, path }),
    map(({ episodes = EPISODES, seed = SEED, stochastic = false, json = false, progress = true, ...rest }) => ({
      ...rest,
      episodes,
      seed,
      stochastic,
      json,
      progress,
    })),
    mapLeft((failures) =>
      failures.map((failure) => (failure.path === 'path' ? failure : { ...failure, path: flagOf(failure.path) })),
    ),
  )
