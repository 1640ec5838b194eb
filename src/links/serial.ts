/** Messages to and from a device on a serial port, through the package `serialport`. */
import { files, serialPorts } from '#host'
import { pipe } from 'fp-ts/lib/function.js'
import {
  Observable,
  type SchedulerLike,
  Subject,
  exhaustMap,
  from,
  ignoreElements,
  interval,
  merge,
  switchMap,
} from 'rxjs'
import { eventLoop } from '../time/schedule.js'
import type { Stamped } from '../time/stamped.js'
import { type Place, placeWith } from './address.js'
import { type Framing, lines } from './frames.js'
import { type Lock, withLock } from './locks.js'
import type { Garbled, SinkOptions, SourceOptions, Stamping } from './message.js'
import { peer } from './peer.js'
import { constructClient } from './refusal.js'
import { type Connection, type Session, type SessionOptions, sessionOn, sessionLink } from './session.js'
import { type Sink, fromCallback } from './sink.js'
import type { LinkSource } from './source.js'

/** What is written to a serial port; the framing adds the end of the message. */
export type SerialData = string | Uint8Array

/** The control lines of an open port. */
export interface SerialLines {
  /** Switches lines on or off. Rejects where the port has none, as a pseudo-terminal. */
  set(lines: { readonly rts?: boolean; readonly dtr?: boolean }): Promise<void>
}

/** How to open a serial port, and what its messages are. */
export interface SerialOptions<Frame extends SerialData = string> extends SessionOptions<Frame, SerialData> {
  /** Bits a second. */
  readonly baudRate: number
  /** The default is 8. */
  readonly dataBits?: 5 | 6 | 7 | 8
  /** The default is 1. */
  readonly stopBits?: 1 | 1.5 | 2
  /** The default is `none`. */
  readonly parity?: 'none' | 'even' | 'odd'
  /**
   * Where a message ends: `lines()`, `bytes()`, `fixedSize(n)`, `lengthPrefixed()`, or a framing of your own. The default is `lines()`,
   * which drops the first line of each connection, since the port may have been opened in the middle of it.
   */
  readonly framing?: Framing<Frame>
  /**
   * Called when the port is open and before it is used, on each connection, to switch its control lines: some devices reset or wake by
   * them. An error is a loss of the connection. By default no line is switched.
   */
  readonly prepare?: (lines: SerialLines) => PromiseLike<unknown>
  /** More options of the package `serialport` under its own names, such as `rtscts` or `hupcl`; none by default. */
  readonly client?: Readonly<Record<string, unknown>>
}

/** Options of `fromSerial`; `parse` receives a frame, by default a line. */
export interface FromSerialOptions<A, Frame extends SerialData = string>
  extends SerialOptions<Frame>, SourceOptions<Frame, A, undefined> {}

/** Options of `toSerial`. */
export interface ToSerialOptions<A> extends Omit<SerialOptions<SerialData>, 'silence'>, SinkOptions<A, SerialData> {}

/** One port, in both directions. */
export interface SerialSession<Frame extends SerialData = string> extends Session<Frame, SerialData> {}

const placeOf = (creator: string, path: string, baudRate: number): Place => {
  if (!(Number.isSafeInteger(baudRate) && baudRate > 0)) {
    throw new RangeError(`${creator}: baudRate: expected a positive integer, got ${baudRate}`)
  }
  return placeWith(`${creator} ${path}`, [])
}

/** Milliseconds between two checks whether the device is still connected. */
const CHECK_PERIOD = 500

/**
 * Fails when the file of a device disappears, and emits nothing. A port whose cable was pulled may read as empty for ever
 * (serialport 13 reads again at once, and reports nothing), but the system removes its file. On Windows ports are not files.
 */
const failOnRemoval = (path: string, scheduler: SchedulerLike): Observable<never> =>
  pipe(
    from(files()),
    switchMap(({ access }) =>
      pipe(
        interval(CHECK_PERIOD, scheduler),
        exhaustMap(() => (path.startsWith('/') ? access(path) : [])),
      ),
    ),
    ignoreElements(),
  )

/** The system's own name of a port, with symbolic links followed. */
const keyOf = async (path: string): Promise<string> => {
  const { realpath } = await files()
  return `serial ${await realpath(path).catch(() => path)}`
}

type Package = typeof import('serialport')

