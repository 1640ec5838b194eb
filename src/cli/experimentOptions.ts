/** What `rivulet plot` and `rivulet report` take alike: runs, and how their curves are drawn. */
import type { Command } from 'commander'
import { type Either, map, mapLeft } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Codec, closed, guarded, listOf, positiveInteger, text } from '../edge/codecs.js'
import { type Failure, decode } from '../edge/decode.js'
import { flagOf, fromText } from './textCodecs.js'

/** A decoded command line of `rivulet plot` or `rivulet report`. */
export interface ExperimentRequest {
  /** Directories of runs, and folders of such. */
  readonly directories: readonly string[]
  /** The file to write. */
  readonly out: string
  /** The title; null for the command's own. */
  readonly title: string | null
  /** Bins of each learning curve. */
  readonly bins: number
  /** The most steps of a run that count; null for all. */
  readonly steps: number | null
}

const MOST_BINS = 1000

const binCount = guarded(
  `an integer from 1 to ${MOST_BINS}`,
  (input): input is number => positiveInteger.is(input) && input <= MOST_BINS,
)

/** A file name with one of some endings. */
export const fileName = (endings: readonly string[]): Codec<string> =>
  guarded(
    `a name that ends in ${endings.join(' or ')}`,
    (input): input is string =>
      typeof input === 'string' && endings.some((ending) => input.endsWith(ending) && input !== ending),
  )

/** The codecs of a command's words, by name; `endings` are those of the files that it writes. */
export const experimentFields = (endings: readonly string[]) => ({
  directories: listOf(text, 'directories of runs'),
  out: fileName(endings),
  title: text,
  bins: fromText(binCount),
  steps: fromText(positiveInteger),
})

/** Defaults that the two commands share. */
export const experimentDefaults = { title: null, bins: 50, steps: null }

/** Adds the words that the two commands share to one of them. */
export const declareExperiment = (command: Command, out: string): Command =>
  command
    .argument('<directories...>', 'directories of runs, and folders that hold such directories')
    .option('--out <file>', out)
    .option('--title <text>', 'a title (default: none)')
    .option('--bins <N>', `bins of each learning curve (default: ${experimentDefaults.bins})`)
    .option('--steps <N>', 'the most steps of each run that count (default: all)')

/** A reader of words and options as they were written, with the codecs and defaults of a command. */
export const experimentReader =
  (fields: ReturnType<typeof experimentFields>, out: string) =>
  (directories: readonly string[], options: object): Either<readonly Failure[], ExperimentRequest> => {
    const { directories: list, ...optional } = fields
    return pipe(
      decode(closed({ directories: list }, optional))({ ...options, directories }),
      map((written) => ({ ...experimentDefaults, out, ...written })),
      mapLeft((failures) =>
        failures.map((failure) =>
          Object.hasOwn(optional, failure.path) ? { ...failure, path: flagOf(failure.path) } : failure,
        ),
      ),
    )
  }
