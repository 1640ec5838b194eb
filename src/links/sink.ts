/** Sinks: links that values are sent over, newest first. */
import { Observable, Subscription } from 'rxjs'
import { reason, SensorError } from '../failure.js'
import type { Place } from './address.js'
import { type LinkOptions, link } from './link.js'

/** Takes values to where they have an effect. */
export interface Sink<A> {
  /**
   * Sends a value, and resolves when the transport has taken it: true. One value is under way at a time and one more may
   * wait; a third takes the place of the one that waits, whose promise resolves with false, since of commands the newest
   * counts.
   *
   * Fails: rejects with a `SensorError` while there is no connection (nothing is kept to be sent later), when the
   * connection is lost on the way, and after `close`; with what `format` throws.
   */
  send(value: A): Promise<boolean>
  /** Lets go of the connection, and resolves at once. What is under way is rejected. */
  close(): Promise<void>
}

/** Hands one message to the transport, and resolves when it was taken. */
export type Write<Raw> = (message: Raw) => Promise<void>

/** A promise out of a call that takes a callback, which says at most an error. */
export const settled = (call: (settle: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())))

interface Errand<Raw> {
  readonly message: Raw
  readonly resolve: (sent: boolean) => void
  readonly reject: (error: unknown) => void
}

/**
 * A sink over a link, which is kept up until `close`; resolves when it is connected for the first time.
 *
 * Memory: the value under way and the one that waits.
 * Fails: rejects with a `SensorError` when it fails for good before that. A later such failure rejects each `send`.
 */
export const sinkOver = <C, A, Raw>(
  place: Place,
  options: LinkOptions,
  format: (value: A) => Raw,
  connect: Observable<C>,
  writer: (connection: C) => Write<Raw>,
): Promise<Sink<A>> => {
  const { label } = place
  const { keepUp, count, blame } = link(place, options)
  const subscription = new Subscription()
  let write: Write<Raw> | null = null
  let absence = `${label}: not connected`
  let underway: Errand<Raw> | null = null
  let waiting: Errand<Raw> | null = null

  const drop = (errand: Errand<Raw>, complaint: string): void => {
    count('dropped')
    errand.reject(new SensorError(complaint))
  }
  const lose = (): void => {
    write = null
    const lost = [underway, waiting].flatMap((errand) => (errand === null ? [] : [errand]))
    underway = waiting = null
    for (const errand of lost) drop(errand, `${absence}: the connection was lost before it was sent`)
  }
  const run = async (errand: Errand<Raw>): Promise<void> => {
    if (write === null) return drop(errand, absence)
    underway = errand
    try {
      await write(errand.message)
      if (underway !== errand) return
      count('messages')
      errand.resolve(true)
    } catch (error) {
      if (underway !== errand) return
      const why = reason(error)
      blame(why)
      drop(errand, `${label}: not sent: ${why}`)
    }
    underway = null
    const next = waiting
    waiting = null
    if (next !== null) void run(next)
  }

  const sink: Sink<A> = {
    send: async (value) => {
      const message = format(value)
      return new Promise((resolve, reject) => {
        const errand = { message, resolve, reject }
        if (underway === null) return void run(errand)
        if (waiting !== null) {
          count('dropped')
          waiting.resolve(false)
        }
        waiting = errand
      })
    },
    close: async () => {
      absence = `${label}: closed`
      subscription.unsubscribe()
    },
  }
  const use = (connection: C): Observable<Sink<A>> =>
    new Observable((subscriber) => {
      write = writer(connection)
      subscriber.next(sink)
      return lose
    })
  return new Promise((resolve, reject) => {
    subscription.add(
      keepUp(connect, use).subscribe({
        next: resolve,
        error: (error: SensorError) => {
          absence = error.message
          reject(error)
        },
      }),
    )
  })
}
