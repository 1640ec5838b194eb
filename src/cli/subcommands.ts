/** The list of subcommands, which parsing, help and errors read. A new subcommand is a file and an entry here. */
import type { Command } from 'commander'
import { type Either, map, mapLeft, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Failure } from '../edge/decode.js'
import { reason } from '../failure.js'
import { declareAlgorithms, describeAlgorithms, readAlgorithms } from './algorithms.js'
import { benchFields, declareBench, readBench } from './benchOptions.js'
import { declareConvert, readConvert } from './convertOptions.js'
import { declareEvaluate, evaluateFields, readEvaluate } from './evaluateOptions.js'
import { type Exit, failed, badInput } from './exit.js'
import type { CommandProcess } from './commandProcess.js'
import { declarePlot, plotFields, readPlot } from './plotOptions.js'
import { declareReport, readReport, reportFields } from './reportOptions.js'
import { completeTrain } from './repeatRequest.js'
import { readTrain, trainFields } from './trainRequest.js'
import { completeResume, declareResume, readResume, resumeFields } from './resumeRequest.js'
import { compareFields, completeCompare, declareCompare, readCompare } from './compareOptions.js'
import { completeRobot, declareRobot, readRobot, robotFields } from './robotRequest.js'
import { declareSimulate, readSimulate, simulateFields } from './simulateOptions.js'
import { completeSweep, declareSweep, readSweep, sweepFields } from './sweepOptions.js'
import { declareTasks, describeTasks, readTasks } from './tasks.js'
import { expectedOf } from './textCodecs.js'
import { declareTrain } from './trainOptions.js'

/** Carries out a request; returns the text for the standard output, empty if it wrote its own, or the exit if it did not succeed. */
type Answer<Asked> = (asked: Asked, commandProcess: CommandProcess) => TE.TaskEither<Exit, string>

/** A decoded command line. */
export interface Request {
  /** The name of the subcommand; `print` for a text. */
  readonly name: string
  /** Its decoded words and options, or the text to print. */
  readonly asked: unknown
  readonly answer: (commandProcess: CommandProcess) => TE.TaskEither<Exit, string>
}

/** One subcommand. */
export interface Subcommand {
  readonly name: string
  /** Adds description, arguments and options to a command. */
  readonly declare: (command: Command) => Command
  /** The values that an argument or option takes, by its name or flag in the help; null if there is no codec for it. */
  readonly expected: (written: string) => string | null
  /** Reads as many words as there are arguments, and the options. */
  readonly read: (words: readonly string[], options: object) => Either<readonly Failure[], Request>
}

/** The parts of a subcommand. Its code is loaded only when it is carried out: help and lists do not load kernels and physics. */
interface SubcommandParts<Words, Asked> extends Pick<Subcommand, 'name' | 'declare' | 'expected'> {
  readonly read: (words: readonly string[], options: object) => Either<readonly Failure[], Words>
  /** Adds defaults, and may refuse the request; the subcommand's code is not loaded yet. */
  readonly complete: (words: Words) => Promise<Either<readonly Failure[], Asked>>
  readonly load: () => Promise<Answer<Asked>>
}

const subcommand = <Words, Asked>({
  name,
  read,
  complete,
  load,
  ...rest
}: SubcommandParts<Words, Asked>): Subcommand => ({
  ...rest,
  name,
  read: (words, options) =>
    pipe(
      read(words, options),
      map((asked) => ({
        name,
        asked,
        answer: (commandProcess) =>
          pipe(
            TE.tryCatch(
              () => complete(asked),
              (error) => failed(reason(error)),
            ),
            TE.flatMapEither(mapLeft(badInput)),
            TE.bindTo('request'),
            TE.bind('answer', () => TE.tryCatch(load, (error) => failed(reason(error)))),
            TE.flatMap(({ answer, request }) => answer(request, commandProcess)),
          ),
      })),
    ),
})

