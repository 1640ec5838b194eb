/** How an operator whose memory is costly to write down keeps it in a cell. */
import { type MonoTypeOperatorFunction, defer, identity, tap } from 'rxjs'
import type { Cell } from '../cell.js'

/**
 * Has `memory` mirror what `read` gives from the subscription to its end, whatever ends it; without a memory it does nothing.
 *
 * Fails: error notification when another subscription keeps its memory in the cell.
 */
export const keptIn = <State, T>(memory: Cell<State> | undefined, read: () => State): MonoTypeOperatorFunction<T> =>
  memory === undefined
    ? identity
    : (source) =>
        defer(() => {
          const end = memory.mirror(read)
          return tap<T>({ complete: end, error: end, unsubscribe: end })(source)
        })
