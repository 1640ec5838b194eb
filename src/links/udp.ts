/** Datagrams of UDP, through Node's own sockets. */
import type { Socket } from 'node:dgram'
import { Observable, from, switchMap } from 'rxjs'
import { pipe } from 'fp-ts/lib/function.js'
import { type Address, addressOf } from './address.js'
import { type SinkOptions, type SourceOptions, fromJson, toJson } from './message.js'
import { type Sink, settled, sinkOver } from './sink.js'
import { sourceOver } from './source.js'

/** What `fromUdp` is handed. */
export interface FromUdpOptions<A> extends SourceOptions<Uint8Array, A> {}

/** What `toUdp` is handed. */
export interface ToUdpOptions<A> extends SinkOptions<A, string | Uint8Array> {}

interface End extends Address {
  readonly host: string
  readonly port: number
}

const read = (creator: string, url: string): End => {
  const example = 'udp://0.0.0.0:5005'
  const address = addressOf(creator, url, ['udp'], example)
  const port = Number(address.parts.port)
  if (port === 0) throw new TypeError(`${creator}: expected a port, as in ${example}, got ${address.label}`)
  return { ...address, host: address.parts.hostname.replace(/^\[(.*)\]$/, '$1'), port }
}

const openSocket = ({ host }: End, ready: (socket: Socket, then: () => void) => void): Observable<Socket> =>
  pipe(
    from(import('node:dgram')),
    switchMap(
      ({ createSocket }) =>
        new Observable<Socket>((subscriber) => {
          const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', reuseAddr: false })
          socket.on('error', (error) => subscriber.error(error))
          ready(socket, () => subscriber.next(socket))
          return () => socket.close()
        }),
    ),
  )

/**
 * The values that datagrams bring, each decoded: `fromUdp('udp://0.0.0.0:5005', { codec })` listens on every network,
 * `udp://127.0.0.1:5005` for this machine alone.
 *
 *     datagrams  -21.5-21.6-"warm"-21.7-
 *     fromUdp    -21.5-21.6--------21.7-     with `onBad: 'skip'`
 *
 * Each datagram is handed on as it comes; the network may lose, double and reorder them.
 *
 * Memory: the counts, the caller's if handed in.
 * Fails: throws on a URL or an option that is none. Error notification, a `SensorError`, on a bad message unless they are
 * skipped, and when `backoff.retries` are used up; a port that is taken is a loss, too.
 */
export const fromUdp = <A>(url: string, options: FromUdpOptions<A>): Observable<A> => {
  const end = read('fromUdp', url)
  const { host: address, port } = end
  const bound = openSocket(end, (socket, then) => socket.bind({ address, port, exclusive: true }, then))
  return sourceOver(
    end,
    options,
    fromJson,
    bound,
    (socket) =>
      new Observable<Uint8Array>((subscriber) => {
        socket.on('message', (datagram) => subscriber.next(datagram))
      }),
  )
}

/**
 * A sink that sends each value as a datagram.
 *
 * `send` resolves when the datagram was handed to the network; whether it arrives is not known.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on a URL or an option that is none; otherwise as `Sink` says.
 */
export const toUdp = <A>(url: string, options: ToUdpOptions<A> = {}): Promise<Sink<A>> => {
  const end = read('toUdp', url)
  const { host, port } = end
  const { format = toJson } = options
  const open = openSocket(end, (socket, then) => socket.bind({ port: 0 }, then))
  return sinkOver(
    end,
    options,
    format,
    open,
    (socket) => (message) => settled((settle) => socket.send(message, port, host, settle)),
  )
}
