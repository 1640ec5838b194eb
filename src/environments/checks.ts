/** What a simulator refuses, by the name of what was wrong. They run at every step, so they allocate nothing while all is well. */
import { NotFiniteError } from '../failure.js'
import type { VectorSpec } from '../spec.js'
import type { Vector } from '../types.js'

/**
 * Refuses a vector of another size than expected.
 *
 * Fails: RangeError saying who expected what.
 */
export const checkSize = (task: string, quantity: string, vector: Vector, size: number): void => {
  if (vector.length !== size) {
    throw new RangeError(`${task}: expected ${quantity} of size ${size}, got ${vector.length}`)
  }
}

/**
 * Refuses a vector that holds NaN or an infinity.
 *
 * Fails: NotFiniteError with the quantity and the first such component.
 */
export const checkFinite = (quantity: string, vector: Vector, names: readonly string[]): void => {
  for (let index = 0; index < vector.length; index++) {
    if (!Number.isFinite(vector[index]))
      throw new NotFiniteError(quantity, { index, name: names[index] }, vector[index])
  }
}

/** Refuses an action that has not the size of its spec or is not finite; its bounds are the simulator's to apply. */
export const checkAction = (task: string, action: Vector, spec: VectorSpec): void => {
  checkSize(task, 'action', action, spec.size)
  checkFinite('action', action, spec.names)
}
