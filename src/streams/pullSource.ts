/** Sources that are asked for each value, as the counterpart of observables, which are not. */
import { Observable, type ObservableInput, type Subscription, defer } from 'rxjs'

/** Gives a value when asked for one: a generator, an array, a Node stream. */
export type PullSource<V> = AsyncIterable<V> | Iterable<V>

const iteratorOf = <V>(source: PullSource<V>): AsyncIterator<V> | Iterator<V> =>
  Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()

/**
 * Asks for a value, does the work on it, and asks for the next one when the work has completed.
 *
 * Unsubscribing tells the source at once (`return()` of its iterator), whether or not it still owes a value.
 *
 * Memory: one value.
 * Fails: error notification with what the source or the work throws; the source is told then, too.
 */
export const workOnDemand = <In, Out>(
  source: PullSource<In>,
  work: (value: In) => ObservableInput<Out>,
): Observable<Out> =>
  new Observable((subscriber) => {
    const iterator = iteratorOf(source)
    let present: Subscription | null = null
    let [idle, looping, over] = [true, false, false]

    const proceed = (): void => {
      // A loop: a source and works that answer at once would otherwise nest as deep as the source is long.
      looping = true
      while (idle && !subscriber.closed) {
        idle = false
        try {
          const result = iterator.next()
          if ('then' in result) void result.then(take, refuse)
          else take(result as IteratorResult<In>)
        } catch (error) {
          refuse(error)
        }
      }
      looping = false
    }
    const refuse = (error: unknown): void => {
      over = true
      subscriber.error(error)
    }
    const take = (result: IteratorResult<In>): void => {
      if (subscriber.closed) return
      if (result.done === true) {
        over = true
        return subscriber.complete()
      }
      present = defer(() => work(result.value)).subscribe({
        next: (value) => subscriber.next(value),
        error: (error: unknown) => subscriber.error(error),
        complete: () => {
          idle = true
          if (!looping) proceed()
        },
      })
      // The work may have been left while it was being begun.
      if (subscriber.closed) present.unsubscribe()
    }
    proceed()
    return () => {
      present?.unsubscribe()
      // A source that fails while it is being left has nobody to tell any more.
      if (!over) void (async () => iterator.return?.())().catch(() => {})
    }
  })
