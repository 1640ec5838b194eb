import { type Observable, tap } from 'rxjs'
import type { Driver } from '../src/types.js'

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
 * Fails: only with its source. If `stop` of the world fails, its error becomes an unhandled rejection.
 */
export const halt =
  (world: Pick<Driver, 'stop'>) =>
  <T>(source: Observable<T>): Observable<T> =>
    tap<T>({ error: () => void stopped(world) })(source)

// The error is passed on before the world is still: a subscriber may have to act at once. The promise is left unhandled on purpose, so
// that the host reports a rejection: that must neither replace the error from above nor be hidden. `async` turns a `stop` that throws
// into such a rejection as well.
const stopped = async (world: Pick<Driver, 'stop'>): Promise<void> => world.stop()
