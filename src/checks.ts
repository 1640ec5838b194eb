/**
 * Checks of numbers and vectors, also against a spec. They run at every step, and allocate nothing unless they fail.
 */
import { DriverError, LARGEST, NotFiniteError } from './failure.js'
import type { TimeStep, Vector, VectorSpec } from './types.js'

/** Whether a number's magnitude is at most `LARGEST`. */
export const isSized = (value: number): boolean => value >= -LARGEST && value <= LARGEST

function refuse(quantity: string, value: number): never {
  throw new NotFiniteError(quantity, null, value)
}

/**
 * Returns a number if it is finite. This and `sized` are so short (27 bytes of V8's bytecode at most, without a call that could be
 * put in its place first) that the engine puts them in the place of a call, which would box the number twice.
 *
 * Fails: NotFiniteError with the quantity.
 */
export const finite = (quantity: string, value: number): number =>
  value - value === 0 ? value : refuse(quantity, value)

/**
 * Returns a number if its magnitude is at most `LARGEST`: if its square is at most 1e36, the square of that.
 *
 * Fails: NotFiniteError with the quantity.
 */
export const sized = (quantity: string, value: number): number =>
  value * value <= 1e36 ? value : refuse(quantity, value)

/** Refuses a value that is not the spec of an action, such as `world.spec` instead of `world.spec.action`. */
export const checkVectorSpec = (owner: string, spec: unknown): void => {
  if (typeof spec === 'object' && spec !== null && 'size' in spec && 'low' in spec && 'high' in spec) return
  const got = typeof spec === 'object' && spec !== null ? 'an object without size, low and high' : String(spec)
  throw new TypeError(`${owner}: expected the bounds of an action, such as world.spec.action, got ${got}`)
}

/**
 * Refuses a vector of another size than expected.
 *
 * Fails: RangeError with the owner, the quantity and both sizes.
 */
export const checkSize = (owner: string, quantity: string, vector: Vector, size: number): void => {
  if (vector.length !== size) {
    throw new RangeError(`${owner}: expected ${quantity} of size ${size}, got ${vector.length}`)
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

/** Refuses an action that does not have the size of its spec or is not finite. The simulator applies its bounds. */
export const checkAction = (owner: string, action: Vector, spec: VectorSpec): void => {
  checkSize(owner, 'action', action, spec.size)
  checkFinite('action', action, spec.names)
}

/**
 * Refuses a step whose observation is the same array as that of the step before: the earlier observation was overwritten.
 *
 * Fails: DriverError naming the step.
 */
export const checkNewArray = (owner: string, { index, observation }: TimeStep, previous: Vector): void => {
  if (observation !== previous) return
  throw new DriverError(
    `${owner}: step ${index} comes with the observation array of the step before, so that the earlier observation is lost; ` +
      `a driver, and an operator that changes observations, makes a new array at each step`,
  )
}
