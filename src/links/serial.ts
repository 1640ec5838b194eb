/** Lines that a device says on a serial port, through the package `serialport`. */
import { pipe } from 'fp-ts/lib/function.js'
import { Observable, type SchedulerLike, exhaustMap, from, ignoreElements, interval, merge, switchMap } from 'rxjs'
import { turns } from '../schedule.js'
import type { Place } from './address.js'
import type { LinkOptions } from './link.js'
import { type LineOptions, type LongLine, lineSplitter, wholeLine } from './lines.js'
import { type SinkOptions, type SourceOptions, fromJson, toJson } from './message.js'
import { peer } from './peer.js'
import { type Sink, settled, sinkOver } from './sink.js'
import { sourceOver } from './source.js'

/** How to open a serial port. */
export interface SerialOptions {
  /** Bits a second. */
  readonly baudRate: number
  readonly dataBits?: 5 | 6 | 7 | 8
  readonly stopBits?: 1 | 1.5 | 2
  readonly parity?: 'none' | 'even' | 'odd'
}

/** What `fromSerial` is handed; `parse` is given a line. */
export interface FromSerialOptions<A> extends SerialOptions, LineOptions, SourceOptions<string, A> {
  /**
   * What to do with what comes before the first end of a line: a port is opened in the middle of a line as often as not, and
   * half a number is a number too, so that by default it is dropped, once for each connection, and counted.
   */
  readonly firstLine?: 'drop' | 'keep'
}

/** What `toSerial` is handed; a line's end is added to what `format` says. */
export interface ToSerialOptions<A> extends SerialOptions, SinkOptions<A, string> {}

const placeOf = (creator: string, path: string, { baudRate }: SerialOptions): Place => {
  if (!(Number.isSafeInteger(baudRate) && baudRate > 0)) {
    throw new RangeError(`${creator}: baudRate: expected a positive integer, got ${baudRate}`)
  }
  return { label: `${creator} ${path}`, secrets: [] }
}

/** Milliseconds between two looks at whether the device is still there. */
const LOOK = 500

/**
 * Fails when a device's file is gone, and says nothing else. A port whose cable was pulled may be read as empty for ever
 * (serialport 13 asks it again at once, and tells nobody), but its file goes with the cable. Windows names no files.
 */
const presence = (path: string, scheduler: SchedulerLike): Observable<never> =>
  pipe(
    from(import('node:fs/promises')),
    switchMap(({ access }) =>
      pipe(
        interval(LOOK, scheduler),
        exhaustMap(() => (path.startsWith('/') ? access(path) : [])),
      ),
    ),
    ignoreElements(),
  )

const openPort = (
  place: Place,
  path: string,
  { baudRate, dataBits = 8, stopBits = 1, parity = 'none', scheduler = turns }: SerialOptions & LinkOptions,
) =>
  pipe(
    peer(place, 'serialport', () => import('serialport')),
    switchMap(({ SerialPort }) =>
      merge(
        presence(path, scheduler),
        new Observable<InstanceType<typeof SerialPort>>((subscriber) => {
          const port = new SerialPort({ path, baudRate, dataBits, stopBits, parity, autoOpen: false })
          const ignore = (): void => {}
          port.on('error', (error) => subscriber.error(error))
          port.on('close', () => subscriber.error(new Error('the port was closed')))
          port.open((error) => {
            if (error !== null) subscriber.error(error)
            // It was left while it was being opened.
            else if (subscriber.closed) port.close(ignore)
            else subscriber.next(port)
          })
          return () => {
            if (port.isOpen) port.close(ignore)
          }
        }),
      ),
    ),
  )

/**
 * The values that a device says, a line each, decoded.
 *
 *     bytes       -1.5\n21.-6\n"hot"\n-21.7\n-
 *     fromSerial  -------------21.6----21.7--     `firstLine: 'drop'`, `onBad: 'skip'`
 *
 * Each line is handed on as it is completed. A line that is no JSON wants a `parse` of its own:
 * `(line) => line.split(',').map(Number)`.
 *
 * Memory: the line under way, at most `longest` characters; the counts, the caller's if handed in.
 * Fails: throws on an option that is none. Error notification, a `SensorError`: without the package `serialport`, on a bad
 * message unless they are skipped, and when `backoff.retries` are used up.
 */
export const fromSerial = <A>(path: string, options: FromSerialOptions<A>): Observable<A> => {
  const { firstLine = 'drop', parse = fromJson } = options
  const place = placeOf('fromSerial', path, options)
  lineSplitter(options, place.label)
  const parsed = { ...options, parse: wholeLine(parse) }
  return sourceOver(
    place,
    parsed,
    parsed.parse,
    openPort(place, path, options),
    (port, { count }) =>
      new Observable<string | LongLine>((subscriber) => {
        const { split } = lineSplitter(options, place.label)
        let begun = firstLine === 'keep'
        port.on('data', (piece: Uint8Array) => {
          let whole = piece
          if (!begun) {
            const end = piece.indexOf(10)
            if (end < 0) return
            begun = true
            count('dropped')
            whole = piece.subarray(end + 1)
          }
          for (const line of split(whole)) subscriber.next(line)
        })
      }),
  )
}

/**
 * A sink that writes values to a serial port, a line each.
 *
 * `send` resolves when the line has left for the device.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on an option that is none; otherwise as `Sink` says.
 */
export const toSerial = <A>(path: string, options: ToSerialOptions<A>): Promise<Sink<A>> => {
  const { format = toJson } = options
  const place = placeOf('toSerial', path, options)
  return sinkOver(
    place,
    options,
    format,
    openPort(place, path, options),
    (port) => (message) =>
      settled((settle) => {
        port.write(`${message}\n`, (error) => (error ? settle(error) : port.drain(settle)))
      }),
  )
}
