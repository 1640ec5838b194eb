/** The last `stop` of a world: who hears of its failure. */
import { failedStop } from '../failure.js'
import { warn } from '../warn.js'

/** The last `stop` of one world. */
export interface LastStop {
  /** This is the last one from now on. */
  begin(stop: Promise<void>): void
  /** Resolves when it is over, and rejects if it failed. */
  wait(): Promise<void>
}

/**
 * Keeps the last `stop` of a world. If it fails, the promises of `wait` reject; if no caller had awaited it until then, one line is printed: an unhandled
 * rejection would end the program with a stack trace.
 *
 * Memory: one promise.
 */
export const lastStop = (owner: string): LastStop => {
  let last = { stop: Promise.resolve(), isAwaited: true }
  return {
    begin: (stop) => {
      const present = { stop, isAwaited: false }
      last = present
      stop.catch((error: unknown) => {
        if (!present.isAwaited) warn(failedStop(owner, error))
      })
    },
    wait: () => {
      last.isAwaited = true
      // A promise of its own: a caller that ignores its rejection hears of it from the host.
      return last.stop.then()
    },
  }
}
