/** The small memory that an operator keeps between steps, as a value that a caller may hold, save and put back. */
import type { Snapshots } from './types.js'

/** A cell that holds one immutable value. */
export interface Cell<State> extends Snapshots<State> {
  value: State
}

/**
 * A memory cell that starts out holding `initial`.
 *
 * Handed to an operator it outlives the subscription: whoever holds it can save it, and who shares it is visible in the code.
 */
export const cell = <State>(initial: State): Cell<State> => {
  const cell: Cell<State> = {
    value: initial,
    snapshot: () => cell.value,
    restore: (state) => {
      cell.value = state
    },
  }
  return cell
}
