/** Shapes, bounds, names and units of what flows, and the checks that say which of them was broken. */
import type { Vector } from './types.js'

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
