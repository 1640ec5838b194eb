/** Values that say when they were measured. */
import { type OperatorFunction, map } from 'rxjs'

/** A value, and what is known of its age. */
export interface Stamped<A> {
  readonly value: A
  /** When it was measured, in milliseconds since 1970; null where that is unknown, and then its arrival counts. */
  readonly stamp: number | null
  /** False for a copy that was kept, such as a retained message of an MQTT broker: its arrival says nothing of its age. */
  readonly live: boolean
}

/** Whether a value has a stamp, as one of any `Stamped` has. */
export const isStamped = (value: unknown): value is Stamped<unknown> =>
  typeof value === 'object' && value !== null && 'value' in value && 'stamp' in value && 'live' in value

/**
 * Projects each value, and leaves what is known of its age.
 *
 *     source                          ---{ value: [7], stamp: 5, live: true }---
 *     mapStamped(([first]) => first)  ---{ value: 7, stamp: 5, live: true }-----
 *
 * Fails: error notification with what the projection throws.
 */
export const mapStamped = <A, B>(project: (value: A) => B): OperatorFunction<Stamped<A>, Stamped<B>> =>
  map((stamped) => ({ ...stamped, value: project(stamped.value) }))
