/** Lines of JSON from a file, a pipe or standard input, and into a file or a pipe. */
import { EMPTY, Observable, catchError, of } from 'rxjs'
import { SensorError } from '../failure.js'
import { type LineFile, lineFile, longestLine } from '../edge/lineFile.js'
import type { Cell } from '../cell.js'
import { type PullSource, workOnDemand } from '../streams/pullSource.js'
import type { Stamped } from '../time/stamped.js'
import { type Place, placeWith, reasonFor } from './address.js'
import { type LineOptions, lines } from './frames.js'
import { type Link, type LinkOptions, ExpectedLoss, link } from './link.js'
import type { LinkCounts } from './linkCounts.js'
import {
  type Garbled,
  type SinkOptions,
  type SourceOptions,
  type Stamping,
  decoder,
  fromJson,
  isAccepted,
  toJson,
} from './message.js'
import { type Piece, closePieces, openPieces, endOfFile } from './pieces.js'
import { type Sink, sinkOn } from './sink.js'
import { type LinkSource, sourceOn } from './source.js'

/** Options of `jsonLines`; `parse` receives a line. */
export interface JsonLinesOptions<A> extends LineOptions, SourceOptions<string, A, undefined> {
  /** The most characters of a line; a longer line is bad. The default is 65 536. */
  readonly longest?: number
}

/** Options of `fromJsonLines`. */
export interface FromJsonLinesOptions<A> extends LinkOptions, JsonLinesOptions<A> {
  /**
   * What happens at the end of the input. With `complete`, the default, the stream completes, and an input that cannot be read is an
   * error. With `reopen` the input is opened again, also while it is absent: for a named pipe that one writer after another opens. (A
   * file would be read again from its beginning.)
   */
  readonly atEnd?: 'complete' | 'reopen'
}

/** Options of `toJsonLines`. */
export interface ToJsonLinesOptions<A> extends Omit<LinkOptions, 'silence'>, SinkOptions<A, string> {}

/** Files and pipes are read from their beginning, so that the first line is whole. */
const framingOf = ({ longest = longestLine, delimiter = '\n', firstLine = 'keep' }: LineOptions) =>
  lines({ longest, delimiter, firstLine })

/** What to do with a last line without a delimiter: in a file it is a line; of a writer that died it may be half a line. */
type LastLine = 'keep' | 'drop'

/** An input: its path, or its pieces. */
type Input = string | PullSource<Piece>

/** The lines of an input, read on demand. `return` closes the pieces at once, also while one is awaited. */
const linesOf = (
  input: Input,
  options: LineOptions,
  lastLine: LastLine,
  log: { dropped(): void; warn(line: string): void },
): AsyncIterable<string | Garbled> => ({
  [Symbol.asyncIterator]: () => {
    let cutter = framingOf(options).cutter(log)
    let pieces = typeof input === 'string' ? null : input
    let isClosed = false
    const unfinished = (): readonly (string | Garbled)[] => {
      const last = cutter.end()
      cutter = framingOf(options).cutter(log)
      if (lastLine === 'keep' || last.length === 0) return last
      log.dropped()
      return []
    }
    const all = (async function* () {
      if (typeof input === 'string') pieces = await openPieces(input, false)
      if (isClosed || pieces === null) return closePieces(pieces)
      for await (const piece of pieces) yield* piece === endOfFile ? unfinished() : cutter.cut(piece)
      yield* unfinished()
    })()
    const close = async (): Promise<IteratorResult<string | Garbled>> => {
      isClosed = true
      closePieces(pieces)
      return all.return()
    }
    return { next: () => all.next(), return: close }
  },
})

/** Emits the pieces of an input when it is open; if that happens after the unsubscription, they are closed. */
const openedPieces = (
  input: string | PullSource<string | Uint8Array>,
  reopen: boolean,
): Observable<PullSource<Piece>> =>
  new Observable((subscriber) => {
    const take = (pieces: PullSource<Piece>): void => {
      if (subscriber.closed) return closePieces(pieces)
      subscriber.next(pieces)
    }
    if (typeof input === 'string') openPieces(input, reopen).then(take, (error: unknown) => subscriber.error(error))
    else take(input)
  })

const unreadable = (place: Place, error: unknown): SensorError =>
  new SensorError(`${place.label}: ${reasonFor(place, error)}`)

const placeOf = (creator: string, input: unknown): Place =>
  placeWith(typeof input === 'string' ? `${creator} ${input}` : creator, [])

const logOf = ({
  place,
  count,
  noteFailure,
  report,
}: Pick<Link<unknown>, 'place' | 'count' | 'noteFailure' | 'report'>) => ({
  dropped: () => count('dropped'),
  warn: (line: string) => {
    noteFailure(line)
    report(`${place.label}: ${line}`)
  },
})

/**
 * The values of an input, one a line, read and decoded on demand: with `suspend` the input waits while the work on a value goes on.
 * `input` is a path, or pieces of text such as `process.stdin`.
 *
 *     pipe(jsonLines('log.jsonl', { codec }), suspend({ work }))
 *
 * Memory: a piece of the input and the line under way, at most `longest` characters; the counts, as `link`.
 * Fails: throws on a wrong option. Its `next()` rejects with a `SensorError` on a bad message unless `onBad` is `skip`, and when the
 * input cannot be read.
 */
