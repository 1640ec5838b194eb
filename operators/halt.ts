import { type Observable, tap } from 'rxjs'
import { failedStop } from '../src/failure.js'
import type { Driver } from '../src/types.js'
import { warn } from '../src/warn.js'

/**
 * Stops the world on an error from above, before it passes the error on.
 *
 *     source  --a----b----#
 *     halt    --a----b----#
 *     world               stop
 *
 * `actuate` does the same for errors from above it; at the end of a robot's chain `halt` does it for errors from below `actuate`.
 *
 * Memory: none.
 * Fails: only with its source. If `stop` of the world fails, one line is printed.
 */
export const halt =
  (world: Pick<Driver, 'stop'>) =>
  <T>(source: Observable<T>): Observable<T> =>
    tap<T>({ error: () => void stopped(world) })(source)

// The error is passed on before the world is still: a subscriber may have to act at once. A `stop` that fails must neither replace the error
// from above nor be hidden.
const stopped = async (world: Pick<Driver, 'stop'>): Promise<void> => {
  try {
    await world.stop()
  } catch (error) {
    warn(failedStop('halt', error))
  }
}
