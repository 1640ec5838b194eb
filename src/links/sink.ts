/** Sinks: they send values over a link, and of the values that wait only the newest. */
import { Subscription } from 'rxjs'
import { SensorError } from '../failure.js'
import type { Cell } from '../cell.js'
import { type Job, newest } from './newest.js'
import { reasonFor } from './address.js'
import type { Link } from './link.js'
import type { LinkCounts } from './linkCounts.js'

/** Sends values to a device or a server. The link begins to connect when the sink is created. */
export interface Sink<A> {
  /**
   * Sends a value, and resolves with true when the transport has accepted it. One value is sent at a time and one more may wait; a
   * newer value replaces the one that waits, whose promise resolves with false, since of commands only the newest matters.
   *
   * Before the first connection the newest value waits for it, for the link's `patience` at most. Later nothing waits for a
   * connection: while there is none, `send` rejects.
   *
   * Fails: rejects with a `SensorError` that gives the link's reason if there is no connection, if it is lost before the value is
   * sent, if the link was refused or gave up, and after `close`; and with what `format` throws.
   */
  send(value: A): Promise<boolean>
  /**
   * Ends the use of the link, at any time. Values that are not sent yet are rejected. Resolves when the connection is closed in the
   * protocol's way, or at once if other sources or sinks still use it.
   */
  close(): Promise<void>
  /** The counts of the link so far. */
  readonly link: Cell<LinkCounts>
}

/** Hands one message to the transport, and resolves when the transport has accepted it. */
export type Write<Raw> = (message: Raw) => PromiseLike<unknown>

/** A promise for a call that takes a callback with an optional error. */
export const fromCallback = (call: (settle: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())))

/** A message to be sent: `run` writes it. */
interface Sending extends Job {
  readonly reject: (error: SensorError) => void
}

/**
 * A sink over a link. `writer` is called for each connection; the teardowns that it adds to `end` run when the connection is lost or
 * the sink is closed.
 *
 * Memory: the value under way and the one that waits.
 * Fails: as `Sink` says.
 */
export const sinkOn = <C, A, Raw>(
  link: Link<C>,
  format: (value: A) => Raw,
  writer: (connection: C, end: Subscription) => Write<Raw>,
): Sink<A> => {
  const { place, count, noteFailure, scheduler, patience } = link
  const { label } = place
  const sendings = newest<Sending>()
  let connectionUse = new Subscription()
  let write: Write<Raw> | null = null
  /** Whether the first connection is still to come: until then a value may wait for it, as long as `firstTimer` runs. */
  let isFirst = true
  let firstTimer: Subscription | null = null
  let firstWaiting: Sending | null = null
  let endReason: string | null = null

  const absenceReason = (): string => {
    const { failure } = link.counts.value
    return endReason ?? `${label}: not connected${failure === null ? '' : `: ${failure}`}`
  }
  const drop = ({ reject }: Pick<Sending, 'reject'>, complaint: string): void => {
    count('dropped')
    reject(new SensorError(complaint))
  }
  const rejectFirst = (complaint: string): void => {
    firstTimer?.unsubscribe()
    firstTimer = null
    const waited = firstWaiting
    firstWaiting = null
    if (waited !== null) drop(waited, complaint)
  }
  const rejectAll = (complaint: string): void => {
    write = null
    for (const sending of sendings.abandon()) drop(sending, complaint)
    connectionUse.unsubscribe()
    connectionUse = new Subscription()
  }
  const waitForFirst = (sending: Sending): void => {
    firstWaiting?.replaced?.()
    firstWaiting = sending
    if (patience === Infinity) return
    firstTimer ??= scheduler.schedule(() => rejectFirst(`${absenceReason()} (waited ${patience} ms)`), patience)
  }
  const connected = (connection: C): void => {
    isFirst = false
    try {
      write = writer(connection, connectionUse)
    } catch (error) {
      return link.connectionLost(connection, error)
    }
    firstTimer?.unsubscribe()
    const waited = firstWaiting
    firstWaiting = null
    if (waited !== null) sendings.push(waited)
  }

  const subscription = link.connections.subscribe({
    next: (connection) => {
      rejectAll(`${absenceReason()}: the connection was lost before it was sent`)
      if (connection !== null) connected(connection)
    },
    error: (error: SensorError) => {
      endReason = error.message
      // A source gives its error to its subscriber; of a sink there may be no `send` under way that could reject with it.
      if (firstWaiting === null && sendings.underway === null) link.report(error.message)
      rejectAll(error.message)
      rejectFirst(error.message)
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
      noteFailure(complaint)
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
        else if (isFirst && endReason === null) waitForFirst(job)
        else drop(job, absenceReason())
      })
    },
    close: async () => {
      endReason ??= `${label}: closed`
      rejectAll(endReason)
      rejectFirst(endReason)
      subscription.unsubscribe()
      await link.closed()
    },
  }
}