const openPort = <Frame extends SerialData>(
  { SerialPort }: Package,
  place: Place,
  path: string,
  options: SerialOptions<Frame>,
  framing: Framing<Frame>,
  log: { dropped(): void; warn(line: string): void },
  lock: Lock,
): Observable<Connection<Frame, SerialData>> =>
  new Observable((subscriber) => {
    const { baudRate, dataBits = 8, stopBits = 1, parity = 'none', client, prepare } = options
    const port = constructClient(
      place,
      () => new SerialPort({ ...client, path, baudRate, dataBits, stopBits, parity, autoOpen: false }),
    )
    const messages = new Subject<Frame | Garbled>()
    const cutter = framing.cutter(log)
    const fail = (error: unknown): void => subscriber.error(error)
    const onPiece = (piece: Uint8Array): void => {
      try {
        for (const frame of cutter.cut(piece)) messages.next(frame)
      } catch (error) {
        fail(error)
      }
    }
    const send = (message: SerialData): Promise<void> =>
      fromCallback((settle) => {
        const bytes = framing.wrap(message)
        port.write(typeof bytes === 'string' ? bytes : Buffer.from(bytes), (error) =>
          error ? settle(error) : port.drain(settle),
        )
      })
    const disconnect = async (): Promise<void> => {
      lock.announceRelease()
      await fromCallback((settle) => port.drain(settle))
    }
    const close = (): void => {
      lock.announceRelease()
      if (port.isOpen) port.close(() => lock.release())
      else lock.release()
    }
    const prepared = async (): Promise<void> => {
      try {
        if (prepare !== undefined)
          await prepare({ set: (wanted) => fromCallback((settle) => port.set(wanted, settle)) })
        subscriber.next({ messages, send, disconnect })
      } catch (error) {
        fail(error)
      }
    }
    let isOpening = true

    port.on('error', fail)
    port.on('close', () => fail(new Error('the port was closed')))
    // From the beginning, so that a source that subscribes later does not receive old bytes.
    port.on('data', onPiece)
    port.open((error) => {
      isOpening = false
      // Unsubscribed while the port was being opened.
      if (subscriber.closed) return close()
      if (error === null) return void prepared()
      fail(/cannot lock port/i.test(error.message) ? new Error('another program has the port open') : error)
    })
    return () => {
      if (isOpening) lock.announceRelease()
      else close()
    }
  })

/** A session whose errors begin with the name of its creator. */
export const serialSessionOf = <Frame extends SerialData>(
  creator: string,
  path: string,
  options: SerialOptions<Frame>,
  longest?: number,
): SerialSession<Frame> => {
  const place = placeOf(creator, path, options.baudRate)
  const byLines = lines(longest === undefined ? {} : { longest }) as Framing<string | Uint8Array> as Framing<Frame>
  const { framing = byLines, scheduler = eventLoop } = options
  const log = {
    dropped: () => ownLink.count('dropped'),
    warn: (line: string) => {
      ownLink.noteFailure(line)
      ownLink.report(`${place.label}: ${line}`)
    },
  }
  const advice =
    'a source and a sink of one port share a session: serialSession(path, options) has messages() and sink()'
  const connect = pipe(
    peer(place, 'serialport', serialPorts),
    switchMap((serialport) =>
      withLock(
        () => keyOf(path),
        place.label,
        advice,
        (lock) => merge(failOnRemoval(path, scheduler), openPort(serialport, place, path, options, framing, log, lock)),
      ),
    ),
  )
  const ownLink = sessionLink<Frame, SerialData>(place, options, connect)
  return sessionOn(
    ownLink,
    (message: Frame) => message,
    () => undefined,
  )
}

/**
 * One serial port, in both directions: the measurements of a device, and commands to it.
 *
 *     const arduino = serialSession('/dev/ttyACM0', { baudRate: 115_200 })
 *     const distance = arduino.messages({ parse: parseNumber, codec: finiteNumber })
 *     const motor = arduino.sink<number>()
 *
 * Memory: the message under way, bounded by the framing; the counts.
 * Fails: throws on a wrong option; otherwise as `fromSerial` and `Sink` say.
 */
export const serialSession = <Frame extends SerialData = string>(
  path: string,
  options: SerialOptions<Frame>,
): SerialSession<Frame> => serialSessionOf('serialSession', path, options)

/**
 * The values that a device sends, one a line or as `framing` cuts them, each decoded.
 *
 *     bytes       -1.5\n21.-6\n"hot"\n-21.7\n-
 *     fromSerial  -------------21.6----21.7--     `lines()`, `onBad: 'skip'`
 *
 * Each message is emitted when it is complete. A line that is not JSON needs a `parse`, such as `parseNumbers(',')`.
 *
 * Memory: the message under way, bounded by the framing; the counts.
 * Fails: throws on a wrong option. Error notification, a `SensorError`: without the package `serialport`, when another link of this
 * program uses the port, on a bad message unless `onBad` is `skip`, and when `backoff.retries` are used up.
 */
export function fromSerial<A, Frame extends SerialData = string>(
  path: string,
  options: FromSerialOptions<A, Frame> & Stamping<A, undefined>,
): LinkSource<Stamped<A>>
export function fromSerial<A, Frame extends SerialData = string>(
  path: string,
  options: FromSerialOptions<A, Frame>,
): LinkSource<A>
export function fromSerial<A, Frame extends SerialData = string>(
  path: string,
  options: FromSerialOptions<A, Frame>,
): LinkSource<A | Stamped<A>> {
  return serialSessionOf('fromSerial', path, options, options.longest).messages(options)
}

/**
 * A sink that writes values to a serial port, one a line or as `framing` ends them.
 *
 * `send` resolves when the message has been transmitted to the device.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on a wrong option; otherwise as `Sink` says.
 */
export const toSerial = <A>(path: string, options: ToSerialOptions<A>): Sink<A> =>
  serialSessionOf<SerialData>('toSerial', path, options).sink(options)
