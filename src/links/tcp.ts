/** Messages to and from a device over TCP, through Node's own sockets. */
import { sockets } from '#host'
import { pipe } from 'fp-ts/lib/function.js'
import { Observable, Subject, from, switchMap } from 'rxjs'
import { addressOf, type Place, placeWith } from './address.js'
import { type Framing, lines } from './frames.js'
import type { Garbled } from './message.js'
import { type Connection, type Session, type SessionOptions, sessionOn, sessionLink } from './session.js'
import { fromCallback } from './sink.js'

/** What is written to a connection; the framing adds the end of the message. */
export type TcpData = string | Uint8Array

/** What the messages of a connection are. */
export interface TcpOptions<Frame extends TcpData = string> extends SessionOptions<Frame, TcpData> {
  /**
   * Where a message ends: `lines()`, `bytes()`, `fixedSize(n)`, `lengthPrefixed()`, or a framing of your own. The default is
   * `lines({ firstLine: 'keep' })`, since a connection begins with the beginning of a message.
   */
  readonly framing?: Framing<Frame>
}

/** One connection, in both directions. */
export interface TcpSession<Frame extends TcpData = string> extends Session<Frame, TcpData> {}

/** A host and a port. */
export interface TcpEnd {
  readonly host: string
  readonly port: number
}

const openSocket = <Frame extends TcpData>(
  { host, port }: TcpEnd,
  framing: Framing<Frame>,
  log: { dropped(): void; warn(line: string): void },
): Observable<Connection<Frame, TcpData>> =>
  pipe(
    from(sockets()),
    switchMap(
      ({ connect }) =>
        new Observable<Connection<Frame, TcpData>>((subscriber) => {
          // Small commands leave at once, and are not collected into larger packets.
          const socket = connect({ host, port, noDelay: true })
          const messages = new Subject<Frame | Garbled>()
          const cutter = framing.cutter(log)
          const fail = (error: unknown): void => subscriber.error(error)
          socket.on('error', fail)
          socket.on('close', () => fail(new Error('the connection was closed')))
          // From the beginning, also when nothing listens: a peer may end a connection that is not read.
          socket.on('data', (piece: Uint8Array) => {
            try {
              for (const frame of cutter.cut(piece)) messages.next(frame)
            } catch (error) {
              fail(error)
            }
          })
          socket.on('connect', () =>
            subscriber.next({
              messages,
              send: (message) => fromCallback((settle) => socket.write(framing.wrap(message), settle)),
              disconnect: () => fromCallback((settle) => socket.end(() => settle())),
            }),
          )
          return () => {
            cutter.end()
            socket.destroy()
          }
        }),
    ),
  )

/** A session whose errors begin with its label. */
export const tcpSessionOf = <Frame extends TcpData>(
  place: Place,
  end: TcpEnd,
  options: TcpOptions<Frame>,
): TcpSession<Frame> => {
  const byLines = lines({ firstLine: 'keep' }) as Framing<string | Uint8Array> as Framing<Frame>
  const { framing = byLines } = options
  const log = {
    dropped: () => ownLink.count('dropped'),
    warn: (line: string) => {
      ownLink.noteFailure(line)
      ownLink.report(`${place.label}: ${line}`)
    },
  }
  const ownLink = sessionLink(place, options, openSocket(end, framing, log))
  return sessionOn(
    ownLink,
    (message) => message,
    () => undefined,
  )
}

/** A session with a host and a port of their own, for robots; `owner` begins its errors. */
export const tcpSessionTo = <Frame extends TcpData>(
  owner: string,
  end: TcpEnd,
  options: TcpOptions<Frame>,
): TcpSession<Frame> => tcpSessionOf(placeWith(`${owner} ${end.host}:${end.port}`, []), end, options)

/**
 * One connection to a host, in both directions.
 *
 *     const gripper = tcpSession('tcp://192.168.1.11:63352')
 *     const position = gripper.messages({ parse: parseNumber, codec: finiteNumber })
 *     const commands = gripper.sink<string>({ format: (command) => command })
 *
 * Memory: the message under way, bounded by the framing; the counts.
 * Fails: throws on a wrong URL or option. Sources fail, with a `SensorError`, on a bad message unless `onBad` is `skip`, and when
 * `backoff.retries` are used up; sinks as `Sink` says.
 */
export const tcpSession = <Frame extends TcpData = string>(
  url: string,
  options: TcpOptions<Frame> = {},
): TcpSession<Frame> => {
  const example = 'tcp://192.168.1.10:30003'
  const address = addressOf('tcpSession', url, ['tcp'], example)
  const { hostname, port } = address.parts
  if (port === '' || port === '0') {
    throw new TypeError(`tcpSession: expected a port, as in ${example}, got ${address.label}`)
  }
  return tcpSessionOf(address, { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }, options)
}
