/** Lines of JSON from a file, a pipe or standard input, and into a file or a pipe. */
import type { FileHandle } from 'node:fs/promises'
import { EMPTY, Observable, catchError, concat, of, throwError } from 'rxjs'
import { SensorError } from '../failure.js'
import { type PullSource, pull } from '../pull.js'
import { type Place, reasonFor } from './address.js'
import { type LineOptions, type LongLine, lineSplitter, wholeLine } from './lines.js'
import { link } from './link.js'
import { type SinkOptions, type SourceOptions, decoder, fromJson, isTaken, toJson } from './message.js'
import { type Sink, sinkOver } from './sink.js'
import { sourceOver } from './source.js'

/** What `jsonLines` is handed; `parse` is given a line. */
export interface JsonLinesOptions<A>
  extends LineOptions, Pick<SourceOptions<string, A>, 'codec' | 'parse' | 'onBad' | 'memory'> {}

/** What `fromJsonLines` is handed. */
export interface FromJsonLinesOptions<A> extends LineOptions, SourceOptions<string, A> {
  /**
   * What the end of the input is: the end of the stream, as is any trouble with it; or a loss, after which the path is opened
   * again, for a named pipe whose writers come and go. A file would be read from its beginning.
   */
  readonly atEnd?: 'complete' | 'reopen'
}

/** What `toJsonLines` is handed. */
export interface ToJsonLinesOptions<A> extends SinkOptions<A, string> {}

/** The pieces of a file or a named pipe, which can be let go of at once. */
const open = async (path: string): Promise<AsyncIterable<Uint8Array>> => {
  const [{ constants, createReadStream, fstatSync, openSync }, { Socket }] = await Promise.all([
    import('node:fs'),
    import('node:net'),
  ])
  // Opening a pipe would otherwise wait for a writer, where nothing could cancel it.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return fstatSync(fd).isFIFO() ? new Socket({ fd, readable: true, writable: false }) : createReadStream(path, { fd })
}

const letGo = (pieces: PullSource<unknown> | null): void => {
  if (pieces !== null && 'destroy' in pieces && typeof pieces.destroy === 'function') pieces.destroy()
}

/** The lines of an input, asked for one by one; its pieces are let go of at once when they are no longer wanted. */
const linesOf = (
  input: string | PullSource<string | Uint8Array>,
  options: LineOptions,
  owner: string,
): AsyncIterable<string | LongLine> => ({
  [Symbol.asyncIterator]: () => {
    const { split, rest } = lineSplitter(options, owner)
    let pieces = typeof input === 'string' ? null : input
    let left = false
    const lines = (async function* () {
      if (typeof input === 'string') pieces = await open(input)
      if (left || pieces === null) return letGo(pieces)
      for await (const piece of pieces) yield* split(piece)
      yield* rest()
    })()
    const leave = async (): Promise<IteratorResult<string | LongLine>> => {
      left = true
      letGo(pieces)
      return lines.return()
    }
    return { next: () => lines.next(), return: leave }
  },
})

/** An input ready to be read; one that is opened too late is let go of. */
const opened = (input: string | PullSource<string | Uint8Array>): Observable<PullSource<string | Uint8Array>> =>
  new Observable((subscriber) => {
    const take = (pieces: PullSource<string | Uint8Array>): void => {
      if (subscriber.closed) return letGo(pieces)
      subscriber.next(pieces)
      subscriber.complete()
    }
    if (typeof input === 'string') open(input).then(take, (error: unknown) => subscriber.error(error))
    else take(input)
  })

const unreadable = (place: Place, error: unknown): SensorError =>
  new SensorError(`${place.label}: ${reasonFor(place, error)}`)

const placeOf = (creator: string, input: unknown): Place => ({
  label: typeof input === 'string' ? `${creator} ${input}` : creator,
  secrets: [],
})

/**
 * The values of an input, a line each, decoded when they are asked for: with `suspend` the input is held up while the work on
 * a value goes on. `input` is a path, or pieces of text such as `process.stdin`.
 *
 *     pipe(jsonLines('log.jsonl', { codec }), suspend({ work }))
 *
 * Memory: a piece of the input and the line under way, at most `longest` characters; the counts, the caller's if handed in.
 * Fails: throws on an option that is none. Its `next()` rejects with a `SensorError` on a bad message unless they are skipped,
 * and when the input cannot be read.
 */
