/** What a device says and hears on a serial port, through the package `serialport`. */
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
import { type Holding, held } from './holding.js'
import type { Garbled, SinkOptions, SourceOptions, Stamping } from './message.js'
import { peer } from './peer.js'
import { made } from './refusal.js'
import { type Connection, type Session, type SessionOptions, endsOf, linkTo } from './session.js'
import { type Sink, settled } from './sink.js'
import type { LinkSource } from './source.js'

/** What goes out on a serial port; the framing adds what ends it. */
export type SerialData = string | Uint8Array

/** How to open a serial port, and what its messages are. */
export interface SerialOptions<Frame extends SerialData = string> extends SessionOptions<Frame, SerialData> {
  /** Bits a second. */
  readonly baudRate: number
  readonly dataBits?: 5 | 6 | 7 | 8
  readonly stopBits?: 1 | 1.5 | 2
  readonly parity?: 'none' | 'even' | 'odd'
  /**
   * Where a message ends: `lines()` by default, of which the first one on each connection is dropped, since it may have begun
   * before; `bytes()`, `fixedSize(n)`, `lengthPrefixed()`, or one of your own.
   */
  readonly framing?: Framing<Frame>
  /** More options of the package `serialport` in its own words, such as `rtscts` or `hupcl`. */
  readonly client?: Readonly<Record<string, unknown>>
}

/** What `fromSerial` is handed; `parse` is given a frame: by default a line. */
export interface FromSerialOptions<A, Frame extends SerialData = string>
  extends SerialOptions<Frame>, SourceOptions<Frame, A, undefined> {}

/** What `toSerial` is handed. */
export interface ToSerialOptions<A> extends Omit<SerialOptions<SerialData>, 'silence'>, SinkOptions<A, SerialData> {}

/** One port, in both directions. */
export interface SerialSession<Frame extends SerialData = string> extends Session<Frame, SerialData> {}

const placeOf = (creator: string, path: string, baudRate: number): Place => {
  if (!(Number.isSafeInteger(baudRate) && baudRate > 0)) {
    throw new RangeError(`${creator}: baudRate: expected a positive integer, got ${baudRate}`)
  }
  return placeWith(`${creator} ${path}`, [])
}

/** Milliseconds between two looks at whether the device is still there. */
const LOOK = 500

/**
 * Fails when a device's file is gone, and says nothing else. A port whose cable was pulled may be read as empty for ever
 * (serialport 13 asks it again at once, and reports nothing), but its file goes with the cable. Windows names no files.
 */
const presence = (path: string, scheduler: SchedulerLike): Observable<never> =>
  pipe(
    from(files()),
    switchMap(({ access }) =>
      pipe(
        interval(LOOK, scheduler),
        exhaustMap(() => (path.startsWith('/') ? access(path) : [])),
      ),
    ),
    ignoreElements(),
  )

/** What a port is called by the system, whatever links lead there. */
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
  log: { dropped(): void; note(complaint: string): void },
  holding: Holding,
): Observable<Connection<Frame, SerialData>> =>
  new Observable((subscriber) => {
    const { baudRate, dataBits = 8, stopBits = 1, parity = 'none', client } = options
    const port = made(
      place,
      () => new SerialPort({ ...client, path, baudRate, dataBits, stopBits, parity, autoOpen: false }),
    )
    const messages = new Subject<Frame | Garbled>()
    const cutter = framing.cutter(log)
    const fail = (error: unknown): void => subscriber.error(error)
    const take = (piece: Uint8Array): void => {
      try {
        for (const frame of cutter.take(piece)) messages.next(frame)
      } catch (error) {
        fail(error)
      }
    }
    const send = (message: SerialData): Promise<void> =>
      settled((settle) => {
        const bytes = framing.wrap(message)
        port.write(typeof bytes === 'string' ? bytes : Buffer.from(bytes), (error) =>
          error ? settle(error) : port.drain(settle),
        )
      })
    const leave = async (): Promise<void> => {
      holding.leave()
      await settled((settle) => port.drain(settle))
    }
    const close = (): void => {
      holding.leave()
      if (port.isOpen) port.close(() => holding.release())
      else holding.release()
    }
    let isOpening = true

    port.on('error', fail)
    port.on('close', () => fail(new Error('the port was closed')))
    // From the beginning, so that a source that comes later is not given what was said long before.
    port.on('data', take)
    port.open((error) => {
      isOpening = false
      // It was left while it was being opened.
      if (subscriber.closed) return close()
      if (error === null) return subscriber.next({ messages, send, leave })
      fail(/cannot lock port/i.test(error.message) ? new Error('another program has the port open') : error)
    })
    return () => {
      if (isOpening) holding.leave()
      else close()
    }
  })

const sessionOf = <Frame extends SerialData>(
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
    note: (complaint: string) => {
      ownLink.blame(complaint)
      ownLink.report(`${place.label}: ${complaint}`)
    },
  }
  const advice = 'two ends of one port share a session: serialSession(path, options) has messages() and sink()'
  const connect = pipe(
    peer(place, 'serialport', serialPorts),
    switchMap((serialport) =>
      held(
        () => keyOf(path),
        place.label,
        advice,
        (holding) =>
          merge(presence(path, scheduler), openPort(serialport, place, path, options, framing, log, holding)),
      ),
    ),
  )
  const ownLink = linkTo<Frame, SerialData>(place, options, connect)
  return endsOf(
    ownLink,
    (message: Frame) => message,
    () => undefined,
  )
}

/**
 * One serial port, in both directions: what a device measures, and what it is told.
 *
 *     const arduino = serialSession('/dev/ttyACM0', { baudRate: 115_200 })
 *     const distance = arduino.messages({ parse: parseNumber, codec: finiteNumber })
 *     const motor = arduino.sink<number>()
 *
 * Memory: the message under way, as its framing says; the counts.
 * Fails: throws on an option that is none; otherwise as `fromSerial` and `Sink` say.
 */
export const serialSession = <Frame extends SerialData = string>(
  path: string,
  options: SerialOptions<Frame>,
): SerialSession<Frame> => sessionOf('serialSession', path, options)

/**
 * The values that a device says, a line each or as `framing` tells, decoded.
 *
 *     bytes       -1.5\n21.-6\n"hot"\n-21.7\n-
 *     fromSerial  -------------21.6----21.7--     `lines()`, `onBad: 'skip'`
 *
 * Each message is handed on as it is completed. A line that is no JSON wants a `parse`, such as `parseNumbers(',')`.
 *
 * Memory: the message under way, as its framing says; the counts.
 * Fails: throws on an option that is none. Error notification, a `SensorError`: without the package `serialport`, when the port
 * is in use by another link of this program, on a bad message unless they are skipped, and when `backoff.retries` are used up.
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
  return sessionOf('fromSerial', path, options, options.longest).messages(options)
}

/**
 * A sink that writes values to a serial port, a line each or as `framing` tells.
 *
 * `send` resolves when the message has left for the device.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on an option that is none; otherwise as `Sink` says.
 */
export const toSerial = <A>(path: string, options: ToSerialOptions<A>): Sink<A> =>
  sessionOf<SerialData>('toSerial', path, options).sink(options)
