/** The small memory that an operator keeps between steps, as a value that a caller can hold, save and restore. */
import type { Snapshots } from './types.js'

/** A cell that holds one immutable value: plain data that `structuredClone` copies. */
export interface Cell<State> extends Snapshots<State> {
  /** The present value. Setting it throws while a memory is mirrored. */
  value: State
  /**
   * From now on `value` is the result of `read`, which is called when `value` is read: for a memory that is too large to be copied at
   * each step. The function that it returns ends this, and stores the last value in the cell.
   *
   * Fails: throws while another memory is mirrored, since one cell cannot hold two.
   */
  mirror(read: () => State): () => void
}

const inUse =
  'cell: an operator that is subscribed keeps its memory in this cell; unsubscribe it first, and give each operator a cell of its own'

/**
 * A memory cell that holds `initial` at first.
 *
 * A cell that is passed to an operator outlives the subscription: the caller can save it, and the code shows which operators share it.
 */
export const cell = <State>(initial: State): Cell<State> => {
  let mirrored: (() => State) | null = null
  const refuse = (): never => {
    throw new Error(inUse)
  }
  const cell: Cell<State> = {
    // A field and no accessor: an accessor of each cell's own makes operators look the value up anew at each step, three times as slow.
    value: initial,
    snapshot: () => cell.value,
    restore: (state) => {
      cell.value = state
    },
    mirror: (read) => {
      if (mirrored !== null) refuse()
      mirrored = read
      Object.defineProperty(cell, 'value', { get: read, set: refuse })
      return () => {
        if (mirrored !== read) return
        mirrored = null
        Object.defineProperty(cell, 'value', { value: read(), writable: true })
      }
    },
  }
  return cell
}
