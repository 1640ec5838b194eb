import { type Observable, tap } from 'rxjs'
import type { Driver } from '../src/types.js'

/**
 * Stops the world on an error from above, before the error goes on.
 *
 *     source  --a----b----#
 *     halt    --a----b----#
 *     world               stop
 *
 * `actuate` does the same for what is above it; at the end of a robot's chain `halt` covers what is below.
 *
 * Memory: none.
 * Fails: only with its source. A world that will not stop is an unhandled rejection beside it.
 */
export const halt =
  (world: Pick<Driver, 'stop'>) =>
  <T>(source: Observable<T>): Observable<T> =>
    tap<T>({ error: () => void stopped(world) })(source)

// The error does not wait until the world is still: a subscriber may have to act at once. The promise is left
// unhandled on purpose, so that the host reports a rejection: it must neither take the place of the error that is on its
// way, nor pass in silence. Being async turns a `stop` that throws into such a rejection as well.
const stopped = async (world: Pick<Driver, 'stop'>): Promise<void> => world.stop()
