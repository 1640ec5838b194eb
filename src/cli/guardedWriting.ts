/** Writing that a signal does not leave half done. */
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { reason } from '../failure.js'
import type { CommandProcess } from './commandProcess.js'
import { failed, interrupted } from './exit.js'

/** Finishes writing after a first signal. At a second one the process exits, which removes unfinished files. */
export const guardedWriting =
  <E, A>({ guard }: Pick<CommandProcess, 'guard'>, writing: TE.TaskEither<E, A>): TE.TaskEither<E, A> =>
  async () => {
    const release = guard(async (cause) =>
      cause instanceof Error ? failed(reason(cause)) : interrupted(cause, `${cause}: nothing was written`),
    )
    return writing().finally(release)
  }
