/** The list of the command's commands, which parsing, help and errors read. */
import type { Command } from 'commander'
import { type Either, map, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Failure } from '../decode.js'
import { benchFields, type BenchRequest, declareBench, readBench } from './benchOptions.js'
import { type ConvertRequest, declareConvert, readConvert } from './convertOptions.js'
import { readTrain, trainFields, type TrainRequest } from './request.js'
import { declareTasks, describeTasks } from './tasks.js'
import { expectedOf } from './text.js'
import { declareTrain } from './trainOptions.js'

/** What the command was asked to do. */
export type Request =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'train'; readonly train: TrainRequest }
  | { readonly kind: 'convert'; readonly convert: ConvertRequest }
  | { readonly kind: 'bench'; readonly bench: BenchRequest }

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

/** All commands, in the order in which the help lists them. */
export const subcommands: readonly Subcommand[] = [
  {
    name: 'train',
    declare: declareTrain,
    expected: expectedOf(trainFields),
    read: ([task], options) =>
      pipe(
        readTrain(task, options),
        map((train) => ({ kind: 'train', train })),
      ),
  },
  {
    name: 'tasks',
    declare: declareTasks,
    expected: () => null,
    read: () => right({ kind: 'print', text: describeTasks() }),
  },
  {
    name: 'convert',
    declare: declareConvert,
    expected: () => null,
    read: ([from, to]) =>
      pipe(
        readConvert({ from, to }),
        map((convert) => ({ kind: 'convert', convert })),
      ),
  },
  {
    name: 'bench',
    declare: declareBench,
    expected: expectedOf(benchFields),
    read: (_words, options) =>
      pipe(
        readBench(options),
        map((bench) => ({ kind: 'bench', bench })),
      ),
  },
]
