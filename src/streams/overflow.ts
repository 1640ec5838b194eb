/** What becomes of values that come faster than they are worked off: said by name and number, and counted. */
import { EMPTY, Observable, type ObservableInput, defer, finalize, mergeMap } from 'rxjs'
import { type Cell, cell } from '../cell.js'

/** How many may wait, and which one goes when one more comes: `sliding` drops the oldest, `dropping` the one that came. */
export interface Overflow {
  readonly kind: 'sliding' | 'dropping'
  /** Values that may wait at a time, 1 or more. */
  readonly size: number
}

/** Values that wait in the order in which they came, never more than its overflow allows. */
export interface Queue<V> {
  /** Takes a value in, and drops one if that is one too many. */
  push(value: V): void
  /** Takes the oldest out; undefined when none waits. */
  shift(): V | undefined
  /** Values that wait now. */
  readonly size: number
  /** Values dropped so far. */
  readonly dropped: number
}

/**
 * An empty queue with a bound, for whoever is named as its `owner` in what it throws.
 *
 * Memory: `size` places, reused in a ring; a place that is not taken holds nothing.
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
    get size() {
      return size
    },
    get dropped() {
      return dropped
    },
  }
}

/** What became of the values so far: `arrived` is always the sum of the other three. */
export interface OverflowCounts {
  readonly arrived: number
  /** Values that work was begun on. */
  readonly begun: number
  /** Values that wait now. */
  readonly waiting: number
  /** Values that were given up, those included that still waited when the subscription ended. */
  readonly dropped: number
}

/** The counts before anything has come. */
export const emptyOverflowCounts: OverflowCounts = { arrived: 0, begun: 0, waiting: 0, dropped: 0 }

/** What an overflow operator does with its values, and where it counts them. */
export interface WorkOptions<In, Out> {
  /** Begun on one value at a time, and over when it completes; what it emits is passed on. */
  readonly work: (value: In) => ObservableInput<Out>
  /** Holds the counts; `cell(emptyOverflowCounts)` at the beginning. Several subscriptions that share it add up. */
  readonly cell?: Cell<OverflowCounts>
}

/**
 * Works values off one at a time, in order; those that come meanwhile wait in a bounded queue.
 *
 * Memory: the queue, born with the subscription, and the counts.
 * Fails: throws when the pipeline is built on a size that is not a positive integer. Error notification with the source's
 * error, at once and whatever waits, and with what the work throws or notifies.
 */
export const workOff = <In, Out>(
  overflow: Overflow,
  { work, cell: counts = cell(emptyOverflowCounts) }: WorkOptions<In, Out>,
): ((source: Observable<In>) => Observable<Out>) => {
  boundedQueue(overflow, overflow.kind)
  return (source) =>
    defer(() => {
      const queue = boundedQueue<In>(overflow, overflow.kind)
      let busy = false
      let [waited, lost] = [0, 0]
      /** Adds what arrived or was begun, and what the queue has become since the last count. */
      const count = (arrived: number, begun: number): void => {
        const { value } = counts
        counts.value = {
          arrived: value.arrived + arrived,
          begun: value.begun + begun,
          waiting: value.waiting + queue.size - waited,
          dropped: value.dropped + queue.dropped - lost,
        }
        ;[waited, lost] = [queue.size, queue.dropped]
      }
      const begin = (): Observable<Out> => {
        const value = queue.shift() as In
        count(0, 1)
        return defer(() => work(value))
      }
      const drain = new Observable<Out>((subscriber) => {
        let looping = false
        const proceed = (): void => {
          // A loop: works that complete at once would otherwise nest as deep as the queue is long.
          looping = true
          while (!busy && queue.size > 0 && !subscriber.closed) {
            busy = true
            subscriber.add(begin().subscribe({ next, error, complete }))
          }
          looping = false
          if (!busy) subscriber.complete()
        }
        const next = (value: Out): void => subscriber.next(value)
        const error = (reason: unknown): void => subscriber.error(reason)
        const complete = (): void => {
          busy = false
          if (!looping) proceed()
        }
        proceed()
      })
      const arrive = (value: In): Observable<Out> => {
        queue.push(value)
        count(1, 0)
        return busy ? EMPTY : drain
      }
      const giveUp = (): void => {
        const { value } = counts
        counts.value = { ...value, waiting: value.waiting - queue.size, dropped: value.dropped + queue.size }
      }
      return finalize<Out>(giveUp)(mergeMap(arrive)(source))
    })
}
