/** `rivulet convert`: weights from one form of file to another. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { readWeights, writeWeights } from '../learners/interchange/weightFiles.js'
import type { Weights } from '../learners/interchange/weights.js'
import type { ConvertRequest } from './convertOptions.js'
import { type Ending, refused } from './ending.js'
import { counted } from './phrases.js'

const sizeOf = ({ tensors }: Weights): number =>
  [...tensors.values()].reduce((sum, { values }) => sum + values.length, 0)

/** Converts as asked and gives one sentence; a file that cannot be read or written is refused. */
export const convert = ({ from, to }: ConvertRequest): TE.TaskEither<Ending, string> =>
  pipe(
    readWeights(from),
    TE.tap((weights) => writeWeights(to, weights)),
    TE.bimap(refused, (weights) => `${from}: ${counted(sizeOf(weights), 'weight')} written to ${to}.`),
  )
