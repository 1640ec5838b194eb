/** Pull sources: the consumer requests each value, while an observable emits values by itself. */
import { Observable, type ObservableInput, type Subscription, defer } from 'rxjs'

/** Returns a value when it is requested: a generator, an array, a Node stream. */
export type PullSource<V> = AsyncIterable<V> | Iterable<V>

const iteratorOf = <V>(source: PullSource<V>): AsyncIterator<V> | Iterator<V> =>
  Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()

/**
 * Requests a value, does the work on it, and requests the next one when the work has completed.
 *
 * Unsubscribing calls `return()` of the source's iterator at once, also while a value is pending.
 *
 * Memory: one value.
 * Fails: error notification with what the source or the work throws; the iterator's `return()` is called then, too.
 */
export const workOnDemand = <In, Out>(
  source: PullSource<In>,
  work: (value: In) => ObservableInput<Out>,
): Observable<Out> =>
  new Observable((subscriber) => {
    const iterator = iteratorOf(source)
    let present: Subscription | null = null
    let [idle, isLooping, over] = [true, false, false]

    const proceed = (): void => {
      // A loop, since calls of a synchronous source with synchronous work would otherwise nest as deep as the source is long.
      isLooping = true
      while (idle && !subscriber.closed) {
        idle = false
        try {
          const result = iterator.next()
          if ('then' in result) void result.then(onResult, onError)
          else onResult(result as IteratorResult<In>)
        } catch (error) {
          onError(error)
        }
      }
      isLooping = false
    }
    const onError = (error: unknown): void => {
      over = true
      subscriber.error(error)
    }
    const onResult = (result: IteratorResult<In>): void => {
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
          if (!isLooping) proceed()
        },
      })
      // The subscriber may have unsubscribed while the work began.
      if (subscriber.closed) present.unsubscribe()
    }
    proceed()
    return () => {
      present?.unsubscribe()
      // There is no subscriber any more for an error of `return()`.
      if (!over) void (async () => iterator.return?.())().catch(() => {})
    }
  })
