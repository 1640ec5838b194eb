/** The options of `rivulet bench`, its help, and the codec that reads the options. */
import type { Command } from 'commander'
import { type Either, map, mapLeft } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { closed, oneOf, positiveInteger, positiveNumber, yesOrNo } from '../edge/codecs.js'
import { type Failure, decode } from '../edge/decode.js'
import { type BenchPart, benchParts } from '../runs/bench/report.js'
import { flagOf, fromText } from './textCodecs.js'

/** A decoded command line of `rivulet bench`. */
export interface BenchRequest {
  /** Whether the report is printed as JSON. */
  readonly json: boolean
  /** The one part to measure; null for all of them. */
  readonly only: BenchPart | null
  readonly rounds: number
  readonly roundSeconds: number
}

const defaults: BenchRequest = { json: false, only: null, rounds: 7, roundSeconds: 0.2 }

/** A codec for each option of `bench`, by name. */
export const benchFields = {
  json: yesOrNo,
  only: oneOf(benchParts),
  rounds: fromText(positiveInteger),
  roundSeconds: fromText(positiveNumber),
}
const codec = closed({}, benchFields)

/** Adds the options of `bench` to a command. */
export const declareBench = (command: Command): Command =>
  command
    .description('measure the learner in each engine, the kernels, the simulators, and whole agents, on this machine')
    .option('--json', 'print the report as JSON')
    .option('--only <part>', `measure one part: ${benchParts.join(', ')} (default: all)`)
    .option('--rounds <N>', `measurements of each figure, whose median is printed (default: ${defaults.rounds})`)
    .option('--round-seconds <x>', `seconds of each measurement (default: ${defaults.roundSeconds})`)
    .addHelpText(
      'after',
      '\nRun nothing else meanwhile. If an engine cannot be loaded, the report gives the reason.' +
        '\n\nExample:\n  rivulet bench --only learner --json',
    )

/**
 * Reads options as they were written.
 *
 * Fails: a failure for each one that was refused, by its name on the command line.
 */
export const readBench = (options: object): Either<readonly Failure[], BenchRequest> =>
  pipe(
    decode(codec)(options),
    map((written) => ({ ...defaults, ...written })),
    mapLeft((failures) => failures.map((failure) => ({ ...failure, path: flagOf(failure.path) }))),
  )
