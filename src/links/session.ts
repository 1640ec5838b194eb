/** Sessions: one connection, used in both directions. */
import { Observable, Subject, concat, defer, from, map, share, switchMap } from 'rxjs'
import type { Cell } from '../cell.js'
import type { Stamped } from '../time/stamped.js'
import { type Place, placeWith } from './address.js'
import { type Link, type LinkOptions, link } from './link.js'
import type { LinkCounts } from './linkCounts.js'
import { Garbled, type SinkOptions, type SourceOptions, type Stamping, fromJson, toJson } from './message.js'
import { type Sink, sinkOn } from './sink.js'
import { type LinkSource, sourceOn } from './source.js'

/** An open connection of any transport. */
export interface Connection<In, Out = In> {
  /** The messages from now on, and what the framing cut off. If it fails or completes, the connection is lost. */
  readonly messages: Observable<In | Garbled>
  /** Hands one message to the transport, and resolves when the transport has accepted it. */
  send(message: Out): PromiseLike<unknown>
  /**
   * Disconnects in the protocol's way (MQTT's DISCONNECT, the close frame of a WebSocket), and resolves when that is done. The
   * connection is closed afterwards in any case, after 1 s at the latest.
   */
  disconnect?(): PromiseLike<unknown>
}

/** Sends and receives the first messages of a connection. */
export interface Handshake<In, Out> {
  send(message: Out): PromiseLike<unknown>
  /** The next message that arrives. */
  next(): Promise<In>
}

/**
 * The first messages of each connection, before any source or sink uses it: a message, several, or a function that sends and receives
 * some, for example to send a password when the server requests it. An error that the function throws is a loss of the connection; a
 * `SensorError` is final.
 */
export type Greeting<In, Out> = Out | readonly Out[] | ((handshake: Handshake<In, Out>) => unknown)

/** Options of a session. */
export interface SessionOptions<In, Out> extends LinkOptions {
  /** What is sent first on each connection. By default nothing is sent. */
  readonly greeting?: Greeting<In, Out>
}

/**
 * One connection with any number of sources and sinks. It is opened for the first one (for a source by its subscription, for a sink by
 * `sink()`), made again for all of them after a loss, and closed after the last one.
 */
export interface Session<In, Out, Metadata = undefined> {
  /** A source of the messages; with `stamp` it emits `Stamped` values. */
  messages<A>(options: SourceOptions<In, A, Metadata> & Stamping<A, Metadata>): LinkSource<Stamped<A>>
  messages<A>(options: SourceOptions<In, A, Metadata>): LinkSource<A>
  /** A sink of values. */
  sink<A>(options?: SinkOptions<A, Out>): Sink<A>
  /** The counts of the connection so far. */
  readonly link: Cell<LinkCounts>
}

/** The most messages that may arrive before the greeting is over. */
const MOST_BEFORE_GREETING = 1000

/** Emits each connection after its greeting. Messages that arrive meanwhile and that `next` does not return go to the sources. */
export const afterGreeting = <In, Out>(
  connect: Observable<Connection<In, Out>>,
  greeting: Greeting<In, Out> | undefined,
): Observable<Connection<In, Out>> => {
  if (greeting === undefined) return connect
  const performGreeting = async (handshake: Handshake<In, Out>): Promise<void> => {
    if (typeof greeting === 'function')
      return void (await (greeting as (handshake: Handshake<In, Out>) => unknown)(handshake))
    for (const message of Array.isArray(greeting) ? (greeting as readonly Out[]) : [greeting as Out]) {
      await handshake.send(message)
    }
  }
  return switchMap(
    (connection: Connection<In, Out>) =>
      new Observable<Connection<In, Out>>((subscriber) => {
        const early: (In | Garbled)[] = []
        const later = new Subject<In | Garbled>()
        let awaiting: ((message: In) => void) | null = null
        let isGreeted = false
        const onMessage = (message: In | Garbled): void => {
          if (isGreeted) return later.next(message)
          if (awaiting === null || message instanceof Garbled) early.push(message)
          else {
            const answer = awaiting
            awaiting = null
            answer(message)
          }
          if (early.length > MOST_BEFORE_GREETING) {
            subscriber.error(new Error(`more than ${MOST_BEFORE_GREETING} messages came before the greeting was over`))
          }
        }
        const next = (): Promise<In> => {
          const first = early.findIndex((message) => !(message instanceof Garbled))
          if (first >= 0) return Promise.resolve(early.splice(first, 1)[0] as In)
          return new Promise((resolve) => (awaiting = resolve))
        }
        subscriber.add(
          connection.messages.subscribe({
            next: onMessage,
            error: (error: unknown) => (isGreeted ? later.error(error) : subscriber.error(error)),
            complete: () => (isGreeted ? later.complete() : subscriber.error(new Error('the connection ended'))),
          }),
        )
        const messages = concat(
          defer(() => from(early.splice(0))),
          later,
        )
        const proceed = (): void => {
          isGreeted = true
          subscriber.next({ ...connection, messages })
          // Sources that subscribe later receive only messages that arrive later.
          early.length = 0
        }
        performGreeting({ send: (message) => connection.send(message), next }).then(proceed, (error: unknown) =>
          subscriber.error(error),
        )
      }),
  )(connect)
}

