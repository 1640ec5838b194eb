/** Sessions: one connection, and both its directions. */
import { Observable, Subject, concat, defer, from, map, share, switchMap } from 'rxjs'
import type { Cell } from '../cell.js'
import type { Stamped } from '../time/stamped.js'
import { type Place, placeWith } from './address.js'
import { type Link, type LinkCounts, type LinkOptions, link } from './link.js'
import { Garbled, type SinkOptions, type SourceOptions, type Stamping, fromJson, toJson } from './message.js'
import { type Sink, sinkOn } from './sink.js'
import { type LinkSource, sourceOn } from './source.js'

/** An open connection of any transport. */
export interface Connection<In, Out = In> {
  /** What comes, from now on, and what a framing cut off. Its error or completion is the loss of the connection. */
  readonly messages: Observable<In | Garbled>
  /** Hands one message to the transport, and resolves when it was taken. */
  send(message: Out): PromiseLike<unknown>
  /** Says the protocol's farewell, and resolves when it was said; the connection is closed afterwards, in any case. */
  leave?(): PromiseLike<unknown>
}

/** A conversation that opens a connection. */
export interface Talk<In, Out> {
  send(message: Out): PromiseLike<unknown>
  /** The next message that comes. */
  next(): Promise<In>
}

/**
 * What is said first on each connection, before any source or sink has it: a message, several, or a conversation, such as a
 * password that is asked for. What a conversation throws is a loss, but for a `SensorError`, which is final.
 */
export type Greeting<In, Out> = Out | readonly Out[] | ((talk: Talk<In, Out>) => unknown)

/** What a session is handed. */
export interface SessionOptions<In, Out> extends LinkOptions {
  readonly greeting?: Greeting<In, Out>
}

/**
 * One connection with any number of ends. It is opened when the first end is used (a source by its subscription, a sink by being
 * made), connected again for all of them, and closed when the last one is given up.
 */
export interface Session<In, Out, About = undefined> {
  /** A source of the messages; with `stamp`, of `Stamped` values. */
  messages<A>(options: SourceOptions<In, A, About> & Stamping<A, About>): LinkSource<Stamped<A>>
  messages<A>(options: SourceOptions<In, A, About>): LinkSource<A>
  /** A sink of values. */
  sink<A>(options?: SinkOptions<A, Out>): Sink<A>
  /** What became of the connection so far. */
  readonly link: Cell<LinkCounts>
}

/** Messages that may come before a greeting is over. */
const MOST_BEFORE = 1000

/** Connections that are handed on when they were greeted; what came meanwhile and was not asked for is not lost. */
export const greeted = <In, Out>(
  connect: Observable<Connection<In, Out>>,
  greeting: Greeting<In, Out> | undefined,
): Observable<Connection<In, Out>> => {
  if (greeting === undefined) return connect
  const greet = async (talk: Talk<In, Out>): Promise<void> => {
    if (typeof greeting === 'function') return void (await (greeting as (talk: Talk<In, Out>) => unknown)(talk))
    for (const message of Array.isArray(greeting) ? (greeting as readonly Out[]) : [greeting as Out]) {
      await talk.send(message)
    }
  }
  return switchMap(
    (connection: Connection<In, Out>) =>
      new Observable<Connection<In, Out>>((subscriber) => {
        const early: (In | Garbled)[] = []
        const later = new Subject<In | Garbled>()
        let asked: ((message: In) => void) | null = null
        let isOver = false
        const take = (message: In | Garbled): void => {
          if (isOver) return later.next(message)
          if (asked === null || message instanceof Garbled) early.push(message)
          else {
            const answer = asked
            asked = null
            answer(message)
          }
          if (early.length > MOST_BEFORE) {
            subscriber.error(new Error(`more than ${MOST_BEFORE} messages came before the greeting was over`))
          }
        }
        const next = (): Promise<In> => {
          const first = early.findIndex((message) => !(message instanceof Garbled))
          if (first >= 0) return Promise.resolve(early.splice(first, 1)[0] as In)
          return new Promise((resolve) => (asked = resolve))
        }
        subscriber.add(
          connection.messages.subscribe({
            next: take,
            error: (error: unknown) => (isOver ? later.error(error) : subscriber.error(error)),
            complete: () => (isOver ? later.complete() : subscriber.error(new Error('the connection ended'))),
          }),
        )
        const messages = concat(
          defer(() => from(early.splice(0))),
          later,
        )
        const proceed = (): void => {
          isOver = true
          subscriber.next({ ...connection, messages })
          // Sources that come later get what comes later.
          early.length = 0
        }
        greet({ send: (message) => connection.send(message), next }).then(proceed, (error: unknown) =>
          subscriber.error(error),
        )
      }),
  )(connect)
}

