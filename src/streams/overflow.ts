/** Bounded queues for values that come faster than the work on them. They count dropped values. */

/** How many values may wait, and which is dropped when one more comes: `sliding` drops the oldest, `dropping` the new one. */
export interface Overflow {
  readonly kind: 'sliding' | 'dropping'
  /** Values that may wait at a time, 1 or more. */
  readonly size: number
}

/** Values that wait in the order in which they came, never more than `size` of its overflow. */
export interface Queue<V> {
  /** Adds a value, and drops one if the queue is full. */
  push(value: V): void
  /** Removes and returns the oldest value; undefined when none waits. */
  shift(): V | undefined
  /** Values that wait now. */
  readonly size: number
  /** Values dropped so far. */
  readonly dropped: number
  /** The values that wait now, the oldest first, as a new array. */
  values(): readonly V[]
}

/**
 * An empty queue with a bound; `owner` begins the message of what it throws.
 *
 * Memory: `size` places, reused in a ring; a free place holds no value.
 * Fails: throws a RangeError when `size` is not a positive integer.
 */
export const boundedQueue = <V>({ kind, size: capacity }: Overflow, owner: string): Queue<V> => {
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw new RangeError(`${owner}: expected a positive integer of values that may wait, got ${capacity}`)
  }
  const places: (V | undefined)[] = []
  let first = 0
  let size = 0
  let dropped = 0

  const shift = (): V | undefined => {
    if (size === 0) return undefined
    const value = places[first]
    places[first] = undefined
    first = (first + 1) % capacity
    size -= 1
    return value
  }
  const push = (value: V): void => {
    if (size === capacity) {
      dropped += 1
      if (kind === 'dropping') return
      shift()
    }
    places[(first + size) % capacity] = value
    size += 1
  }
  return {
    push,
    shift,
    values: () => Array.from({ length: size }, (_, place) => places[(first + place) % capacity] as V),
    get size() {
      return size
    },
    get dropped() {
      return dropped
    },
  }
}