export const jsonLines = <A>(
  input: string | PullSource<string | Uint8Array>,
  options: JsonLinesOptions<A>,
): AsyncIterable<A> & { readonly link: Cell<LinkCounts> } => {
  const place = placeOf('jsonLines', input)
  // This link is used for its counts alone: each iteration reads the input once, without connecting again.
  const ownLink = link<never>(place, {}, EMPTY)
  framingOf(options)
  return {
    link: ownLink.counts,
    [Symbol.asyncIterator]: () => {
      const take = decoder(ownLink, { longest: longestLine, ...options }, fromJson)
      const all = linesOf(input, options, 'keep', logOf(ownLink))[Symbol.asyncIterator]()
      const next = async (): Promise<IteratorResult<A>> => {
        for (;;) {
          const each = await all.next().catch((error: unknown) => {
            throw unreadable(place, error)
          })
          if (each.done === true) return each
          const value = take(each.value, undefined)
          if (isAccepted<A>(value)) return { done: false, value }
        }
      }
      const close = async (): Promise<IteratorResult<A>> => {
        await all.return?.()
        return { done: true, value: undefined }
      }
      return { next, return: close }
    },
  }
}

/**
 * The values of an input, one a line, decoded and emitted as they are read. `input` is a path, or pieces of text such as
 * `process.stdin`.
 *
 *     input          {"x":1}\n{"x":2}\n|
 *     fromJsonLines  {x:1}---{x:2}---|
 *
 * Reading goes on as soon as the subscriber's `next` returns: for asynchronous work use `jsonLines` with `suspend`, or an overflow
 * operator. With `atEnd: 'reopen'` a last line without a delimiter is dropped and counted, since its writer may have died in the
 * middle of it.
 *
 * Memory: a piece of the input and the line under way, at most `longest` characters; the counts.
 * Fails: throws on a wrong option. Error notification, a `SensorError`: on a bad message unless `onBad` is `skip`; when the input
 * cannot be read, or with `atEnd: 'reopen'` when `backoff.retries` are used up.
 */
export function fromJsonLines<A>(
  input: string | PullSource<string | Uint8Array>,
  options: FromJsonLinesOptions<A> & Stamping<A, undefined>,
): LinkSource<Stamped<A>>
export function fromJsonLines<A>(
  input: string | PullSource<string | Uint8Array>,
  options: FromJsonLinesOptions<A>,
): LinkSource<A>
export function fromJsonLines<A>(
  input: string | PullSource<string | Uint8Array>,
  options: FromJsonLinesOptions<A>,
): LinkSource<A | Stamped<A>> {
  const { atEnd = 'complete' } = options
  const place = placeOf('fromJsonLines', input)
  if (atEnd === 'reopen' && typeof input !== 'string') {
    throw new TypeError(`${place.label}: atEnd: 'reopen': expected a path, got pieces of text, which can be read once`)
  }
  framingOf(options)
  const completesAtEnd = atEnd === 'complete'
  const inputError = (error: unknown): Error => (completesAtEnd ? unreadable(place, error) : (error as Error))
  const connect = catchError<PullSource<Piece>, Observable<never>>((error: unknown) => {
    throw inputError(error)
  })(openedPieces(input, !completesAtEnd))
  const ownLink = link(place, options, connect)
  return sourceOn<PullSource<Piece>, string, undefined, A>(
    ownLink,
    { longest: longestLine, ...options },
    fromJson,
    (pieces, { message, fail, complete }) =>
      workOnDemand(linesOf(pieces, options, completesAtEnd ? 'keep' : 'drop', logOf(ownLink)), (each) =>
        of(each),
      ).subscribe({
        next: (each) => message(each, undefined),
        error: (error: unknown) => fail(inputError(error)),
        complete: () => (completesAtEnd ? complete() : fail(new ExpectedLoss('the end was reached'))),
      }),
  )
}

/**
 * A sink that appends values to a file or writes them to a named pipe, one a line. `send` resolves when the operating system has
 * accepted the line. If a full disk or a crash left half a line, it is removed or ended before the next line.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on a wrong option; otherwise as `Sink` says. While a pipe has no reader, the sink is not connected.
 */
export const toJsonLines = <A>(path: string, options: ToJsonLinesOptions<A> = {}): Sink<A> => {
  const { format = toJson } = options
  const appending = new Observable<LineFile>((subscriber) => {
    const close = (file: LineFile): void => file.close()
    const opening = lineFile(path, { as: 'append' })
    opening.then(
      (file) => subscriber.next(file),
      (error: unknown) => subscriber.error(error),
    )
    return () => void opening.then(close).catch(() => {})
  })
  const ownLink = link(placeOf('toJsonLines', path), options, appending, async (file) => file.close())
  return sinkOn<LineFile, A, string>(ownLink, format, (file) => async (message) => file.append(message))
}