/** The place of a session, also for a label alone. */
const placeOf = (place: string | Place): Place => (typeof place === 'string' ? placeWith(place, []) : place)

const readByDefault = (message: unknown): unknown =>
  typeof message === 'string' || message instanceof Uint8Array ? fromJson(message) : message

/** The sources and sinks of a link whose connections carry messages of one kind. */
export const sessionOn = <In, Out, Raw, Metadata>(
  ownLink: Link<Connection<In, Out>>,
  payloadOf: (message: In) => Raw,
  metadataOf: (message: In) => Metadata,
): Session<Raw, Out, Metadata> => {
  function messages<A>(options: SourceOptions<Raw, A, Metadata> & Stamping<A, Metadata>): LinkSource<Stamped<A>>
  function messages<A>(options: SourceOptions<Raw, A, Metadata>): LinkSource<A>
  function messages<A>(options: SourceOptions<Raw, A, Metadata>): LinkSource<A | Stamped<A>> {
    // A garbled message is refused before its metadata is used.
    const cutOff = undefined as Metadata
    return sourceOn<Connection<In, Out>, Raw, Metadata, A>(
      ownLink,
      options,
      readByDefault,
      (connection, { message, fail }) =>
        connection.messages.subscribe({
          next: (each) =>
            each instanceof Garbled ? message(each, cutOff) : message(payloadOf(each), metadataOf(each)),
          error: fail,
          complete: () => fail(new Error('the connection ended')),
        }),
    )
  }
  const sink = <A>({ format = toJson as (value: A) => Out }: SinkOptions<A, Out> = {}): Sink<A> =>
    sinkOn<Connection<In, Out>, A, Out>(ownLink, format, (connection) => (message) => connection.send(message))
  return { messages, sink, link: ownLink.counts }
}

/** A connection whose messages are subscribed to once, for all its sources. */
const sharedConnection = <In, Out>(connection: Connection<In, Out>): Connection<In, Out> => ({
  messages: share<In | Garbled>()(connection.messages),
  send: (message) => connection.send(message),
  ...(connection.disconnect === undefined ? {} : { disconnect: () => connection.disconnect!() }),
})

/** A link whose connections are greeted, and shared by their sources. */
export const sessionLink = <In, Out>(
  place: Place,
  options: SessionOptions<In, Out>,
  connect: Observable<Connection<In, Out>>,
): Link<Connection<In, Out>> =>
  link(place, options, afterGreeting(map(sharedConnection<In, Out>)(connect), options.greeting), (connection) =>
    connection.disconnect?.(),
  )

/**
 * A session over a transport of any kind. `connect` emits an open connection, keeps it open while it is subscribed to, and closes it
 * when it is unsubscribed from; its error is the loss of the connection. The session does the rest: it connects again, counts, notices
 * silence, greets, disconnects and decodes. `place` is the beginning of its errors, such as `canBus can0`.
 *
 *     connect     -c        -#    -c
 *     messages()  --m--m-#          --m-
 *     sink()      ---s---s-x--------s---     x: rejected, since there is no connection
 *
 * Memory: the counts.
 * Fails: throws on wrong options. Sources and sinks fail as `LinkOptions`, `SourceOptions` and `Sink` say.
 */
export const session = <In, Out = In>(
  place: string | Place,
  options: SessionOptions<In, Out>,
  connect: Observable<Connection<In, Out>>,
): Session<In, Out> =>
  sessionOn(
    sessionLink(placeOf(place), options, connect),
    (message) => message,
    () => undefined,
  )
