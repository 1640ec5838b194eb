/**
 * Shapes, bounds, names and units of what flows, and the checks that say which of them was broken. The checks run at every
 * step, so they allocate nothing while all is well.
 */
import { DriverError, NotFiniteError } from './failure.js'
import type { TimeStep, Vector } from './types.js'

/** One vector's shape and meaning. */
export interface VectorSpec {
  readonly size: number
  /** Lower bounds, shape `[size]`; -Infinity where there is none. */
  readonly low: Vector
  /** Upper bounds, shape `[size]`; Infinity where there is none. */
  readonly high: Vector
  /** One name a component. */
  readonly names: readonly string[]
  /** One SI unit a component, `1` where it has none. */
  readonly units: readonly string[]
}

/** A world's shapes and pace. */
export interface Spec {
  /** The task's id, such as `Hopper-v4`. */
  readonly name: string
  readonly observation: VectorSpec
  readonly action: VectorSpec
  /** Seconds from one step to the next, by the world's own clock. */
  readonly stepSeconds: number
  /** Steps after which an episode is truncated; Infinity where it never is. */
  readonly stepLimit: number
}

/** Refuses what is no spec of an action, such as `world.spec` in the place of `world.spec.action`. */
export const checkVectorSpec = (owner: string, spec: unknown): void => {
  if (typeof spec === 'object' && spec !== null && 'size' in spec && 'low' in spec && 'high' in spec) return
  const got = typeof spec === 'object' && spec !== null ? 'an object without size, low and high' : String(spec)
  throw new TypeError(`${owner}: expected the bounds of an action, such as world.spec.action, got ${got}`)
}

/**
 * Refuses a vector of another size than expected.
 *
 * Fails: RangeError saying who expected what.
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

/** Refuses an action that has not the size of its spec or is not finite; its bounds are the simulator's to apply. */
export const checkAction = (owner: string, action: Vector, spec: VectorSpec): void => {
  checkSize(owner, 'action', action, spec.size)
  checkFinite('action', action, spec.names)
}

/**
 * Refuses a step whose observation is the very array of the step before: the earlier observation was written over.
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
