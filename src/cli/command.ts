/** The whole command: one TaskEither, folded into an exit code. */
import { pipe } from 'fp-ts/lib/function.js'
import type { Task } from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { refused } from './exit.js'
import { type CommandProcess, say } from './commandProcess.js'
import { parse } from './parse.js'

/**
 * The command, from its words to its exit code: 0 when it did what it was asked, 1 when the run failed, 2 for bad input,
 * 128 and the signal's number when a signal ended it: 130 for Ctrl-C. What was asked for goes to the standard output, everything else to the standard
 * error stream, a line for each thing that was wrong.
 */
export const command = (commandProcess: CommandProcess): Task<number> =>
  pipe(
    TE.fromEither(parse(commandProcess.words)),
    TE.mapLeft(refused),
    TE.flatMap(({ answer }) => answer(commandProcess)),
    TE.match(
      ({ code, lines }) => {
        say(commandProcess, lines)
        return code
      },
      (text) => {
        commandProcess.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
        return 0
      },
    ),
  )
