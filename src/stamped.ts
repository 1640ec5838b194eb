/** Values that say when they were measured. */

/** A value with the time at which it was measured. */
export interface Stamped<A> {
  readonly value: A
  /** Milliseconds since 1970 at which it was measured; null if that is unknown: the time at which it came is taken. */
  readonly stamp: number | null
  /** False for a stored copy, such as a retained message of MQTT: it is shown, but it is no sign of life and is never summed. */
  readonly live: boolean
}
