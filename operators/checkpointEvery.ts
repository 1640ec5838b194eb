import { Observable, Subject, takeUntil } from 'rxjs'
import { type Clock, systemClock } from '../src/time/clock.js'

/** Options of `checkpointEvery`. */
export interface CheckpointEveryOptions {
  /**
   * Saves the run; its promise resolves when that is done. It copies the state before it returns, as `save` of `checkpointFolder` does,
   * since the run goes on meanwhile.
   */
  readonly save: () => Promise<unknown>
  /** Records from one checkpoint to the next, at least. The default is Infinity: `milliseconds` says when. */
  readonly records?: number
  /** Milliseconds from one checkpoint to the next, at least. The default is 60 000, a minute; with `records` it is Infinity. */
  readonly milliseconds?: number
  /** Where time is read, in ms. The default is the system's clock. */
  readonly clock?: Clock
}

/**
 * Saves the run from time to time: calls `save` when every operator below has handled a record, and before the world steps.
 *
 *     source           --a-b-c-t-a-|
 *     checkpointEvery  --a-b-c-t-a-|
 *     save                   s
 *
 * It stands first, directly below the source, so that the state that `save` copies is that of a whole record: what has begun below, for
 * instance an update, is over. While a checkpoint is being written no other one begins.
 *
 * Memory: when the latest checkpoint began, which is in no state: a run that is restored writes its next checkpoint as if it had just
 * begun.
 * Fails: throws a RangeError when the pipeline is built, for `records` that are not a positive integer and for `milliseconds` below 0.
 * Error notification with what `save` throws or rejects with; the checkpoints before it are still there.
 */
export const checkpointEvery = ({
  save,
  records = Infinity,
  milliseconds = records === Infinity ? 60_000 : Infinity,
  clock = systemClock,
}: CheckpointEveryOptions) => {
  if (!(records === Infinity || (Number.isSafeInteger(records) && records > 0))) {
    throw new RangeError(`checkpointEvery: records must be a positive integer, got ${records}`)
  }
  if (!(milliseconds >= 0)) {
    throw new RangeError(`checkpointEvery: milliseconds must be a number from 0 up, got ${milliseconds}`)
  }
  return <T>(source: Observable<T>): Observable<T> =>
    new Observable((subscriber) => {
      let [passed, began, isSaving] = [0, clock.now(), false]
      const begin = async (): Promise<void> => {
        passed = 0
        began = clock.now()
        isSaving = true
        try {
          await save()
        } catch (error) {
          subscriber.error(error)
        }
        isSaving = false
      }
      // A source that emits while it is subscribed to has no subscription yet that could be ended.
      const ended = new Subject<void>()
      subscriber.add(() => ended.next())
      takeUntil<T>(ended)(source).subscribe({
        next: (record) => {
          passed++
          subscriber.next(record)
          const isDue = passed >= records || (milliseconds < Infinity && clock.now() - began >= milliseconds)
          if (isDue && !isSaving && !subscriber.closed) void begin()
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      })
    })
}
