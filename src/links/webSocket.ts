/** Messages of a WebSocket server: through the package `ws` in Node, through the platform's own client in browsers. */
import { pipe } from 'fp-ts/lib/function.js'
import { Observable, map, of, switchMap } from 'rxjs'
import { type Address, addressOf } from './address.js'
import { fromJson, type SinkOptions, type SourceOptions, toJson } from './message.js'
import { peer } from './peer.js'
import { type Sink, settled, sinkOver } from './sink.js'
import { sourceOver } from './source.js'

/** What reaches a WebSocket server. */
export interface WebSocketOptions {
  /** Subprotocols that are offered. */
  readonly protocols?: readonly string[]
  /** Headers of the opening request, such as `authorization`; in Node alone, browsers do not let a page set them. */
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes that a message may have; in Node a longer one ends the connection. */
  readonly longest?: number
}

/** What `fromWebSocket` is handed. */
export interface FromWebSocketOptions<A> extends WebSocketOptions, SourceOptions<string | Uint8Array, A> {}

/** What `toWebSocket` is handed. */
export interface ToWebSocketOptions<A> extends WebSocketOptions, SinkOptions<A, string | Uint8Array> {}

/** As much of a socket as we use, which `ws` and the platform have in common. */
export interface Socket {
  binaryType: string
  readonly bufferedAmount: number
  /** The platform's knows no callback. */
  send(message: string | Uint8Array, flushed?: (error?: Error) => void): void
  close(): void
  /** Of `ws` alone: closes without waiting for the other side. */
  terminate?(): void
  addEventListener(type: 'open', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'error', listener: (event: { readonly message?: string }) => void): void
  addEventListener(type: 'close', listener: (event: { readonly code: number }) => void): void
}

type Open = (address: Address, options: WebSocketOptions) => Socket

const platformSocket: Open = ({ url }, { protocols = [] }) =>
  new (globalThis as unknown as { readonly WebSocket: new (url: string, protocols: string[]) => Socket }).WebSocket(
    url,
    [...protocols],
  )

/** Node's own client since version 22 has no way to close at once. */
const inNode = (): boolean => typeof process === 'object' && typeof process.versions?.node === 'string'

const opener = (address: Address): Observable<Open> =>
  inNode()
    ? pipe(
        peer(address, 'ws', () => import('ws')),
        map(
          ({ WebSocket }): Open =>
            ({ url }, { protocols = [], headers = {}, longest = 2 ** 20 }) =>
              new WebSocket(url, [...protocols], { headers, maxPayload: longest, perMessageDeflate: false }) as Socket,
        ),
      )
    : of(platformSocket)

/** An open socket, closed when it is unsubscribed from; its loss is an error. */
export const openSocket = (address: Address, options: WebSocketOptions): Observable<Socket> =>
  pipe(
    opener(address),
    switchMap(
      (open) =>
        new Observable<Socket>((subscriber) => {
          const socket = open(address, options)
          socket.binaryType = 'arraybuffer'
          socket.addEventListener('open', () => subscriber.next(socket))
          socket.addEventListener('error', ({ message }) =>
            subscriber.error(new Error(message ?? 'the connection failed')),
          )
          socket.addEventListener('close', ({ code }) =>
            subscriber.error(new Error(`the server closed the connection (code ${code})`)),
          )
          return () => {
            socket.close()
            socket.terminate?.()
          }
        }),
    ),
  )

/** Resolves when a message was handed to the network, as far as the platform tells. */
export const sent = (socket: Socket, message: string | Uint8Array, longest = 2 ** 20): Promise<void> =>
  settled((settle) => {
    if (socket.terminate !== undefined) return socket.send(message, settle)
    // Browsers queue without a bound of their own.
    if (socket.bufferedAmount > longest) return settle(new Error(`${socket.bufferedAmount} bytes wait to be sent`))
    socket.send(message)
    settle()
  })

const read = (creator: string, url: string): Address => addressOf(creator, url, ['ws', 'wss'], 'ws://localhost:8080')

/** What a socket says, from now on. */
export const socketMessages = (socket: Socket): Observable<string | Uint8Array> =>
  new Observable((subscriber) => {
    socket.addEventListener('message', ({ data }) =>
      subscriber.next(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer)),
    )
  })

/**
 * The values that a server sends, each decoded; text and bytes alike.
 *
 *     sent           -{"x":1}-{"x":"y"}-{"x":2}-
 *     fromWebSocket  -{x:1}-------------{x:2}---     with `onBad: 'skip'`
 *
 * Each message is handed on as it comes. What is sent while the connection is down is not seen.
 *
 * Memory: the counts, the caller's if handed in.
 * Fails: throws on a URL or an option that is none. Error notification, a `SensorError`: in Node without the package `ws`, on
 * a bad message unless they are skipped, and when `backoff.retries` are used up.
 */
export const fromWebSocket = <A>(url: string, options: FromWebSocketOptions<A>): Observable<A> => {
  const address = read('fromWebSocket', url)
  return sourceOver(address, options, fromJson, openSocket(address, options), socketMessages)
}

/**
 * A sink that sends values to a server.
 *
 * `send` resolves when the message was handed to the network; the protocol has no acknowledgement.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on a URL or an option that is none; otherwise as `Sink` says.
 */
export const toWebSocket = <A>(url: string, options: ToWebSocketOptions<A> = {}): Promise<Sink<A>> => {
  const { format = toJson } = options
  const address = read('toWebSocket', url)
  return sinkOver(
    address,
    options,
    format,
    openSocket(address, options),
    (socket) => (message) => sent(socket, message, options.longest),
  )
}
