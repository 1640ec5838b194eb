/** Keeps the memory of an operator in a cell without copying it at each step. */
import { type MonoTypeOperatorFunction, defer, identity, tap } from 'rxjs'
import type { Cell } from '../cell.js'

/**
 * Makes `memory` mirror the result of `read` from the subscription to its completion, error or unsubscription; does nothing without a
 * memory.
 *
 * Fails: error notification when another subscription keeps its memory in the cell.
 */
export const mirrorInCell = <State, T>(
  memory: Cell<State> | undefined,
  read: () => State,
): MonoTypeOperatorFunction<T> =>
  memory === undefined
    ? identity
    : (source) =>
        defer(() => {
          const end = memory.mirror(read)
          return tap<T>({ complete: end, error: end, unsubscribe: end })(source)
        })
