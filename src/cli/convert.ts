/** `rivulet convert`: converts weights from one file format to another. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { asPublished, checkPublished } from '../learners/interchange/networkShape.js'
import { inFile } from '../learners/interchange/readFiles.js'
import { readWeights, writeWeights } from '../learners/interchange/weightFiles.js'
import type { Weights } from '../learners/interchange/weights.js'
import { escaped } from '../edge/escaped.js'
import type { ConvertRequest } from './convertOptions.js'
import { type Exit, badInput } from './exit.js'
import { guardedWriting } from './guardedWriting.js'
import type { CommandProcess } from './commandProcess.js'
import { countWithNoun } from './numberText.js'

const sizeOf = ({ tensors }: Weights): number =>
  [...tensors.values()].reduce((sum, { values }) => sum + values.length, 0)

/** The part of the sentence about prefixes that were removed from names; empty if there were none. */
const droppedPrefixesText = (dropped: readonly string[]): string =>
  dropped.length === 0 ? '' : `; left ${dropped.map((name) => `${name}.`).join(' and ')} out of their names`

/** Converts as requested and returns one sentence; a file that cannot be read or written is bad input. */
export const convert = (
  { from, to }: ConvertRequest,
  commandProcess: Pick<CommandProcess, 'guard'>,
): TE.TaskEither<Exit, string> =>
  pipe(
    readWeights(from, checkPublished),
    TE.flatMapEither((weights) => pipe(asPublished(weights), E.mapLeft(inFile(from)))),
    TE.tap(({ weights }) => guardedWriting(commandProcess, writeWeights(to, weights))),
    TE.bimap(
      badInput,
      ({ weights, dropped }) =>
        `${escaped(from)}: ${countWithNoun(sizeOf(weights), 'weight')} written to ${escaped(to)}${droppedPrefixesText(dropped)}.`,
    ),
  )
