import { type Observable, tap } from 'rxjs'
import type { TimeStep } from '../src/types.js'

/**
 * Writes each step to a recorder, and passes it on.
 *
 *     source  --a-b-t-a-b|
 *     record  --a-b-t-a-b|
 *     write     a b t a b
 *
 * Directly below `world.timeSteps` it writes the world's own steps, which `recording` plays again. It writes only a step's own fields,
 * the decision that led to it among them, and the `info` of a simulator.
 *
 * Memory: none; `recorder(path, spec)` makes the recorder.
 * Fails: error notification with what `write` throws.
 */
export const record =
  (recorder: { write(step: TimeStep): void }) =>
  <T extends TimeStep>(source: Observable<T>): Observable<T> =>
    tap((step: T) => recorder.write(step))(source)
