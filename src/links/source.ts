/** Sources: the messages of a link, decoded and emitted as they arrive. */
import { Observable, Subscription, type TeardownLogic } from 'rxjs'
import { reason, SensorError } from '../failure.js'
import type { Cell } from '../cell.js'
import type { Stamped } from '../time/stamped.js'
import type { Link } from './link.js'
import type { LinkCounts } from './linkCounts.js'
import { type Garbled, type SourceOptions, type Stamping, decoder, isAccepted } from './message.js'

/** A stream of values, with the counts of its link. */
export type LinkSource<A> = Observable<A> & { readonly link: Cell<LinkCounts> }

/** How a source treats stored copies of messages. */
export interface RetainedOption {
  /** `skip` counts a stored copy as dropped; `use` emits it, marked as not live. The default is `skip`. */
  readonly retained?: 'skip' | 'use'
}

/** Receives the messages of a connection from its transport. */
export interface Listener<Raw, Metadata> {
  /** A message arrived. `live` is false for a stored copy, which does not end a silence; the default is true. */
  message(message: Raw | Garbled, metadata: Metadata, live?: boolean): void
  /** Something failed: a `SensorError` ends this source alone, any other error is the loss of the connection. */
  fail(error: unknown): void
  /** The input ended without a failure: the source completes. */
  complete(): void
}

/**
 * A source over a link. Each subscription calls `listen` for every connection, until it is unsubscribed.
 *
 * Memory: none. Messages are emitted synchronously, so that none waits here.
 * Fails: error notification as the link and `decoder` say.
 */
export const sourceOn = <C, Raw, Metadata, A>(
  link: Link<C>,
  options: SourceOptions<Raw, A, Metadata> & Partial<Stamping<A, Metadata>> & RetainedOption,
  defaultParse: (message: Raw) => unknown,
  listen: (connection: C, listener: Listener<Raw, Metadata>) => TeardownLogic,
): LinkSource<A | Stamped<A>> => {
  const { stamp, retained = 'skip' } = options
  const { label } = link.place
  const isStamped = stamp !== undefined || retained === 'use'
  let isReported = false
  const decodeMessage = decoder(link, options, defaultParse)

  const dropRetained = (): void => {
    link.count('dropped')
    if (isReported) return
    isReported = true
    link.report(
      `${label}: a stored copy (a retained message) is left out, since it may be old; ` +
        `retained: 'use' emits stored copies, marked as not live`,
    )
  }
  const stamped = (value: A, metadata: Metadata, live: boolean): A | Stamped<A> => {
    if (!isStamped) return value
    const measured = stamp?.(value, metadata) ?? null
    if (measured !== null && !Number.isFinite(measured)) {
      throw new RangeError(`stamp: expected milliseconds since 1970 or null, got ${String(measured)}`)
    }
    return { value, stamp: measured, live }
  }

  const source = new Observable<A | Stamped<A>>((subscriber) => {
    let listening = new Subscription()
    const listener = (connection: C): Listener<Raw, Metadata> => ({
      message: (message, metadata, live = true) => {
        if (subscriber.closed) return
        if (live) link.messageArrived()
        else if (retained === 'skip') return dropRetained()
        try {
          const value = decodeMessage(message, metadata)
          if (isAccepted<A>(value)) subscriber.next(stamped(value, metadata, live))
        } catch (error) {
          subscriber.error(error instanceof SensorError ? error : new SensorError(`${label}: ${reason(error)}`))
        }
      },
      fail: (error) => {
        if (!(error instanceof SensorError)) return link.connectionLost(connection, error)
        link.noteFailure(reason(error))
        subscriber.error(error)
      },
      complete: () => subscriber.complete(),
    })
    const listenTo = (connection: C | null): void => {
      listening.unsubscribe()
      const current = new Subscription()
      listening = current
      if (connection === null) return
      const currentListener = listener(connection)
      try {
        current.add(listen(connection, currentListener))
      } catch (error) {
        currentListener.fail(error)
      }
    }
    const connections = link.connections.subscribe({
      next: listenTo,
      error: (error: unknown) => subscriber.error(error),
    })
    return () => {
      // In this order, since what a transport sends at the end, such as `unsubscribe`, needs the connection.
      listening.unsubscribe()
      connections.unsubscribe()
    }
  })
  return Object.assign(source, { link: link.counts })
}