/** Completes a request to which nothing has to be added. */
const completeAsRead = async <Asked>(asked: Asked): Promise<Either<readonly Failure[], Asked>> => right(asked)

/** Makes an answer that prints a text. */
const answerWithText =
  <Asked>(describe: (asked: Asked) => Promise<string>): (() => Promise<Answer<Asked>>) =>
  async () =>
  (asked) =>
    TE.tryCatch(
      () => describe(asked),
      (error) => failed(reason(error)),
    )

/** A request to print a text. */
export const printRequest = (text: string): Request => ({ name: 'print', asked: text, answer: () => TE.right(text) })

/** All commands, in the order in which the help lists them. */
export const subcommands: readonly Subcommand[] = [
  subcommand({
    name: 'train',
    declare: declareTrain,
    expected: expectedOf(trainFields),
    read: ([task], options) => readTrain(task, options),
    complete: completeTrain,
    load: async () => (await import('./train.js')).train,
  }),
  subcommand({
    name: 'resume',
    declare: declareResume,
    expected: expectedOf(resumeFields),
    read: ([directory], options) => readResume(directory, options),
    complete: (words) => completeResume(words),
    load: async () => (await import('./resume.js')).resume,
  }),
  subcommand({
    name: 'sweep',
    declare: declareSweep,
    expected: expectedOf(sweepFields),
    read: ([experiment], options) => readSweep(experiment, options),
    complete: completeSweep,
    load: async () => (await import('./sweep.js')).sweep,
  }),
  subcommand({
    name: 'compare',
    declare: declareCompare,
    expected: expectedOf(compareFields),
    read: (_words, options) => readCompare(options),
    complete: completeCompare,
    load: async () => (await import('./compare.js')).compare,
  }),
  subcommand({
    name: 'evaluate',
    declare: declareEvaluate,
    expected: expectedOf(evaluateFields),
    read: ([path], options) => readEvaluate(path, options),
    complete: completeAsRead,
    load: async () => (await import('./evaluate.js')).evaluate,
  }),
  subcommand({
    name: 'plot',
    declare: declarePlot,
    expected: expectedOf(plotFields),
    read: readPlot,
    complete: completeAsRead,
    load: async () => (await import('./plot.js')).plot,
  }),
  subcommand({
    name: 'report',
    declare: declareReport,
    expected: expectedOf(reportFields),
    read: readReport,
    complete: completeAsRead,
    load: async () => (await import('./report.js')).report,
  }),
  subcommand({
    name: 'tasks',
    declare: declareTasks,
    expected: () => null,
    read: ([task]) => readTasks(task),
    complete: completeAsRead,
    load: answerWithText(describeTasks),
  }),
  subcommand({
    name: 'algorithms',
    declare: declareAlgorithms,
    expected: () => null,
    read: ([name], options) => readAlgorithms(name, options),
    complete: completeAsRead,
    load: answerWithText(describeAlgorithms),
  }),
  subcommand({
    name: 'convert',
    declare: declareConvert,
    expected: () => null,
    read: ([from, to]) => readConvert({ from, to }),
    complete: completeAsRead,
    load: async () => (await import('./convert.js')).convert,
  }),
  subcommand({
    name: 'robot',
    declare: declareRobot,
    expected: expectedOf(robotFields),
    read: ([task], options) => readRobot(task, options),
    complete: completeRobot,
    load: async () => (await import('./robot.js')).robot,
  }),
  subcommand({
    name: 'simulate',
    declare: declareSimulate,
    expected: expectedOf(simulateFields),
    read: ([robot], options) => readSimulate(robot, options),
    complete: completeAsRead,
    load: async () => (await import('./simulate.js')).simulate,
  }),
  subcommand({
    name: 'bench',
    declare: declareBench,
    expected: expectedOf(benchFields),
    read: (_words, options) => readBench(options),
    complete: completeAsRead,
    load: async () => (await import('./bench.js')).bench,
  }),
]
