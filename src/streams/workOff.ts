/** Works values off one at a time, and keeps those that come meanwhile. */
import { EMPTY, Observable, type ObservableInput, defer, merge, mergeMap, tap } from 'rxjs'
import type { Cell } from '../cell.js'
import { keptIn } from './keptIn.js'
import { type Overflow, boundedQueue } from './overflow.js'

/** What became of the values so far, and those that are not worked off yet: `arrived` is `begun` and `dropped` and those that wait. */
export interface OverflowState<V> {
  readonly arrived: number
  /** Values that work was begun on. */
  readonly begun: number
  /** Values that were given up since too many waited. */
  readonly dropped: number
  /** Values that wait, the oldest first. */
  readonly waiting: readonly V[]
  /** The value of the work that is under way; null between works. */
  readonly underway: { readonly value: V } | null
}

/** The memory before anything has come. */
export const emptyOverflow: OverflowState<never> = { arrived: 0, begun: 0, dropped: 0, waiting: [], underway: null }

/** What an overflow operator does with its values, and where it keeps them. */
export interface WorkOptions<In, Out> {
  /** Begun on one value at a time, and over when it completes; what it emits is passed on. */
  readonly work: (value: In) => ObservableInput<Out>
  /**
   * Holds the counts and the values that are not worked off yet; `cell<OverflowState<In>>(emptyOverflow)` at the beginning, and by
   * default of each subscription. What is in it when a subscription ends is worked off by the next one: first the work that was under
   * way, which begins again with its value, then what waited. A work that fails is over.
   */
  readonly cell?: Cell<OverflowState<In>>
}

/** The work that is under way. */
export interface Underway<In, Out> {
  /** The value of the work under way, in a record; null between works. */
  readonly value: { readonly value: In } | null
  /** The work on a value, under way from its subscription to its completion or its error. */
  on(value: In): Observable<Out>
}

/** Notes which work is under way; none at first. */
export const underwayOf = <In, Out>(work: (value: In) => ObservableInput<Out>): Underway<In, Out> => {
  let underway: { readonly value: In } | null = null
  const over = (): void => {
    underway = null
  }
  return {
    get value() {
      return underway
    },
    on: (value) =>
      defer(() => {
        underway = { value }
        return tap<Out>({ error: over, complete: over })(defer(() => work(value)))
      }),
  }
}

/**
 * Works values off one at a time, in order; those that come meanwhile wait in a bounded queue.
 *
 * Memory: what `OverflowState` lists, the caller's where a cell is handed in.
 * Fails: throws when the pipeline is built on a size that is not a positive integer. Error notification with the source's
 * error, at once and whatever waits, with what the work throws or notifies, and where another subscription uses the cell.
 */
export const workOff = <In, Out>(
  overflow: Overflow,
  { work, cell: memory }: WorkOptions<In, Out>,
): ((source: Observable<In>) => Observable<Out>) => {
  boundedQueue(overflow, overflow.kind)
  return (source) =>
    defer(() => {
      const before: OverflowState<In> = memory?.value ?? emptyOverflow
      const queue = boundedQueue<In>(overflow, overflow.kind)
      for (const value of before.waiting) queue.push(value)
      let { arrived, begun, underway: again } = before
      const underway = underwayOf(work)
      let busy = false

      const state = (): OverflowState<In> => ({
        arrived,
        begun,
        dropped: before.dropped + queue.dropped,
        waiting: queue.values(),
        underway: underway.value,
      })
      const begin = (): Observable<Out> => {
        if (again !== null) {
          const { value } = again
          again = null
          return underway.on(value)
        }
        begun += 1
        return underway.on(queue.shift() as In)
      }
      const isLeft = (): boolean => again !== null || queue.size > 0
      const drain = new Observable<Out>((subscriber) => {
        let looping = false
        const proceed = (): void => {
          // A loop: works that complete at once would otherwise nest as deep as the queue is long.
          looping = true
          while (!busy && isLeft() && !subscriber.closed) {
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
        arrived += 1
        return busy ? EMPTY : drain
      }
      const worked = mergeMap(arrive)(source)
      return keptIn<OverflowState<In>, Out>(memory, state)(isLeft() ? merge(drain, worked) : worked)
    })
}
