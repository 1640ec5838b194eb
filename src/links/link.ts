/** Links: connections that are made again after a loss. This is the one place that connects again, for every transport. */
import { Observable, ReplaySubject, type SchedulerLike, Subscription, share } from 'rxjs'
import { SensorError } from '../failure.js'
import { type Cell, cell } from '../cell.js'
import { eventLoop } from '../time/schedule.js'
import { warn } from '../warn.js'
import { type Place, reasonFor } from './address.js'
import { type Backoff, backoffDelays } from './backoff.js'
import { isRefusal } from './refusal.js'
import { type LinkCounts, emptyLinkCounts } from './linkCounts.js'
import { orderlyClose } from './orderlyClose.js'
import type { Report } from './report.js'

/** Options of every link. */
export interface LinkOptions {
  /** How long to wait before each attempt to connect; the defaults are in `Backoff`: 100 ms, doubled up to 10 s, for ever. */
  readonly backoff?: Backoff
  /** Milliseconds within which a connection must be open, its greeting included. The default is 10 000; Infinity waits for ever. */
  readonly patience?: number
  /**
   * Milliseconds without a message after which the link counts the connection as lost, since a pulled cable closes nothing. The
   * default is Infinity: silence is no loss.
   */
  readonly silence?: number
  /** Receives one line for each outage, with its first failure, and one if messages are left out. The default is `console.warn`. */
  readonly report?: Report
  /** The source of time and timers. The default is `eventLoop`. */
  readonly scheduler?: SchedulerLike
}

/** A connection that is made again whenever it is lost, shared by the sources and sinks on it. */
export interface Link<C> {
  readonly place: Place
  readonly patience: number
  readonly scheduler: SchedulerLike
  readonly report: Report
  readonly counts: Cell<LinkCounts>
  /**
   * Emits each connection, and null when one is lost. The connection is shared: the first subscriber opens it, and it is closed after
   * the last one has unsubscribed. An error notification, a `SensorError`, means that the link does not connect again.
   */
  readonly connections: Observable<C | null>
  /** Reports that a connection failed. If it is the current one, the link closes it and connects again. */
  connectionLost(connection: C, error: unknown): void
  /** Adds one to a count. */
  count(what: 'messages' | 'bad' | 'dropped' | 'sent'): void
  /** Stores the reason of the latest failure in the counts. */
  noteFailure(reason: string): void
  /** Reports that a message arrived now: the time of silence starts again at 0, and so do the waits of the backoff. */
  messageArrived(): void
  /** Resolves when the connection that the last subscriber left is closed. */
  closed(): Promise<void>
}

/** A loss that is normal for a transport, such as the end of a named pipe whose writer closed it: it is not reported. */
export class ExpectedLoss extends Error {
  override readonly name = 'ExpectedLoss'
}

/** The loss of a connection without messages: however long it was open, that does not count as a working connection. */
class SilenceError extends Error {}

/**
 * A link to a place.
 *
 *     connect       -c      -#   -#      -c
 *     messages       -m-m#                -m-m-
 *     connections   -c---0----------------c----     0: null; waits of 1, 2, 4 ... times `first`
 *
 * `connect` emits an open connection, keeps it open while it is subscribed to, and closes it when it is unsubscribed from. An error of
 * `connect` is a loss, after which the link connects again; a `SensorError` is final. The waits start again at `backoff.first` after a
 * message, after a value that was sent, and after a connection that was open for `backoff.longest`. When the last subscriber leaves,
 * `disconnect` may end the connection in the protocol's way before it is closed; it returns undefined if there is nothing to send.
 *
 * Memory: the counts.
 * Fails: throws a RangeError on options that are not milliseconds. Error notification, a `SensorError`, when a connection is
 * refused for good, or when `backoff.retries` new attempts in a row have failed.
 */
