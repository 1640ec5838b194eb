/** Sources: the messages of a link, decoded and handed on as they come. */
import { Observable, Subscription, type TeardownLogic } from 'rxjs'
import { reason, SensorError } from '../failure.js'
import type { Cell } from '../cell.js'
import type { Stamped } from '../time/stamped.js'
import type { Link, LinkCounts } from './link.js'
import { type Garbled, type SourceOptions, type Stamping, decoder, isTaken } from './message.js'

/** A stream of values, with the counts of the link that they come over. */
export type LinkSource<A> = Observable<A> & { readonly link: Cell<LinkCounts> }

/** What to do with a stored copy of a message: count it as dropped, or hand it on, marked as not live. */
export interface Retaining {
  readonly retained?: 'skip' | 'use'
}

/** Where a transport takes the messages of a connection. */
export interface Listener<Raw, About> {
  /** A message; not `live` for a stored copy, which is no sign of life. */
  message(message: Raw | Garbled, about: About, live?: boolean): void
  /** What is wrong: a `SensorError` ends this source alone; anything else is the loss of the connection. */
  fail(error: unknown): void
  /** Nothing more will come, and that is no failure: the source completes. */
  complete(): void
}

/**
 * A source over a link; each subscription listens to every connection until it is unsubscribed.
 *
 * Memory: none. A message is handed on synchronously, so that nothing ever waits here.
 * Fails: error notification as the link and `decoder` say.
 */
export const sourceOn = <C, Raw, About, A>(
  link: Link<C>,
  options: SourceOptions<Raw, A, About> & Partial<Stamping<A, About>> & Retaining,
  byDefault: (message: Raw) => unknown,
  listen: (connection: C, listener: Listener<Raw, About>) => TeardownLogic,
): LinkSource<A | Stamped<A>> => {
  const { stamp, retained = 'skip' } = options
  const { label } = link.place
  const isStamped = stamp !== undefined || retained === 'use'
  let isTold = false
  const take = decoder(link, options, byDefault)

  const leaveOut = (): void => {
    link.count('dropped')
    if (isTold) return
    isTold = true
    link.report(
      `${label}: a stored copy (a retained message) is left out, since it may be old; ` +
        `retained: 'use' hands stored copies on, marked as not live`,
    )
  }
  const marked = (value: A, about: About, live: boolean): A | Stamped<A> => {
    if (!isStamped) return value
    const measured = stamp?.(value, about) ?? null
    if (measured !== null && !Number.isFinite(measured)) {
      throw new RangeError(`stamp: expected milliseconds since 1970 or null, got ${String(measured)}`)
    }
    return { value, stamp: measured, live }
  }

  const source = new Observable<A | Stamped<A>>((subscriber) => {
    let listening = new Subscription()
    const listener = (connection: C): Listener<Raw, About> => ({
      message: (message, about, live = true) => {
        if (subscriber.closed) return
        if (live) link.heard()
        else if (retained === 'skip') return leaveOut()
        try {
          const value = take(message, about)
          if (isTaken<A>(value)) subscriber.next(marked(value, about, live))
        } catch (error) {
          subscriber.error(error instanceof SensorError ? error : new SensorError(`${label}: ${reason(error)}`))
        }
      },
      fail: (error) => {
        if (!(error instanceof SensorError)) return link.lose(connection, error)
        link.blame(reason(error))
        subscriber.error(error)
      },
      complete: () => subscriber.complete(),
    })
    const use = (connection: C | null): void => {
      listening.unsubscribe()
      const mine = new Subscription()
      listening = mine
      if (connection === null) return
      const told = listener(connection)
      try {
        mine.add(listen(connection, told))
      } catch (error) {
        told.fail(error)
      }
    }
    const connections = link.connections.subscribe({
      next: use,
      error: (error: unknown) => subscriber.error(error),
    })
    return () => {
      // What this end leaves behind goes over a connection that is still there.
      listening.unsubscribe()
      connections.unsubscribe()
    }
  })
  return Object.assign(source, { link: link.counts })
}
