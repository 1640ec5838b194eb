/** Links to sensors and actuators that are lost and found again: the one place that reconnects, for every transport. */
import { pipe } from 'fp-ts/lib/function.js'
import {
  type Observable,
  type SchedulerLike,
  defer,
  finalize,
  identity,
  retry,
  switchMap,
  tap,
  throwError,
  timeout,
  timer,
} from 'rxjs'
import { SensorError } from '../failure.js'
import { type Memory, memory as cell } from '../memory.js'
import { turns } from '../schedule.js'
import type { Random } from '../types.js'
import { type Place, reasonFor } from './address.js'

/** What became of a link so far. */
export interface LinkCounts {
  readonly connected: boolean
  /** Attempts to connect, those that succeeded and the one under way included. */
  readonly attempts: number
  /** Attempts that succeeded. */
  readonly connections: number
  /** Messages that were decoded and handed on; for a sink, values that were sent. */
  readonly messages: number
  /** Messages that were refused. */
  readonly bad: number
  /** What was given up: beginnings of lines, and a sink's values that were overtaken or had no connection. */
  readonly dropped: number
  /** Why the latest attempt or connection ended, or the latest bad message was refused; null before anything did. */
  readonly failure: string | null
}

/** The counts of a link that nobody has subscribed to. */
export const unlinked: LinkCounts = {
  connected: false,
  attempts: 0,
  connections: 0,
  messages: 0,
  bad: 0,
  dropped: 0,
  failure: null,
}

/** How long to wait before each attempt to connect: `first`, twice that, four times, up to `most`. */
export interface Backoff {
  /** Milliseconds before the first new attempt. */
  readonly first?: number
  /** Milliseconds at most. */
  readonly most?: number
  /** New attempts in a row that may fail before the link does; Infinity goes on for ever. */
  readonly retries?: number
  /** Shortens each wait by up to half, so that many robots do not come back at once; without it waits are exact. */
  readonly random?: Random
}

/** What every link may be handed. */
export interface LinkOptions {
  /** Holds the counts, which tell at any time how the link is; `memory(unlinked)` at the beginning. */
  readonly memory?: Memory<LinkCounts>
  readonly backoff?: Backoff
  /** Milliseconds within which a connection must be there. */
  readonly patience?: number
  /** Milliseconds without a message after which a connection counts as lost: a pulled cable says nothing. Infinity waits. */
  readonly silence?: number
  /** Where its time comes from. */
  readonly scheduler?: SchedulerLike
}

/** The waits in milliseconds, by the number of failures since a message last came through. */
const waits = (owner: string, { first = 100, most = 10_000, retries = Infinity, random }: Backoff) => {
  for (const [option, value] of Object.entries({ first, most, retries })) {
    if (!(value >= 0)) throw new RangeError(`${owner}: backoff.${option}: expected a number >= 0, got ${value}`)
  }
  return (failures: number): number | null => {
    if (failures > retries) return null
    let wait = first
    for (let failure = 1; failure < failures && wait < most; failure++) wait *= 2
    return Math.min(wait, most) * (random === undefined ? 1 : 1 - random.uniform() / 2)
  }
}

/** A link ready to be kept up, and the means to count what goes through it. */
export interface Link {
  readonly place: Place
  readonly counts: Memory<LinkCounts>
  /** Adds to one count. */
  count(what: 'messages' | 'bad' | 'dropped'): void
  /** Keeps what reason the latest trouble had. */
  blame(reason: string): void
  /** Connects, uses the connection until it fails, and connects again. */
  keepUp<C, T>(connect: Observable<C>, use: (connection: C) => Observable<T>): Observable<T>
}

/**
 * A link to a place, which is connected when what `keepUp` returns is subscribed to.
 *
 *     connect       -c      -#   -#      -c
 *     use             -m-m#                -m-m-
 *     keepUp        ---m-m-----------------m-m-     waits of 1, 2, 4 ... times `first`; a message begins them anew
 *
 * `connect` emits a connection and stays until it is unsubscribed, which closes it; what it or the use of it fails with is
 * a loss, but for a `SensorError`, which is final.
 *
 * Memory: the counts, the caller's if handed in.
 * Fails: throws a RangeError when the pipeline is built on options that are no milliseconds. Error notification, a
 * `SensorError`, when `backoff.retries` new attempts in a row have failed.
 */
export const link = (
  place: Place,
  {
    memory: counts = cell(unlinked),
    backoff = {},
    patience = 10_000,
    silence = Infinity,
    scheduler = turns,
  }: LinkOptions,
): Link => {
  const { label } = place
  for (const [option, value] of Object.entries({ patience, silence })) {
    if (!(value > 0)) throw new RangeError(`${label}: ${option}: expected milliseconds above 0, got ${value}`)
  }
  const waitAfter = waits(label, backoff)
  const note = (change: Partial<LinkCounts>): void => {
    counts.value = { ...counts.value, ...change }
  }
  const within = <T>(limit: { first: number } | { each: number }, milliseconds: number, complaint: string) =>
    milliseconds === Infinity
      ? identity<Observable<T>>
      : timeout<T, Observable<never>>({ ...limit, scheduler, with: () => throwError(() => new Error(complaint)) })

  const keepUp = <C, T>(connect: Observable<C>, use: (connection: C) => Observable<T>): Observable<T> => {
    const session = defer(() => {
      note({ attempts: counts.value.attempts + 1 })
      return pipe(
        connect,
        within<C>({ first: patience }, patience, `no connection within ${patience} ms`),
        tap(() => note({ connected: true, connections: counts.value.connections + 1 })),
        switchMap((connection) =>
          within<T>({ each: silence }, silence, `nothing came for ${silence} ms`)(use(connection)),
        ),
        finalize(() => note({ connected: false })),
      )
    })
    const again = (error: unknown, failures: number): Observable<unknown> => {
      const reason = reasonFor(place, error)
      note({ failure: reason })
      if (error instanceof SensorError) return throwError(() => error)
      const wait = waitAfter(failures)
      const given = `${label}: gave up (failures in a row: ${failures}): ${reason}`
      return wait === null ? throwError(() => new SensorError(given)) : timer(wait, scheduler)
    }
    return retry<T>({ resetOnSuccess: true, delay: again })(session)
  }
  return {
    place,
    counts,
    count: (what) => note({ [what]: counts.value[what] + 1 }),
    blame: (failure) => note({ failure }),
    keepUp,
  }
}
