/** Sinks: links that values are sent over, newest first. */
import { Subscription } from 'rxjs'
import { SensorError } from '../failure.js'
import type { Cell } from '../cell.js'
import { type Job, newest } from './newest.js'
import { reasonFor } from './address.js'
import type { Link, LinkCounts } from './link.js'

/** Takes values to where they have an effect. It is there at once, and its link is being connected from then on. */
export interface Sink<A> {
  /**
   * Sends a value, and resolves when the transport has taken it: true. One value is under way at a time and one more may
   * wait; a third takes the place of the one that waits, whose promise resolves with false, since of commands the newest
   * counts.
   *
   * Before the first connection the newest value waits for it, as long as the link's `patience`. Afterwards nothing is kept
   * for later: while there is no connection, `send` rejects.
   *
   * Fails: rejects with a `SensorError` that gives the link's reason when there is no connection, when it is lost on the
   * way, when the link was refused or gave up, and after `close`; with what `format` throws.
   */
  send(value: A): Promise<boolean>
  /**
   * Gives up this end of the link, at any time. Rejects what is under way, and resolves when the connection has said
   * farewell and is closed, or is still used by others.
   */
  close(): Promise<void>
  /** What became of the link so far. */
  readonly link: Cell<LinkCounts>
}

/** Hands one message to the transport, and resolves when it was taken. */
export type Write<Raw> = (message: Raw) => PromiseLike<unknown>

/** A promise out of a call that takes a callback, which says at most an error. */
export const settled = (call: (settle: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())))

/** A message on its way: written by `run`. */
interface Sending extends Job {
  readonly reject: (error: SensorError) => void
}

/**
 * A sink over a link. `writer` is called for each connection; what it adds to the subscription is undone when the connection
 * is lost or given up.
 *
 * Memory: the value under way and the one that waits.
 * Fails: as `Sink` says.
 */
export const sinkOn = <C, A, Raw>(
  link: Link<C>,
  format: (value: A) => Raw,
  writer: (connection: C, end: Subscription) => Write<Raw>,
): Sink<A> => {
  const { place, count, blame, scheduler, patience } = link
  const { label } = place
  const sendings = newest<Sending>()
  let use = new Subscription()
  let write: Write<Raw> | null = null
  /** The first connection is still awaited: a value may wait for it, under this limit. */
  let isFirst = true
  let limit: Subscription | null = null
  let first: Sending | null = null
  let absence: string | null = null

  const why = (): string => {
    const { failure } = link.counts.value
    return absence ?? `${label}: not connected${failure === null ? '' : `: ${failure}`}`
  }
  const drop = ({ reject }: Pick<Sending, 'reject'>, complaint: string): void => {
    count('dropped')
    reject(new SensorError(complaint))
  }
  const dropFirst = (complaint: string): void => {
    limit?.unsubscribe()
    limit = null
    const waited = first
    first = null
    if (waited !== null) drop(waited, complaint)
  }
  const lose = (complaint: string): void => {
    write = null
    for (const sending of sendings.abandon()) drop(sending, complaint)
    use.unsubscribe()
    use = new Subscription()
  }
  const wait = (sending: Sending): void => {
    first?.replaced?.()
    first = sending
    if (patience === Infinity) return
    limit ??= scheduler.schedule(() => dropFirst(`${why()} (waited ${patience} ms)`), patience)
  }
  const connected = (connection: C): void => {
    isFirst = false
    try {
      write = writer(connection, use)
    } catch (error) {
      return link.lose(connection, error)
    }
    limit?.unsubscribe()
    const waited = first
    first = null
    if (waited !== null) sendings.push(waited)
  }

  const subscription = link.connections.subscribe({
    next: (connection) => {
      lose(`${why()}: the connection was lost before it was sent`)
      if (connection !== null) connected(connection)
    },
    error: (error: SensorError) => {
      absence = error.message
      // A source gives its error to its subscriber; here there may be no one who awaits a `send`.
      if (first === null && sendings.underway === null) link.report(error.message)
      lose(error.message)
      dropFirst(error.message)
    },
  })

  const sending = (message: Raw, resolve: (sent: boolean) => void, reject: (error: SensorError) => void): Sending => ({
    run: () => {
      if (write === null) throw new Error('not connected')
      return write(message)
    },
    succeeded: () => {
      count('sent')
      resolve(true)
    },
    failed: (error) => {
      const complaint = reasonFor(place, error)
      blame(complaint)
      drop({ reject }, `${label}: not sent: ${complaint}`)
    },
    replaced: () => {
      count('dropped')
      resolve(false)
    },
    reject,
  })
  return {
    link: link.counts,
    send: async (value) => {
      const message = format(value)
      return new Promise((resolve, reject) => {
        const job = sending(message, resolve, reject)
        if (write !== null) sendings.push(job)
        else if (isFirst && absence === null) wait(job)
        else drop(job, why())
      })
    },
    close: async () => {
      absence ??= `${label}: closed`
      lose(absence)
      dropFirst(absence)
      subscription.unsubscribe()
      await link.left()
    },
  }
}
