/** Links: connections that are lost and found again. The one place that reconnects, for every transport. */
import { Observable, ReplaySubject, type SchedulerLike, Subscription, share } from 'rxjs'
import { SensorError } from '../failure.js'
import { type Cell, cell } from '../cell.js'
import { eventLoop } from '../time/schedule.js'
import { warn } from '../warn.js'
import { type Place, reasonFor } from './address.js'
import { type Backoff, waits } from './backoff.js'
import { isRefusal } from './refusal.js'
import type { Report } from './report.js'

/** What became of a link so far, all its sources and sinks together. */
export interface LinkCounts {
  readonly connected: boolean
  /** Attempts to connect, those that succeeded and the one under way included. */
  readonly attempts: number
  /** Attempts that succeeded. */
  readonly connections: number
  /** Messages that were decoded and handed on. */
  readonly messages: number
  /** Messages that were refused. */
  readonly bad: number
  /** Values that the transport has taken. */
  readonly sent: number
  /**
   * What was left out: beginnings of lines, stored copies of messages, messages of other topics or that `parse` ignored, and
   * values that were overtaken or had no connection.
   */
  readonly dropped: number
  /** Why the latest attempt or connection ended, or the latest bad message was refused; null before anything did. */
  readonly failure: string | null
}

/** The counts of a link that was never used. */
export const emptyLinkCounts: LinkCounts = {
  connected: false,
  attempts: 0,
  connections: 0,
  messages: 0,
  bad: 0,
  sent: 0,
  dropped: 0,
  failure: null,
}

/** What every link may be handed. */
export interface LinkOptions {
  readonly backoff?: Backoff
  /** Milliseconds within which a connection must be there, its greeting included. */
  readonly patience?: number
  /** Milliseconds without a message after which a connection counts as lost: a pulled cable closes nothing. Infinity waits. */
  readonly silence?: number
  /** Takes one line for each outage, with its first failure, and one if messages are left out; by default `console.warn`. */
  readonly report?: Report
  /** Where its time comes from. */
  readonly scheduler?: SchedulerLike
}

/** A link, and the means to count what goes through it. */
export interface Link<C> {
  readonly place: Place
  readonly patience: number
  readonly scheduler: SchedulerLike
  readonly report: Report
  readonly counts: Cell<LinkCounts>
  /**
   * The connection, and null while there is none after one was lost. It is shared: opened for the first subscriber and closed
   * after the last one. An error notification, a `SensorError`, says that it will not come back.
   */
  readonly connections: Observable<C | null>
  /** A connection turned out to be no good; if it is the present one, it is closed and opened again. */
  lose(connection: C, error: unknown): void
  /** Adds to one count. */
  count(what: 'messages' | 'bad' | 'dropped' | 'sent'): void
  /** Keeps what reason the latest trouble had. */
  blame(reason: string): void
  /** A message came now: the silence begins anew, and so do the waits. */
  heard(): void
  /** Resolves when the latest connection that was given up has said farewell and is closed. */
  left(): Promise<void>
}

/** A loss that belongs to the ways of a transport, such as a writer of a pipe who has gone: it is not reported. */
export class Pause extends Error {
  override readonly name = 'Pause'
}

/** A connection on which nothing came for too long: that it held is no sign of life. */
class Silence extends Error {}

/** Milliseconds that a farewell may take. */
const FAREWELL = 1000

/**
 * A link to a place.
 *
 *     connect       -c      -#   -#      -c
 *     messages       -m-m#                -m-m-
 *     connections   -c---0----------------c----     0: null; waits of 1, 2, 4 ... times `first`
 *
 * `connect` emits a connection and stays until it is unsubscribed, which closes it; what it fails with is a loss, but for a
 * `SensorError`, which is final. A message, a value that was sent, or a connection that held for `backoff.most` begins the waits
 * anew. `leave` says farewell over a connection that the last subscriber gave up, before it is closed; undefined if there is none.
 *
 * Memory: the counts.
 * Fails: throws a RangeError on options that are no milliseconds. Error notification, a `SensorError`, when a connection is
 * refused for good, or when `backoff.retries` new attempts in a row have failed.
 */
