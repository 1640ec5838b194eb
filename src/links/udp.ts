/** Datagrams of UDP, through Node's own sockets. */
import { udpSockets } from '#host'
import type { Socket } from 'node:dgram'
import { pipe } from 'fp-ts/lib/function.js'
import { Observable, Subject, from, switchMap } from 'rxjs'
import type { Stamped } from '../time/stamped.js'
import { type Address, addressOf } from './address.js'
import type { SinkOptions, SourceOptions, Stamping } from './message.js'
import { made } from './refusal.js'
import { type Connection, type Session, type SessionOptions, endsOf, linkTo } from './session.js'
import { type Sink, settled } from './sink.js'
import type { LinkSource } from './source.js'

/** A datagram, and who sent it. */
export interface Datagram {
  readonly bytes: Uint8Array
  readonly host: string
  readonly port: number
}

/** Who sent a datagram. */
export type UdpAbout = Datagram

/** How a socket is opened. */
export interface UdpOptions extends SessionOptions<Datagram, string | Uint8Array> {
  /** The address of the network interface that multicast goes through, where the system's choice is not the right one. */
  readonly through?: string
}

/** What a session is handed. */
export interface UdpSessionOptions extends UdpOptions {
  /** The port to send from, where replies come to; by default the system chooses one for each connection. */
  readonly localPort?: number
}

/** What `fromUdp` is handed. */
export interface FromUdpOptions<A> extends UdpOptions, SourceOptions<Uint8Array, A, UdpAbout> {}

/** What `toUdp` is handed. */
export interface ToUdpOptions<A> extends Omit<UdpSessionOptions, 'silence'>, SinkOptions<A, string | Uint8Array> {}

/** One socket, in both directions. */
export interface UdpSession extends Session<Uint8Array, string | Uint8Array, UdpAbout> {}

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

/** Addresses that stand for all who asked for them (RFC 5771, RFC 4291). */
const isGroup = (host: string): boolean => /^(22[4-9]|23\d)\./.test(host) || /^ff[0-9a-f]{2}:/i.test(host)

/** Where a socket of its own is bound: a host and a port, or either as the system likes. */
interface Binding {
  readonly address?: string
  readonly port: number
  /** Whether it takes what is sent to a group. */
  readonly joins: boolean
}

const openSocket = (end: End, { address, port, joins }: Binding, through?: string) =>
  pipe(
    from(udpSockets()),
    switchMap(
      ({ createSocket }) =>
        new Observable<Connection<Datagram, string | Uint8Array>>((subscriber) => {
          const isNew = end.host.includes(':')
          const socket: Socket = made(end, () =>
            // Several programs of a machine may listen to one group.
            createSocket({ type: isNew ? 'udp6' : 'udp4', reuseAddr: joins }),
          )
          const messages = new Subject<Datagram>()
          const send = (message: string | Uint8Array): Promise<void> =>
            settled((settle) => socket.send(message, end.port, end.host, settle))
          const bound = (): void => {
            try {
              if (!isNew) socket.setBroadcast(true)
              if (through !== undefined && isGroup(end.host)) socket.setMulticastInterface(through)
              if (joins) socket.addMembership(end.host, through)
              subscriber.next({ messages, send })
            } catch (error) {
              subscriber.error(error)
            }
          }
          socket.on('error', (error) => subscriber.error(error))
          socket.on('message', (bytes, sender) => messages.next({ bytes, host: sender.address, port: sender.port }))
          socket.bind({ port, exclusive: !joins, ...(address === undefined ? {} : { address }) }, bound)
          return () => {
            socket.removeAllListeners('message')
            // A socket that failed while it was being bound may be closed already.
            try {
              socket.close()
            } catch {
              // Nothing is left to be closed.
            }
          }
        }),
    ),
  )

const sessionOf = (end: End, options: UdpOptions, binding: Binding): UdpSession =>
  endsOf(
    linkTo(end, options, openSocket(end, binding, options.through)),
    ({ bytes }) => bytes,
    (datagram) => datagram,
  )

/** A socket that sends to an address, and takes what is sent back to it. */
const sending = (end: End, { localPort: port = 0, ...options }: UdpSessionOptions): UdpSession => {
  if (!(Number.isSafeInteger(port) && port >= 0 && port < 2 ** 16)) {
    throw new RangeError(`${end.label}: localPort: expected a port, 0 to 65535, got ${port}`)
  }
  return sessionOf(end, options, { port, joins: false })
}

/**
 * One socket, in both directions: it sends to the address, and takes the replies, which come to the port that it sends from.
 *
 *     const drone = udpSession('udp://192.168.10.1:8889', { localPort: 8889, greeting: 'command' })
 *     const state = drone.messages({ parse, codec })
 *     const flight = drone.sink<string>({ format: (command) => command })
 *
 * It takes datagrams of any sender; `parse` is told whose a datagram is.
 *
 * Memory: the counts.
 * Fails: throws on a URL or an option that is none; otherwise as `fromUdp` and `Sink` say.
 */
export const udpSession = (url: string, options: UdpSessionOptions = {}): UdpSession =>
  sending(read('udpSession', url), options)

/**
 * The values that datagrams bring, each decoded: `fromUdp('udp://0.0.0.0:5005', { codec })` listens on every network,
 * `udp://127.0.0.1:5005` for this machine alone, and `udp://239.1.2.3:5005` joins that group of multicast.
 *
 *     datagrams  -21.5-21.6-"warm"-21.7-
 *     fromUdp    -21.5-21.6--------21.7-     with `onBad: 'skip'`
 *
 * Each datagram is handed on as it comes; the network may lose, double and reorder them.
 *
 * Memory: the counts.
 * Fails: throws on a URL or an option that is none. Error notification, a `SensorError`, on a bad message unless they are
 * skipped, and when `backoff.retries` are used up; a port that is taken is a loss, too.
 */
export function fromUdp<A>(url: string, options: FromUdpOptions<A> & Stamping<A, UdpAbout>): LinkSource<Stamped<A>>
export function fromUdp<A>(url: string, options: FromUdpOptions<A>): LinkSource<A>
export function fromUdp<A>(url: string, options: FromUdpOptions<A>): LinkSource<A | Stamped<A>> {
  const end = read('fromUdp', url)
  const { host, port } = end
  const joins = isGroup(host)
  return sessionOf(end, options, { port, joins, ...(joins ? {} : { address: host }) }).messages(options)
}

/**
 * A sink that sends each value as a datagram, to one address, to a group of multicast, or to a network's broadcast address.
 *
 * `send` resolves when the datagram was handed to the network; whether it arrives is not known.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on a URL or an option that is none; otherwise as `Sink` says.
 */
export const toUdp = <A>(url: string, options: ToUdpOptions<A> = {}): Sink<A> =>
  sending(read('toUdp', url), options).sink(options)
