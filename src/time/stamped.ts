/** Values with the time of their measurement. */
import { type OperatorFunction, map } from 'rxjs'

/** A value, and what is known about its age. */
export interface Stamped<A> {
  readonly value: A
  /** When it was measured, in milliseconds since 1970; null if that is unknown: then the time of its arrival counts. */
  readonly stamp: number | null
  /** False for a stored copy, such as a retained message of an MQTT broker: its arrival says nothing about its age. */
  readonly live: boolean
}

/** Whether a value is `Stamped`. */
export const isStamped = (value: unknown): value is Stamped<unknown> =>
  typeof value === 'object' && value !== null && 'value' in value && 'stamp' in value && 'live' in value

/**
 * Projects each value, and keeps what is known about its age.
 *
 *     source                          ---{ value: [7], stamp: 5, live: true }---
 *     mapStamped(([first]) => first)  ---{ value: 7, stamp: 5, live: true }-----
 *
 * Fails: error notification with what the projection throws.
 */
export const mapStamped = <A, B>(project: (value: A) => B): OperatorFunction<Stamped<A>, Stamped<B>> =>
  map((stamped) => ({ ...stamped, value: project(stamped.value) }))
