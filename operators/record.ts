import { type Observable, tap } from 'rxjs'
import type { TimeStep } from '../src/types.js'

/**
 * Writes each step down where it stands, and passes it on.
 *
 *     source  --a-b-t-a-b|
 *     record  --a-b-t-a-b|
 *     write     a b t a b
 *
 * Right below `world.timeSteps` it writes what the world showed, for `recording` to show it again. Only a step's own fields are
 * written, the decision that led to it among them, and the `info` of a simulator.
 *
 * Memory: none; `recorder(path, spec)` makes what it writes to.
 * Fails: error notification with what `write` throws.
 */
export const record =
  (recorder: { write(step: TimeStep): void }) =>
  <T extends TimeStep>(source: Observable<T>): Observable<T> =>
    tap((step: T) => recorder.write(step))(source)