/** The place of a session, out of a label alone. */
const placeOf = (place: string | Place): Place => (typeof place === 'string' ? placeWith(place, []) : place)

const read = (message: unknown): unknown =>
  typeof message === 'string' || message instanceof Uint8Array ? fromJson(message) : message

/** The ends of a link whose connections have messages of one kind alone. */
export const endsOf = <In, Out, Raw, About>(
  ownLink: Link<Connection<In, Out>>,
  raw: (message: In) => Raw,
  about: (message: In) => About,
): Session<Raw, Out, About> => {
  function messages<A>(options: SourceOptions<Raw, A, About> & Stamping<A, About>): LinkSource<Stamped<A>>
  function messages<A>(options: SourceOptions<Raw, A, About>): LinkSource<A>
  function messages<A>(options: SourceOptions<Raw, A, About>): LinkSource<A | Stamped<A>> {
    // What was cut off is refused before anything is asked about it.
    const cutOff = undefined as About
    return sourceOn<Connection<In, Out>, Raw, About, A>(ownLink, options, read, (connection, { message, fail }) =>
      connection.messages.subscribe({
        next: (each) => (each instanceof Garbled ? message(each, cutOff) : message(raw(each), about(each))),
        error: fail,
        complete: () => fail(new Error('the connection ended')),
      }),
    )
  }
  const sink = <A>({ format = toJson as (value: A) => Out }: SinkOptions<A, Out> = {}): Sink<A> =>
    sinkOn<Connection<In, Out>, A, Out>(ownLink, format, (connection) => (message) => connection.send(message))
  return { messages, sink, link: ownLink.counts }
}

/** A connection whose messages are taken once, for all the sources that listen to it. */
const shared = <In, Out>(connection: Connection<In, Out>): Connection<In, Out> => ({
  messages: share<In | Garbled>()(connection.messages),
  send: (message) => connection.send(message),
  ...(connection.leave === undefined ? {} : { leave: () => connection.leave!() }),
})

/** A link to connections, each greeted and shared. */
export const linkTo = <In, Out>(
  place: Place,
  options: SessionOptions<In, Out>,
  connect: Observable<Connection<In, Out>>,
): Link<Connection<In, Out>> =>
  link(place, options, greeted(map(shared<In, Out>)(connect), options.greeting), ({ leave }) => leave?.())

/**
 * A session over a transport of any kind, `connect`: it emits a connection and stays until it is unsubscribed, which closes
 * that; what it fails with is a loss. The session does all the rest: it connects again, counts, notices silence, greets, says
 * farewell, decodes. `place` is what its errors begin with: `canBus can0`.
 *
 *     connect     -c        -#    -c
 *     messages()  --m--m-#          --m-
 *     sink()      ---s---s-x--------s---     x: rejected, since there is no connection
 *
 * Memory: the counts.
 * Fails: throws on options that are none. Sources and sinks fail as `LinkOptions`, `SourceOptions` and `Sink` say.
 */
export const session = <In, Out = In>(
  place: string | Place,
  options: SessionOptions<In, Out>,
  connect: Observable<Connection<In, Out>>,
): Session<In, Out> =>
  endsOf(
    linkTo(placeOf(place), options, connect),
    (message) => message,
    () => undefined,
  )
