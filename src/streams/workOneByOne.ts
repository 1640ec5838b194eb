/** Works on one value at a time, and keeps values that come meanwhile in a bounded queue. */
import { EMPTY, Observable, type ObservableInput, defer, merge, mergeMap, tap } from 'rxjs'
import type { Cell } from '../cell.js'
import { mirrorInCell } from './mirrorInCell.js'
import { type Overflow, boundedQueue } from './overflow.js'

/**
 * The counts of the values so far, and the values without finished work: `arrived` is the sum of `begun`, `dropped` and the number of
 * waiting values.
 */
export interface OverflowState<V> {
  readonly arrived: number
  /** Values whose work was begun. */
  readonly begun: number
  /** Values that were dropped since too many waited. */
  readonly dropped: number
  /** Values that wait, the oldest first. */
  readonly waiting: readonly V[]
  /** The value of the work that is under way; null between works. */
  readonly underway: { readonly value: V } | null
}

/** The memory before the first value. */
export const emptyOverflow: OverflowState<never> = { arrived: 0, begun: 0, dropped: 0, waiting: [], underway: null }

/** Options of `sliding`, `dropping` and `suspend`. */
export interface WorkOptions<In, Out> {
  /** The work on one value, which is over when its result completes; the values that it emits are passed on. */
  readonly work: (value: In) => ObservableInput<Out>
  /**
   * Holds the counts and the values without finished work; `cell<OverflowState<In>>(emptyOverflow)` at the beginning, and by default of
   * each subscription. The next subscription works on the values in it: first on the value whose work was under way, which begins
   * again, then on those that waited. Work that fails is over.
   */
  readonly cell?: Cell<OverflowState<In>>
}

/** The work that is under way. */
export interface TrackedWork<In, Out> {
  /** The value of the work under way, in a record; null between works. */
  readonly value: { readonly value: In } | null
  /** The work on a value, under way from its subscription to its completion or its error. */
  on(value: In): Observable<Out>
}

/** Records which work is under way; none at first. */
export const trackWork = <In, Out>(work: (value: In) => ObservableInput<Out>): TrackedWork<In, Out> => {
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
 * Works on one value at a time, in order; values that come meanwhile wait in a bounded queue.
 *
 * Memory: the fields of `OverflowState`, in the caller's cell if there is one.
 * Fails: throws when the pipeline is built on a size that is not a positive integer. Error notification with the source's error, at
 * once even if values wait, with what the work throws or notifies, and where another subscription uses the cell.
 */
export const workOneByOne = <In, Out>(
  overflow: Overflow,
  { work, cell: memory }: WorkOptions<In, Out>,
): ((source: Observable<In>) => Observable<Out>) => {
  boundedQueue(overflow, overflow.kind)
  return (source) =>
    defer(() => {
      const before: OverflowState<In> = memory?.value ?? emptyOverflow
      const queue = boundedQueue<In>(overflow, overflow.kind)
      for (const value of before.waiting) queue.push(value)
      let { arrived, begun, underway: resumed } = before
      const underway = trackWork(work)
      let busy = false

      const state = (): OverflowState<In> => ({
        arrived,
        begun,
        dropped: before.dropped + queue.dropped,
        waiting: queue.values(),
        underway: underway.value,
      })
      const begin = (): Observable<Out> => {
        if (resumed !== null) {
          const { value } = resumed
          resumed = null
          return underway.on(value)
        }
        begun += 1
        return underway.on(queue.shift() as In)
      }
      const hasWork = (): boolean => resumed !== null || queue.size > 0
      const drain = new Observable<Out>((subscriber) => {
        let looping = false
        const proceed = (): void => {
          // A loop, since calls of synchronous work would otherwise nest as deep as the queue is long.
          looping = true
          while (!busy && hasWork() && !subscriber.closed) {
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
      const onValue = (value: In): Observable<Out> => {
        queue.push(value)
        arrived += 1
        return busy ? EMPTY : drain
      }
      const worked = mergeMap(onValue)(source)
      return mirrorInCell<OverflowState<In>, Out>(memory, state)(hasWork() ? merge(drain, worked) : worked)
    })
}
