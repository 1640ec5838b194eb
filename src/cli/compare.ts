/** `rivulet compare`: a sweep of several algorithms, and the report of its runs. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { CommandProcess } from './commandProcess.js'
import { type Exit, withLines } from './exit.js'
import { experimentDefaults } from './experimentOptions.js'
import { report } from './report.js'
import { carryOutSweep, failedRuns, type SweepRequest } from './sweep.js'

/** The name of the report in the directory of the sweep. */
const REPORT = 'report.html'

/**
 * Compares as requested, and returns the sentences of the report. If runs failed, the report is of the others, and the exit says how many
 * failed.
 */
export const compare = (request: SweepRequest, commandProcess: CommandProcess): TE.TaskEither<Exit, string> => {
  const out = join(request.out, REPORT)
  return pipe(
    carryOutSweep(request, commandProcess),
    TE.flatMap((result) => {
      const { directories, failed } = result
      if (directories.length === 0) return TE.left(failedRuns(result, request.out))
      return pipe(
        report({ ...experimentDefaults, directories, out }, commandProcess),
        TE.flatMapEither((text) =>
          failed.length === 0 ? E.right(text) : E.left(withLines(failedRuns(result, request.out), text.split('\n'))),
        ),
      )
    }),
  )
}
