/** Messages of a WebSocket server: through the package `ws` in Node, through the platform's own client in browsers. */
import { webSockets } from '#host'
import { pipe } from 'fp-ts/lib/function.js'
import { Observable, map, of, switchMap } from 'rxjs'
import type { Stamped } from '../time/stamped.js'
import { type Address, addressOf, secretsOf } from './address.js'
import type { SinkOptions, SourceOptions, Stamping } from './message.js'
import { peer } from './peer.js'
import { constructClient, webSocketFailure } from './refusal.js'
import { type Connection, type Session, type SessionOptions, sessionOn, sessionLink } from './session.js'
import { type Sink, fromCallback } from './sink.js'
import type { LinkSource } from './source.js'

/** A message of a WebSocket: text, or bytes. */
export type WebSocketData = string | Uint8Array

/** Options of a connection to a WebSocket server. */
export interface WebSocketOptions extends SessionOptions<WebSocketData, WebSocketData> {
  /** The subprotocols that are offered; none by default. */
  readonly protocols?: readonly string[]
  /** Headers of the opening request, such as `authorization`; none by default. In Node alone: browsers do not let a page set them. */
  readonly headers?: Readonly<Record<string, string>>
  /** More options of the package `ws` under its own names, such as `ca`, `cert` and `key`; none by default. In Node alone. */
  readonly client?: Readonly<Record<string, unknown>>
  /** The most bytes of a message. In Node a longer one ends the connection. The default is 1 MiB (1 048 576). */
  readonly longest?: number
}

/** Options of `fromWebSocket`. */
export interface FromWebSocketOptions<A> extends WebSocketOptions, SourceOptions<WebSocketData, A, undefined> {
  /** The most bytes of a message. In Node a longer one ends the connection. The default is 1 MiB (1 048 576). */
  readonly longest?: number
}

/** Options of `toWebSocket`. */
export interface ToWebSocketOptions<A> extends Omit<WebSocketOptions, 'silence'>, SinkOptions<A, WebSocketData> {}

/** One connection to a server, with any number of sources and sinks. */
export interface WebSocketSession extends Session<WebSocketData, WebSocketData> {}

interface SocketEvents {
  readonly open: () => void
  readonly message: (event: { readonly data: unknown }) => void
  readonly error: (event: { readonly message?: string; readonly error?: unknown }) => void
  readonly close: (event: { readonly code: number; readonly reason?: string }) => void
}

/** The parts of a socket that are used here, which `ws` and the platform have in common. */
interface Socket {
  binaryType: string
  readonly bufferedAmount: number
  /** The platform's own socket ignores the callback. */
  send(message: WebSocketData, flushed?: (error?: Error) => void): void
  close(code?: number): void
  /** Closes without waiting for the other side; in `ws` alone. */
  terminate?(): void
  addEventListener<Type extends keyof SocketEvents>(type: Type, listener: SocketEvents[Type]): void
  removeEventListener<Type extends keyof SocketEvents>(type: Type, listener: SocketEvents[Type]): void
}

type Open = (address: Address, options: WebSocketOptions) => Socket

const platformSocket: Open = ({ url }, { protocols = [] }) =>
  new (globalThis as unknown as { readonly WebSocket: new (url: string, protocols: string[]) => Socket }).WebSocket(
    url,
    [...protocols],
  )

/** In Node `ws` is used, since Node's own client, which exists since version 22, cannot close at once. */
const isNode = (): boolean => typeof process === 'object' && typeof process.versions?.node === 'string'

const DEFAULT_LONGEST = 2 ** 20

const opener = (address: Address): Observable<Open> =>
  isNode()
    ? pipe(
        peer(address, 'ws', webSockets),
        map(
          ({ WebSocket }): Open =>
            ({ url }, { protocols = [], headers = {}, client = {}, longest = DEFAULT_LONGEST }) =>
              new WebSocket(url, [...protocols], {
                perMessageDeflate: false,
                ...client,
                headers,
                maxPayload: longest,
              }) as unknown as Socket,
        ),
      )
    : of(platformSocket)

/** The reason why a socket failed, as an error. */
const failureOf = (address: Address, longest: number, message: string, error: unknown): unknown => {
  if (/max payload size exceeded/i.test(message)) return new Error(`a message of more than ${longest} bytes came`)
  return webSocketFailure(address, error instanceof Error ? error : new Error(message))
}

/** Sends a message, and resolves when the network has accepted it, as far as the platform reports that. */
const sendOn = (socket: Socket, message: WebSocketData, longest: number): Promise<void> =>
  fromCallback((settle) => {
    if (socket.terminate !== undefined) return socket.send(message, settle)
    // Browsers queue messages without a bound.
    if (socket.bufferedAmount > longest) return settle(new Error(`${socket.bufferedAmount} bytes wait to be sent`))
    socket.send(message)
    settle()
  })

