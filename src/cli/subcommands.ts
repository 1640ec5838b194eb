/** The list of the command's commands, which parsing, help and errors read. Adding one is a file and an entry. */
import type { Command } from 'commander'
import { type Either, map, mapLeft, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Failure } from '../edge/decode.js'
import { reason } from '../failure.js'
import { declareAlgorithms, describeAlgorithms, readAlgorithms } from './algorithms.js'
import { benchFields, declareBench, readBench } from './benchOptions.js'
import { declareConvert, readConvert } from './convertOptions.js'
import { type Exit, failed, refused } from './exit.js'
import type { CommandProcess } from './commandProcess.js'
import { completeTrain, readTrain, trainFields } from './trainRequest.js'
import { declareTasks, describeTasks } from './tasks.js'
import { expectedOf } from './textCodecs.js'
import { declareTrain } from './trainOptions.js'

/** Does what was asked, and gives what is printed on the standard output, or how else it ended. */
type Answer<Asked> = (asked: Asked, commandProcess: CommandProcess) => TE.TaskEither<Exit, string>

/** What the command was asked to do. */
export interface Request {
  /** The name of the command that answers; `print` for a text. */
  readonly name: string
  /** What its words and options say, decoded; the text to print. */
  readonly asked: unknown
  readonly answer: (commandProcess: CommandProcess) => TE.TaskEither<Exit, string>
}

/** One of the command's commands. */
export interface Subcommand {
  readonly name: string
  /** Gives a command its description, arguments and options. */
  readonly declare: (command: Command) => Command
  /** What an argument or option takes, by the name or flag that the help gives it; null where that is not known. */
  readonly expected: (written: string) => string | null
  /** Reads as many words as there are arguments, and the options. */
  readonly read: (words: readonly string[], options: object) => Either<readonly Failure[], Request>
}

/** How a command is declared; what answers is loaded when it is asked for: help and lists do not wait for kernels and physics. */
interface Declared<Words, Asked> extends Pick<Subcommand, 'name' | 'declare' | 'expected'> {
  readonly read: (words: readonly string[], options: object) => Either<readonly Failure[], Words>
  /** Adds what is not written, and may refuse the whole; nothing that answers is loaded yet. */
  readonly complete: (words: Words) => Promise<Either<readonly Failure[], Asked>>
  readonly load: () => Promise<Answer<Asked>>
}

const subcommand = <Words, Asked>({ name, read, complete, load, ...rest }: Declared<Words, Asked>): Subcommand => ({
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
            TE.flatMapEither(mapLeft(refused)),
            TE.bindTo('request'),
            TE.bind('answer', () => TE.tryCatch(load, (error) => failed(reason(error)))),
            TE.flatMap(({ answer, request }) => answer(request, commandProcess)),
          ),
      })),
    ),
})

/** Of a command whose words say all. */
const asRead = async <Asked>(asked: Asked): Promise<Either<readonly Failure[], Asked>> => right(asked)

/** Answers with a text. */
const print =
  <Asked>(describe: (asked: Asked) => Promise<string>): (() => Promise<Answer<Asked>>) =>
  async () =>
  (asked) =>
    TE.tryCatch(
      () => describe(asked),
      (error) => failed(reason(error)),
    )

/** A request to print a text. */
export const printing = (text: string): Request => ({ name: 'print', asked: text, answer: () => TE.right(text) })

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
    name: 'tasks',
    declare: declareTasks,
    expected: () => null,
    read: () => right(null),
    complete: asRead,
    load: print(describeTasks),
  }),
  subcommand({
    name: 'algorithms',
    declare: declareAlgorithms,
    expected: () => null,
    read: ([name], options) => readAlgorithms(name, options),
    complete: asRead,
    load: print(describeAlgorithms),
  }),
  subcommand({
    name: 'convert',
    declare: declareConvert,
    expected: () => null,
    read: ([from, to]) => readConvert({ from, to }),
    complete: asRead,
    load: async () => (await import('./convert.js')).convert,
  }),
  subcommand({
    name: 'bench',
    declare: declareBench,
    expected: expectedOf(benchFields),
    read: (_words, options) => readBench(options),
    complete: asRead,
    load: async () => (await import('./bench.js')).bench,
  }),
]