export const link = <C>(
  place: Place,
  { backoff = {}, patience = 10_000, silence = Infinity, report = warn, scheduler = eventLoop }: LinkOptions,
  connect: Observable<C>,
  leave: (connection: C) => PromiseLike<unknown> | undefined = () => undefined,
): Link<C> => {
  const { label } = place
  for (const [option, value] of Object.entries({ patience, silence })) {
    if (!(value > 0)) throw new RangeError(`${label}: ${option}: expected milliseconds above 0, got ${value}`)
  }
  const { most = 10_000 } = backoff
  const waitAfter = waits(label, backoff)
  const counts = cell(emptyLinkCounts)
  const note = (change: Partial<LinkCounts>): void => {
    counts.value = { ...counts.value, ...change }
  }
  let failures = 0
  let isTold = false
  let heardAt = 0
  let losing: Link<C>['lose'] = () => {}
  let leaving: Promise<void> | null = null

  const recover = (): void => {
    failures = 0
    isTold = false
  }
  const farewell = (connection: C, close: () => void): void => {
    let said: PromiseLike<unknown> | undefined
    try {
      said = leave(connection)
    } catch {
      // The connection is closed as well without it.
    }
    if (said === undefined) return close()
    const saying = said
    const ending = new Promise<void>((resolve) => {
      const limit = scheduler.schedule(() => resolve(), FAREWELL)
      const over = (): void => {
        limit.unsubscribe()
        resolve()
      }
      saying.then(over, over)
    }).then(() => {
      close()
      if (leaving === ending) leaving = null
    })
    leaving = ending
  }

  const up = new Observable<C | null>((subscriber) => {
    let attempt = new Subscription()
    let timer: Subscription | null = null
    let present: { readonly connection: C; readonly since: number } | null = null
    recover()

    const fail = (error: unknown): void => {
      const lost = present
      present = null
      timer?.unsubscribe()
      attempt.unsubscribe()
      note({ connected: false })
      const held = lost === null || error instanceof Silence ? 0 : scheduler.now() - lost.since
      if (lost !== null && held >= most) recover()
      failures += 1
      const reason = reasonFor(place, error)
      note({ failure: reason })
      if (error instanceof SensorError) return subscriber.error(error)
      if (isRefusal(error)) return subscriber.error(new SensorError(`${label}: ${reason}`))
      const wait = waitAfter(failures)
      if (wait === null) {
        return subscriber.error(new SensorError(`${label}: gave up (failures in a row: ${failures}): ${reason}`))
      }
      const isNews = !isTold && !(error instanceof Pause)
      isTold ||= isNews
      if (isNews) report(`${label}: ${reason}; trying again`)
      if (lost !== null) subscriber.next(null)
      if (!subscriber.closed) timer = scheduler.schedule(begin, wait)
    }
    const begin = (): void => {
      const mine = new Subscription()
      const failed = (error: unknown): void => {
        if (attempt === mine && !subscriber.closed) fail(error)
      }
      attempt = mine
      note({ attempts: counts.value.attempts + 1 })
      timer = null
      if (patience < Infinity) {
        timer = scheduler.schedule(() => failed(new Error(`no connection within ${patience} ms`)), patience)
      }
      const connected = (connection: C): void => {
        if (attempt !== mine || present !== null || mine.closed) return
        timer?.unsubscribe()
        timer = null
        heardAt = scheduler.now()
        present = { connection, since: heardAt }
        note({ connected: true, connections: counts.value.connections + 1 })
        if (silence < Infinity) listen(failed)
        subscriber.next(connection)
      }
      mine.add(
        connect.subscribe({
          next: connected,
          error: failed,
          complete: () => failed(new Error('the connection ended')),
        }),
      )
    }
    /** One timer at a time: it goes off when the connection could have been silent for too long, and looks again. */
    const listen = (failed: (error: unknown) => void): void => {
      const look = (): void => {
        if (scheduler.now() - heardAt >= silence) failed(new Silence(`nothing came for ${silence} ms`))
        else listen(failed)
      }
      timer = scheduler.schedule(look, heardAt + silence - scheduler.now())
    }
    losing = (connection, error) => {
      if (present?.connection === connection) fail(error)
    }
    if (leaving === null) begin()
    else void leaving.then(() => subscriber.closed || begin())
    return () => {
      const [lost, closing] = [present, attempt]
      present = null
      // What comes of the attempt from now on is none of ours.
      attempt = new Subscription()
      timer?.unsubscribe()
      note({ connected: false })
      if (lost === null) closing.unsubscribe()
      else farewell(lost.connection, () => closing.unsubscribe())
    }
  })

  return {
    place,
    patience,
    scheduler,
    report,
    counts,
    connections: share<C | null>({ connector: () => new ReplaySubject(1) })(up),
    lose: (connection, error) => losing(connection, error),
    count: (what) => {
      if (what === 'sent') recover()
      note({ [what]: counts.value[what] + 1 })
    },
    blame: (failure) => note({ failure }),
    heard: () => {
      heardAt = scheduler.now()
      recover()
    },
    left: async () => {
      await leaving
    },
  }
}
