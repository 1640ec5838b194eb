/** Sinks: links that values are sent over, newest first. */
import { Observable, Subscription } from 'rxjs'
import { reason, SensorError } from '../failure.js'
import { type Job, newest } from '../newest.js'
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

/** A message on its way: written by `run`. */
interface Sending extends Job {
  readonly reject: (error: SensorError) => void
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
  const sendings = newest<Sending>()

  const drop = ({ reject }: Pick<Sending, 'reject'>, complaint: string): void => {
    count('dropped')
    reject(new SensorError(complaint))
  }
  const lose = (): void => {
    write = null
    for (const sending of sendings.abandon()) drop(sending, `${absence}: the connection was lost before it was sent`)
  }

  const sink: Sink<A> = {
    send: async (value) => {
      const message = format(value)
      return new Promise((resolve, reject) => {
        if (write === null) return drop({ reject }, absence)
        const transmit = write
        sendings.push({
          run: () => transmit(message),
          succeeded: () => {
            count('messages')
            resolve(true)
          },
          failed: (error) => {
            const why = reason(error)
            blame(why)
            drop({ reject }, `${label}: not sent: ${why}`)
          },
          replaced: () => {
            count('dropped')
            resolve(false)
          },
          reject,
        })
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