/** The messages of a socket from now on. */
const messagesOf = (socket: Socket): Observable<WebSocketData> =>
  new Observable((subscriber) => {
    const onMessage = ({ data }: { readonly data: unknown }): void =>
      subscriber.next(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer))
    socket.addEventListener('message', onMessage)
    return () => socket.removeEventListener('message', onMessage)
  })

/** Emits an open socket, and closes it when it is unsubscribed from. The loss of the socket is an error. */
export const openSocket = (
  address: Address,
  options: WebSocketOptions,
): Observable<Connection<WebSocketData, WebSocketData>> =>
  pipe(
    opener(address),
    switchMap(
      (open) =>
        new Observable<Connection<WebSocketData, WebSocketData>>((subscriber) => {
          const { longest = DEFAULT_LONGEST } = options
          const socket = constructClient(address, () => open(address, options))
          let closed = (): void => {}
          const disconnect = (): Promise<void> =>
            new Promise((resolve) => {
              closed = resolve
              socket.close(1000)
            })
          socket.binaryType = 'arraybuffer'
          socket.addEventListener('open', () =>
            subscriber.next({
              messages: messagesOf(socket),
              send: (message) => sendOn(socket, message, longest),
              disconnect,
            }),
          )
          socket.addEventListener('error', ({ message = 'the connection failed', error }) =>
            subscriber.error(failureOf(address, longest, message, error)),
          )
          socket.addEventListener('close', ({ code, reason = '' }) => {
            closed()
            const why = reason === '' ? '' : `: ${reason}`
            subscriber.error(new Error(`the server closed the connection (code ${code}${why})`))
          })
          return () => {
            socket.close()
            socket.terminate?.()
          }
        }),
    ),
  )

/** The address of a server, with its secrets: those of the URL, of the headers, of the client's options and of the subprotocols. */
export const webSocketAddress = (
  creator: string,
  url: string,
  example: string,
  { headers, client, protocols = [] }: WebSocketOptions,
): Address =>
  addressOf(creator, url, ['ws', 'wss'], example, [
    ...secretsOf(headers),
    ...secretsOf(client),
    // Some servers take a token as a subprotocol.
    ...protocols.filter((protocol) => protocol.length > 20),
  ])

const sessionOf = (creator: string, url: string, options: WebSocketOptions): WebSocketSession => {
  const address = webSocketAddress(creator, url, 'ws://localhost:8080', options)
  const ownLink = sessionLink(address, options, openSocket(address, options))
  return sessionOn(
    ownLink,
    (message: WebSocketData) => message,
    () => undefined,
  )
}

/**
 * One connection to a server, in both directions.
 *
 *     const exchange = webSocketSession('wss://stream.example', { greeting: '{"op":"subscribe"}' })
 *     const prices = exchange.messages({ codec })
 *     const orders = exchange.sink()
 *
 * Memory: the counts.
 * Fails: throws on a wrong URL or option; otherwise as `fromWebSocket` and `Sink` say.
 */
export const webSocketSession = (url: string, options: WebSocketOptions = {}): WebSocketSession =>
  sessionOf('webSocketSession', url, options)

/**
 * The values that a server sends, each decoded; text and bytes alike.
 *
 *     sent           -{"x":1}-{"x":"y"}-{"x":2}-
 *     fromWebSocket  -{x:1}-------------{x:2}---     with `onBad: 'skip'`
 *
 * Each message is emitted as it arrives. Messages that are sent while the connection is down are lost.
 *
 * Memory: the counts.
 * Fails: throws on a wrong URL or option. Error notification, a `SensorError`: in Node without the package `ws`, when the server
 * refuses the client (401, 403, 407, a certificate), on a bad message unless `onBad` is `skip`, and when `backoff.retries` are used
 * up.
 */
export function fromWebSocket<A>(
  url: string,
  options: FromWebSocketOptions<A> & Stamping<A, undefined>,
): LinkSource<Stamped<A>>
export function fromWebSocket<A>(url: string, options: FromWebSocketOptions<A>): LinkSource<A>
export function fromWebSocket<A>(url: string, options: FromWebSocketOptions<A>): LinkSource<A | Stamped<A>> {
  return sessionOf('fromWebSocket', url, options).messages(options)
}

/**
 * A sink that sends values to a server.
 *
 * `send` resolves when the network has accepted the message; the protocol has no acknowledgement.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on a wrong URL or option; otherwise as `Sink` says.
 */
export const toWebSocket = <A>(url: string, options: ToWebSocketOptions<A> = {}): Sink<A> =>
  sessionOf('toWebSocket', url, options).sink(options)
