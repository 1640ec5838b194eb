/** The whole command: one TaskEither, folded into an exit code. */
import { pipe } from 'fp-ts/lib/function.js'
import type { Task } from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { reason } from '../failure.js'
import { type Ending, failed, refused } from './ending.js'
import { type Outside, say } from './outside.js'
import { parse } from './parse.js'
import type { Request } from './subcommands.js'

/** A part of the command that is loaded when it is asked for: help and lists should not wait for kernels and physics. */
const loaded = <Part>(load: () => Promise<Part>): TE.TaskEither<Ending, Part> =>
  TE.tryCatch(load, (error) => failed(reason(error)))

const answer = (request: Request, outside: Outside): TE.TaskEither<Ending, string> => {
  switch (request.kind) {
    case 'print':
      return TE.right(request.text)
    case 'train':
      return pipe(
        loaded(() => import('./train.js')),
        TE.flatMap(({ train }) => train(request.train, outside)),
      )
    case 'convert':
      return pipe(
        loaded(() => import('./convert.js')),
        TE.flatMap(({ convert }) => convert(request.convert, outside)),
      )
    case 'bench':
      return pipe(
        loaded(() => import('./bench.js')),
        TE.flatMap(({ bench }) => bench(request.bench, outside)),
      )
  }
}

/**
 * The command, from its words to its exit code: 0 when it did what it was asked, 1 when the run failed, 2 for bad input,
 * 128 and the signal's number when a signal ended it: 130 for Ctrl-C. What was asked for goes to the standard output, everything else to the standard
 * error stream, a line for each thing that was wrong.
 */
export const command = (outside: Outside): Task<number> =>
  pipe(
    TE.fromEither(parse(outside.words)),
    TE.mapLeft(refused),
    TE.flatMap((request) => answer(request, outside)),
    TE.match(
      ({ code, lines }) => {
        say(outside, lines)
        return code
      },
      (text) => {
        outside.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
        return 0
      },
    ),
  )
