/** The whole command: one TaskEither, turned into an exit code. */
import { pipe } from 'fp-ts/lib/function.js'
import type { Task } from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { badInput } from './exit.js'
import { type CommandProcess, writeLines } from './commandProcess.js'
import { parse } from './parse.js'

/**
 * Runs the command and returns its exit code: 0 for success, 1 if the run failed, 2 for bad input, and 128 plus the signal's number if
 * a signal ended it: 130 for Ctrl-C. The result goes to the standard output, everything else to the standard error stream, one line for
 * each failure.
 */
export const command = (commandProcess: CommandProcess): Task<number> =>
  pipe(
    TE.fromEither(parse(commandProcess.words)),
    TE.mapLeft(badInput),
    TE.flatMap(({ answer }) => answer(commandProcess)),
    TE.match(
      ({ code, lines }) => {
        writeLines(commandProcess, lines)
        return code
      },
      (text) => {
        if (text !== '') commandProcess.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
        return 0
      },
    ),
  )
