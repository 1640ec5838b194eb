/** Lines of JSON from a file, a pipe or standard input, and into a file or a pipe. */
import { EMPTY, Observable, catchError, of } from 'rxjs'
import { SensorError } from '../failure.js'
import { type LineFile, lineFile, longestLine } from '../edge/lineFile.js'
import type { Cell } from '../cell.js'
import { type PullSource, workOnDemand } from '../streams/pullSource.js'
import type { Stamped } from '../time/stamped.js'
import { type Place, placeWith, reasonFor } from './address.js'
import { type LineOptions, lines } from './frames.js'
import { type Link, type LinkCounts, type LinkOptions, Pause, link } from './link.js'
import {
  type Garbled,
  type SinkOptions,
  type SourceOptions,
  type Stamping,
  decoder,
  fromJson,
  isTaken,
  toJson,
} from './message.js'
import { type Piece, letGo, open, writerGone } from './pieces.js'
import { type Sink, sinkOn } from './sink.js'
import { type LinkSource, sourceOn } from './source.js'

/** What `jsonLines` is handed; `parse` is given a line. */
export interface JsonLinesOptions<A> extends LineOptions, SourceOptions<string, A, undefined> {
  readonly longest?: number
}

/** What `fromJsonLines` is handed. */
export interface FromJsonLinesOptions<A> extends LinkOptions, JsonLinesOptions<A> {
  /**
   * What the end of the input is: the end of the stream, as is any trouble with it; or nothing, for a named pipe whose writers
   * come and go, and which may be absent for a while. A file would be read again, from its beginning.
   */
  readonly atEnd?: 'complete' | 'reopen'
}

/** What `toJsonLines` is handed. */
export interface ToJsonLinesOptions<A> extends Omit<LinkOptions, 'silence'>, SinkOptions<A, string> {}

/** Lines as a pipe's reader sees them: the whole of the first one, since nothing came before it. */
const framingOf = ({ longest = longestLine, delimiter = '\n', firstLine = 'keep' }: LineOptions) =>
  lines({ longest, delimiter, firstLine })

/** What to do with a last line that nothing ends: of a file it is one; of a writer who died it may be half of one. */
type Tail = 'keep' | 'drop'

/** What an input is made of: its path, or its pieces. */
type Input = string | PullSource<Piece>

/** The lines of an input, asked for one by one; its pieces are let go of at once when they are no longer wanted. */
const linesOf = (
  input: Input,
  options: LineOptions,
  tail: Tail,
  log: { dropped(): void; note(complaint: string): void },
): AsyncIterable<string | Garbled> => ({
  [Symbol.asyncIterator]: () => {
    let cutter = framingOf(options).cutter(log)
    let pieces = typeof input === 'string' ? null : input
    let left = false
    const rest = (): readonly (string | Garbled)[] => {
      const last = cutter.rest()
      cutter = framingOf(options).cutter(log)
      if (tail === 'keep' || last.length === 0) return last
      log.dropped()
      return []
    }
    const all = (async function* () {
      if (typeof input === 'string') pieces = await open(input, false)
      if (left || pieces === null) return letGo(pieces)
      for await (const piece of pieces) yield* piece === writerGone ? rest() : cutter.take(piece)
      yield* rest()
    })()
    const leave = async (): Promise<IteratorResult<string | Garbled>> => {
      left = true
      letGo(pieces)
      return all.return()
    }
    return { next: () => all.next(), return: leave }
  },
})

/** An input ready to be read; one that is opened too late is let go of. */
const opened = (input: string | PullSource<string | Uint8Array>, again: boolean): Observable<PullSource<Piece>> =>
  new Observable((subscriber) => {
    const take = (pieces: PullSource<Piece>): void => {
      if (subscriber.closed) return letGo(pieces)
      subscriber.next(pieces)
    }
    if (typeof input === 'string') open(input, again).then(take, (error: unknown) => subscriber.error(error))
    else take(input)
  })

const unreadable = (place: Place, error: unknown): SensorError =>
  new SensorError(`${place.label}: ${reasonFor(place, error)}`)

const placeOf = (creator: string, input: unknown): Place =>
  placeWith(typeof input === 'string' ? `${creator} ${input}` : creator, [])

const logOf = ({ place, count, blame, report }: Pick<Link<unknown>, 'place' | 'count' | 'blame' | 'report'>) => ({
  dropped: () => count('dropped'),
  note: (complaint: string) => {
    blame(complaint)
    report(`${place.label}: ${complaint}`)
  },
})

/**
 * The values of an input, a line each, decoded when they are asked for: with `suspend` the input is held up while the work on
 * a value goes on. `input` is a path, or pieces of text such as `process.stdin`.
 *
 *     pipe(jsonLines('log.jsonl', { codec }), suspend({ work }))
 *
 * Memory: a piece of the input and the line under way, at most `longest` characters; the counts, as `link`.
 * Fails: throws on an option that is none. Its `next()` rejects with a `SensorError` on a bad message unless they are skipped,
 * and when the input cannot be read.
 */
export const jsonLines = <A>(
  input: string | PullSource<string | Uint8Array>,
  options: JsonLinesOptions<A>,
): AsyncIterable<A> & { readonly link: Cell<LinkCounts> } => {
  const place = placeOf('jsonLines', input)
  // Nothing is connected again here: each iteration reads the input once.
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
          if (isTaken<A>(value)) return { done: false, value }
        }
      }
      const leave = async (): Promise<IteratorResult<A>> => {
        await all.return?.()
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
 * Reading goes on when the subscriber has returned: for work that takes its time, take `jsonLines` and `suspend`, or an
 * overflow operator. With `atEnd: 'reopen'` a last line that nothing ends is dropped and counted, since its writer may have died
 * in the middle of it.
 *
 * Memory: a piece of the input and the line under way, at most `longest` characters; the counts.
 * Fails: throws on an option that is none. Error notification, a `SensorError`: on a bad message unless they are skipped; when
 * the input cannot be read, unless it is to be opened again, and then when `backoff.retries` are used up.
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
  const isOnce = atEnd === 'complete'
  const trouble = (error: unknown): Error => (isOnce ? unreadable(place, error) : (error as Error))
  const connect = catchError<PullSource<Piece>, Observable<never>>((error: unknown) => {
    throw trouble(error)
  })(opened(input, !isOnce))
  const ownLink = link(place, options, connect)
  return sourceOn<PullSource<Piece>, string, undefined, A>(
    ownLink,
    { longest: longestLine, ...options },
    fromJson,
    (pieces, { message, fail, complete }) =>
      workOnDemand(linesOf(pieces, options, isOnce ? 'keep' : 'drop', logOf(ownLink)), (each) => of(each)).subscribe({
        next: (each) => message(each, undefined),
        error: (error: unknown) => fail(trouble(error)),
        complete: () => (isOnce ? complete() : fail(new Pause('the end was reached'))),
      }),
  )
}

/**
 * A sink that appends values to a file or writes them to a named pipe, a line each. `send` resolves when the system has the
 * line. A half line that a full disk or a crash left is taken back or ended before the next one.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on an option that is none; otherwise as `Sink` says. A pipe that has no reader is no connection.
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
