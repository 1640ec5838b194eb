/** The options of `rivulet bench`, its help, and the codec that reads the options. */
import type { Command } from 'commander'
import { type Either, filterOrElse, map, mapLeft } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { closed, oneOf, positiveInteger, positiveNumber, yesOrNo } from '../edge/codecs.js'
import { type Failure, decode, printable } from '../edge/decode.js'
import { conflict } from '../learners/algorithm.js'
import { algorithmNames } from '../runs/algorithms.js'
import {
  type BenchPart,
  benchParts,
  type ExtraPart,
  extraParts,
  type ShapesName,
  shapesNames,
} from '../runs/bench/report.js'
import { flagOf, fromText } from './textCodecs.js'

/** A decoded command line of `rivulet bench`. */
export interface BenchRequest {
  /** Whether the report is printed as JSON. */
  readonly json: boolean
  /** The one part to measure; null for all but the extra ones. */
  readonly only: BenchPart | ExtraPart | null
  /** The algorithm of an extra part; null for its default. */
  readonly algorithm: string | null
  /** The shapes of an extra part; null for its default. */
  readonly shapes: ShapesName | null
  /** How long a cycle has to be kept. */
  readonly seconds: number
  readonly rounds: number
  readonly roundSeconds: number
}

const defaults: BenchRequest = {
  json: false,
  only: null,
  algorithm: null,
  shapes: null,
  seconds: 60,
  rounds: 7,
  roundSeconds: 0.2,
}

/** A codec for each option of `bench`, by name. */
export const benchFields = {
  json: yesOrNo,
  only: oneOf(benchParts),
  algorithms: yesOrNo,
  cycle: yesOrNo,
  tasks: yesOrNo,
  algorithm: oneOf<string>(algorithmNames),
  shapes: oneOf(shapesNames),
  seconds: fromText(positiveNumber),
  rounds: fromText(positiveInteger),
  roundSeconds: fromText(positiveNumber),
}
const codec = closed({}, benchFields)
type Written = typeof codec._A

/** Adds the options of `bench` to a command. */
export const declareBench = (command: Command): Command =>
  command
    .description('measure the learner in each engine, the kernels, the simulators, and whole agents, on this machine')
    .option('--json', 'print the report as JSON')
    .option('--only <part>', `measure one part: ${benchParts.join(', ')} (default: all)`)
    .option(
      '--algorithms',
      'measure instead a step of each algorithm: bytes, floating-point operations, time, and memory of a process',
    )
    .option(
      '--cycle',
      'find instead the shortest cycle that an agent keeps at 99.9 % in real time, which takes minutes',
    )
    .option('--tasks', 'measure instead the simulator of every task beside the bare loop of its physics')
    .option(
      '--algorithm <name>',
      `with --algorithms or --cycle: one of ${algorithmNames.join(', ')} (default: all, and with --cycle ${algorithmNames[0]})`,
    )
    .option(
      '--shapes <name>',
      `with --algorithms or --cycle: those of ${shapesNames.join(', ')} (default: Hopper and Humanoid, and with --cycle Hopper)`,
    )
    .option('--seconds <x>', `with --cycle: how long the cycle has to be kept (default: ${defaults.seconds})`)
    .option('--rounds <N>', `measurements of each figure, whose median is printed (default: ${defaults.rounds})`)
    .option('--round-seconds <x>', `seconds of each measurement (default: ${defaults.roundSeconds})`)
    .addHelpText(
      'after',
      '\nRun nothing else meanwhile. If an engine cannot be loaded, the report gives the reason.' +
        '\n\nExamples:\n  rivulet bench --only learner --json\n  rivulet bench --algorithms --shapes Hopper' +
        '\n  rivulet bench --cycle --algorithm iac --seconds 10',
    )

/** The extra part that was asked for; null for none. */
const extraOf = (written: Written): ExtraPart | null => extraParts.find((part) => written[part] === true) ?? null

/** Refuses options that exclude each other, or belong to a part that was not asked for. */
const conflictsOf = (written: Written): readonly Failure[] => {
  const extra = extraOf(written)
  const unasked = (name: keyof Written, expected: string, isRefused: boolean): readonly Failure[] =>
    isRefused && written[name] !== undefined ? [conflict(name, expected, printable(written[name]))] : []
  return [
    ...unasked('only', `nothing with --${extra}`, extra !== null),
    ...extraParts.flatMap((part) =>
      unasked(part, `nothing with --${extra}`, extra !== null && extra !== part && written[part] === true),
    ),
    ...unasked('algorithm', 'nothing without --algorithms or --cycle', extra === null || extra === 'tasks'),
    ...unasked('shapes', 'nothing without --algorithms or --cycle', extra === null || extra === 'tasks'),
    ...unasked('seconds', 'nothing without --cycle', extra !== 'cycle'),
  ]
}

/**
 * Reads options as they were written.
 *
 * Fails: a failure for each one that was refused, by its name on the command line.
 */
export const readBench = (options: object): Either<readonly Failure[], BenchRequest> =>
  pipe(
    decode(codec)(options),
    filterOrElse(
      (written) => conflictsOf(written).length === 0,
      (written) => conflictsOf(written),
    ),
    map((written) => {
      const { algorithms: _algorithms, cycle: _cycle, tasks: _tasks, only = null, ...others } = written
      return { ...defaults, ...others, only: extraOf(written) ?? only }
    }),
    mapLeft((failures) => failures.map((failure) => ({ ...failure, path: flagOf(failure.path) }))),
  )
