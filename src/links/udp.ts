/** Datagrams of UDP, through Node's own sockets. */
import { udpSockets } from '#host'
import type { Socket } from 'node:dgram'
import { pipe } from 'fp-ts/lib/function.js'
import { Observable, Subject, from, switchMap } from 'rxjs'
import type { Stamped } from '../time/stamped.js'
import { type Address, addressOf } from './address.js'
import type { SinkOptions, SourceOptions, Stamping } from './message.js'
import { constructClient } from './refusal.js'
import { type Connection, type Session, type SessionOptions, sessionOn, sessionLink } from './session.js'
import { type Sink, fromCallback } from './sink.js'
import type { LinkSource } from './source.js'

/** A datagram, and the address of its sender. */
export interface Datagram {
  readonly bytes: Uint8Array
  readonly host: string
  readonly port: number
}

/** Options of a socket. */
export interface UdpOptions extends SessionOptions<Datagram, string | Uint8Array> {
  /** The address of the network interface for multicast. By default the operating system chooses one. */
  readonly through?: string
}

/** Options of `udpSession`. */
export interface UdpSessionOptions extends UdpOptions {
  /** The port to send from, at which replies arrive. The default is 0: the operating system chooses a port for each connection. */
  readonly localPort?: number
}

/** Options of `fromUdp`; `parse` receives the bytes, and the whole datagram with the address of its sender. */
export interface FromUdpOptions<A> extends UdpOptions, SourceOptions<Uint8Array, A, Datagram> {}

/** Options of `toUdp`. */
export interface ToUdpOptions<A> extends Omit<UdpSessionOptions, 'silence'>, SinkOptions<A, string | Uint8Array> {}

/** One socket, in both directions. */
export interface UdpSession extends Session<Uint8Array, string | Uint8Array, Datagram> {}

interface UdpAddress extends Address {
  readonly host: string
  readonly port: number
}

const udpAddress = (creator: string, url: string): UdpAddress => {
  const example = 'udp://0.0.0.0:5005'
  const address = addressOf(creator, url, ['udp'], example)
  const port = Number(address.parts.port)
  if (port === 0) throw new TypeError(`${creator}: expected a port, as in ${example}, got ${address.label}`)
  return { ...address, host: address.parts.hostname.replace(/^\[(.*)\]$/, '$1'), port }
}

/** Whether an address is one of a multicast group (RFC 5771, RFC 4291). */
const isGroup = (host: string): boolean => /^(22[4-9]|23\d)\./.test(host) || /^ff[0-9a-f]{2}:/i.test(host)

/** Where a socket is bound. Without an address it listens on every interface; for port 0 the operating system chooses one. */
interface Binding {
  readonly address?: string
  readonly port: number
  /** Whether the socket joins the multicast group of its address. */
  readonly joins: boolean
}

const openSocket = (remote: UdpAddress, { address, port, joins }: Binding, through?: string) =>
  pipe(
    from(udpSockets()),
    switchMap(
      ({ createSocket }) =>
        new Observable<Connection<Datagram, string | Uint8Array>>((subscriber) => {
          const isIPv6 = remote.host.includes(':')
          const socket: Socket = constructClient(remote, () =>
            // Several programs of a machine may listen to one group.
            createSocket({ type: isIPv6 ? 'udp6' : 'udp4', reuseAddr: joins }),
          )
          const messages = new Subject<Datagram>()
          const send = (message: string | Uint8Array): Promise<void> =>
            fromCallback((settle) => socket.send(message, remote.port, remote.host, settle))
          const bound = (): void => {
            try {
              if (!isIPv6) socket.setBroadcast(true)
              if (through !== undefined && isGroup(remote.host)) socket.setMulticastInterface(through)
              if (joins) socket.addMembership(remote.host, through)
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
              // The socket is closed.
            }
          }
        }),
    ),
  )

const sessionOf = (address: UdpAddress, options: UdpOptions, binding: Binding): UdpSession =>
  sessionOn(
    sessionLink(address, options, openSocket(address, binding, options.through)),
    ({ bytes }) => bytes,
    (datagram) => datagram,
  )

/** A socket that sends to an address, and receives the replies. */
const unicastSession = (address: UdpAddress, { localPort: port = 0, ...options }: UdpSessionOptions): UdpSession => {
  if (!(Number.isSafeInteger(port) && port >= 0 && port < 2 ** 16)) {
    throw new RangeError(`${address.label}: localPort: expected a port, 0 to 65535, got ${port}`)
  }
  return sessionOf(address, options, { port, joins: false })
}

/**
 * One socket, in both directions: it sends to the address, and receives the replies, which arrive at the port that it sends from.
 *
 *     const drone = udpSession('udp://192.168.10.1:8889', { localPort: 8889, greeting: 'command' })
 *     const state = drone.messages({ parse, codec })
 *     const flight = drone.sink<string>({ format: (command) => command })
 *
 * It receives datagrams from any sender; the second argument of `parse` has the sender's address.
 *
 * Memory: the counts.
 * Fails: throws on a wrong URL or option; otherwise as `fromUdp` and `Sink` say.
 */
export const udpSession = (url: string, options: UdpSessionOptions = {}): UdpSession =>
  unicastSession(udpAddress('udpSession', url), options)

/**
 * The values in datagrams, each decoded: `fromUdp('udp://0.0.0.0:5005', { codec })` listens on every network interface,
 * `udp://127.0.0.1:5005` only for senders on this machine, and `udp://239.1.2.3:5005` joins that multicast group.
 *
 *     datagrams  -21.5-21.6-"warm"-21.7-
 *     fromUdp    -21.5-21.6--------21.7-     with `onBad: 'skip'`
 *
 * Each datagram is emitted as it arrives; the network may lose, duplicate and reorder them.
 *
 * Memory: the counts.
 * Fails: throws on a wrong URL or option. Error notification, a `SensorError`, on a bad message unless `onBad` is `skip`, and when
 * `backoff.retries` are used up. A port that is in use counts as a loss.
 */
export function fromUdp<A>(url: string, options: FromUdpOptions<A> & Stamping<A, Datagram>): LinkSource<Stamped<A>>
export function fromUdp<A>(url: string, options: FromUdpOptions<A>): LinkSource<A>
export function fromUdp<A>(url: string, options: FromUdpOptions<A>): LinkSource<A | Stamped<A>> {
  const address = udpAddress('fromUdp', url)
  const { host, port } = address
  const joins = isGroup(host)
  return sessionOf(address, options, { port, joins, ...(joins ? {} : { address: host }) }).messages(options)
}

/**
 * A sink that sends each value as a datagram: to one address, to a multicast group, or to the broadcast address of a network.
 *
 * `send` resolves when the network has accepted the datagram; whether it arrives is not known.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on a wrong URL or option; otherwise as `Sink` says.
 */
export const toUdp = <A>(url: string, options: ToUdpOptions<A> = {}): Sink<A> =>
  unicastSession(udpAddress('toUdp', url), options).sink(options)