export const jsonLines = <A>(
  input: string | PullSource<string | Uint8Array>,
  options: JsonLinesOptions<A>,
): AsyncIterable<A> => {
  const place = placeOf('jsonLines', input)
  lineSplitter(options, place.label)
  const { parse = fromJson, ...others } = options
  return {
    [Symbol.asyncIterator]: () => {
      const read = wholeLine(parse)
      const take = decoder<string | LongLine, A>(link(place, options), { ...others, parse: read }, read)
      const lines = linesOf(input, options, place.label)[Symbol.asyncIterator]()
      const next = async (): Promise<IteratorResult<A>> => {
        for (;;) {
          const line = await lines.next().catch((error: unknown) => {
            throw unreadable(place, error)
          })
          if (line.done === true) return line
          const value = take(line.value)
          if (isTaken<A>(value)) return { done: false, value }
        }
      }
      const leave = async (): Promise<IteratorResult<A>> => {
        await lines.return?.()
        return { done: true, value: undefined }
      }
      return { next, return: leave }
    },
  }
}

/**
 * The values of an input, a line each, decoded and handed on as they are read. `input` is a path, or pieces of text such as
 * `process.stdin`.
 *
 *     input          {"x":1}\n{"x":2}\n|
 *     fromJsonLines  {x:1}---{x:2}---|
 *
 * Reading goes on when the subscriber has returned: whoever works asynchronously takes `jsonLines` and `suspend`, or names an
 * overflow.
 *
 * Memory: a piece of the input and the line under way, at most `longest` characters; the counts, the caller's if handed in.
 * Fails: throws on an option that is none. Error notification, a `SensorError`: on a bad message unless they are skipped; when
 * the input cannot be read, unless it is to be opened again, and then when `backoff.retries` are used up.
 */
export const fromJsonLines = <A>(
  input: string | PullSource<string | Uint8Array>,
  options: FromJsonLinesOptions<A>,
): Observable<A> => {
  const { atEnd = 'complete', parse = fromJson, ...others } = options
  const place = placeOf('fromJsonLines', input)
  lineSplitter(options, place.label)
  if (atEnd === 'reopen' && typeof input !== 'string') {
    throw new TypeError(`${place.label}: atEnd: 'reopen': expected a path, got pieces of text, which can be read once`)
  }
  const read = wholeLine(parse)
  const [end, trouble] =
    atEnd === 'complete'
      ? [EMPTY, (error: unknown) => throwError(() => unreadable(place, error))]
      : [throwError(() => new Error('the end was reached')), (error: unknown) => throwError(() => error)]
  const connect = catchError<PullSource<string | Uint8Array>, Observable<never>>(trouble)(opened(input))
  return sourceOver(place, { ...others, parse: read }, read, connect, (pieces) => {
    const lines = pull(linesOf(pieces, options, place.label), (line) => of(line))
    return concat(catchError<string | LongLine, Observable<never>>(trouble)(lines), end)
  })
}

const openToAppend = async (path: string): Promise<FileHandle> => {
  const [{ open: openFile }, { constants }] = await Promise.all([import('node:fs/promises'), import('node:fs')])
  return openFile(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK)
}

/**
 * A sink that appends values to a file or writes them to a named pipe, a line each. `send` resolves when the system has the
 * line.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on an option that is none; otherwise as `Sink` says. A pipe that nobody reads is no connection.
 */
export const toJsonLines = <A>(path: string, options: ToJsonLinesOptions<A> = {}): Promise<Sink<A>> => {
  const { format = toJson } = options
  const appending = new Observable<FileHandle>((subscriber) => {
    const close = (file: FileHandle): Promise<void> => file.close().catch(() => {})
    const opening = openToAppend(path)
    opening.then(
      (file) => subscriber.next(file),
      (error: unknown) => subscriber.error(error),
    )
    return () => void opening.then(close, () => {})
  })
  return sinkOver(placeOf('toJsonLines', path), options, format, appending, (file) => async (line) => {
    await file.appendFile(`${line}\n`)
  })
}