export const link = <C>(
  place: Place,
  { backoff = {}, patience = 10_000, silence = Infinity, report = warn, scheduler = eventLoop }: LinkOptions,
  connect: Observable<C>,
  disconnect: (connection: C) => PromiseLike<unknown> | undefined = () => undefined,
): Link<C> => {
  const { label } = place
  for (const [option, value] of Object.entries({ patience, silence })) {
    if (!(value > 0)) throw new RangeError(`${label}: ${option}: expected milliseconds above 0, got ${value}`)
  }
  const { longest: longestDelay = 10_000 } = backoff
  const delayAfter = backoffDelays(label, backoff)
  const counts = cell(emptyLinkCounts)
  const note = (change: Partial<LinkCounts>): void => {
    counts.value = { ...counts.value, ...change }
  }
  let failures = 0
  let isReported = false
  let lastMessageAt = 0
  let handleLoss: Link<C>['connectionLost'] = () => {}
  const closing = orderlyClose(scheduler, disconnect)

  const resetFailures = (): void => {
    failures = 0
    isReported = false
  }
  const reconnecting = new Observable<C | null>((subscriber) => {
    let attempt = new Subscription()
    let timer: Subscription | null = null
    let current: { readonly connection: C; readonly since: number } | null = null
    resetFailures()

    const fail = (error: unknown): void => {
      const lost = current
      current = null
      timer?.unsubscribe()
      attempt.unsubscribe()
      note({ connected: false })
      const heldFor = lost === null || error instanceof SilenceError ? 0 : scheduler.now() - lost.since
      if (lost !== null && heldFor >= longestDelay) resetFailures()
      failures += 1
      const reason = reasonFor(place, error)
      note({ failure: reason })
      if (error instanceof SensorError) return subscriber.error(error)
      if (isRefusal(error)) return subscriber.error(new SensorError(`${label}: ${reason}`))
      const delay = delayAfter(failures)
      if (delay === null) {
        return subscriber.error(new SensorError(`${label}: gave up (failures in a row: ${failures}): ${reason}`))
      }
      const isNewOutage = !isReported && !(error instanceof ExpectedLoss)
      isReported ||= isNewOutage
      if (isNewOutage) report(`${label}: ${reason}; trying again`)
      if (lost !== null) subscriber.next(null)
      if (!subscriber.closed) timer = scheduler.schedule(startAttempt, delay)
    }
    const startAttempt = (): void => {
      const thisAttempt = new Subscription()
      const failed = (error: unknown): void => {
        if (attempt === thisAttempt && !subscriber.closed) fail(error)
      }
      attempt = thisAttempt
      note({ attempts: counts.value.attempts + 1 })
      timer = null
      if (patience < Infinity) {
        timer = scheduler.schedule(() => failed(new Error(`no connection within ${patience} ms`)), patience)
      }
      const connected = (connection: C): void => {
        if (attempt !== thisAttempt || current !== null || thisAttempt.closed) return
        timer?.unsubscribe()
        timer = null
        lastMessageAt = scheduler.now()
        current = { connection, since: lastMessageAt }
        note({ connected: true, connections: counts.value.connections + 1 })
        if (silence < Infinity) watchForSilence(failed)
        subscriber.next(connection)
      }
      thisAttempt.add(
        connect.subscribe({
          next: connected,
          error: failed,
          complete: () => failed(new Error('the connection ended')),
        }),
      )
    }
    /** One timer for all messages: it fires when the silence may be too long, checks, and is set again if it is not. */
    const watchForSilence = (failed: (error: unknown) => void): void => {
      const check = (): void => {
        if (scheduler.now() - lastMessageAt >= silence) failed(new SilenceError(`no message for ${silence} ms`))
        else watchForSilence(failed)
      }
      timer = scheduler.schedule(check, lastMessageAt + silence - scheduler.now())
    }
    handleLoss = (connection, error) => {
      if (current?.connection === connection) fail(error)
    }
    if (closing.underway === null) startAttempt()
    else void closing.underway.then(() => subscriber.closed || startAttempt())
    return () => {
      const [open, openAttempt] = [current, attempt]
      current = null
      // From here on the results of the attempt are ignored.
      attempt = new Subscription()
      timer?.unsubscribe()
      note({ connected: false })
      if (open === null) openAttempt.unsubscribe()
      else closing.close(open.connection, () => openAttempt.unsubscribe())
    }
  })

  return {
    place,
    patience,
    scheduler,
    report,
    counts,
    connections: share<C | null>({ connector: () => new ReplaySubject(1) })(reconnecting),
    connectionLost: (connection, error) => handleLoss(connection, error),
    count: (what) => {
      if (what === 'sent') resetFailures()
      note({ [what]: counts.value[what] + 1 })
    },
    noteFailure: (failure) => note({ failure }),
    messageArrived: () => {
      lastMessageAt = scheduler.now()
      resetFailures()
    },
    closed: async () => {
      await closing.underway
    },
  }
}
