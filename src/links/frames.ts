/** Frames: messages out of bytes that come in pieces of any length, and back. */
import { longestLine } from '../edge/lineFile.js'
import { Garbled } from './message.js'

/** What a cutter says of a connection beside its frames. */
export interface FramingLog {
  /** Something was left out, such as the rest of a line that was under way. */
  dropped(): void
  /** Why nothing may come, for the user of the program. */
  note(complaint: string): void
}

/** Cuts the bytes of one connection into frames. */
export interface Cutter<Frame> {
  /** The frames that a piece completes. What it throws is the loss of the connection. */
  take(piece: string | Uint8Array): readonly (Frame | Garbled)[]
  /** The frame that was under way when the bytes ended, if it is one. */
  rest(): readonly (Frame | Garbled)[]
}

/** A way to tell where a message ends; one for reading and writing. */
export interface Framing<Frame extends string | Uint8Array> {
  /** A cutter for a new connection. */
  cutter(log: FramingLog): Cutter<Frame>
  /** A message as it is written. */
  wrap(message: string | Uint8Array): string | Uint8Array
}

/** How bytes become lines. */
export interface LineOptions {
  /** Characters that a line may have; a longer one is a bad message, and what follows it up to the next line is thrown away. */
  readonly longest?: number
  /** What ends a line; by default a newline, which a carriage return may come before. */
  readonly delimiter?: string
  /**
   * What to do with what comes before the first end of a line: a port is opened in the middle of a line as often as not, and
   * half a number is a number too, so that `lines()` drops and counts it by default, once for each connection. Files and pipes
   * are read from a beginning, so that there it is kept by default.
   */
  readonly firstLine?: 'drop' | 'keep'
}

/** Characters of a line that is too long which are kept to show. */
const BEGINNING = 40

const positive = (owner: string, option: string, value: number): void => {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${owner}: ${option}: expected a positive integer, got ${value}`)
  }
}

const joined = (message: string | Uint8Array, end: string): string | Uint8Array => {
  if (typeof message === 'string') return message + end
  const tail = new TextEncoder().encode(end)
  const whole = new Uint8Array(message.length + tail.length)
  whole.set(message)
  whole.set(tail, message.length)
  return whole
}

/** Carriage returns without any newline after which a device that ends its lines so is told. */
const RETURNS = 3

/**
 * Lines of UTF-8, whatever the cuts; empty lines and a byte order mark at the beginning are left out.
 *
 * Memory: the line under way, at most `longest` characters, and the piece.
 * Fails: throws on an empty `delimiter` and on a `longest` that is no positive integer.
 */
export const lines = ({
  longest = longestLine,
  delimiter = '\n',
  firstLine = 'drop',
}: LineOptions = {}): Framing<string> => {
  positive('lines', 'longest', longest)
  if (delimiter === '') throw new RangeError('lines: delimiter: expected one character or more, got none')
  const overlap = delimiter.length - 1

  const cutter = ({ dropped, note }: FramingLog): Cutter<string> => {
    const utf8 = new TextDecoder()
    let line = ''
    // The end of what came, where a delimiter may have begun.
    let tail = ''
    let isLong = false
    let isFirst = firstLine === 'drop'
    let isBeginning = true
    let returns = 0

    const finished = (ended: boolean): readonly (string | Garbled)[] => {
      const whole = ended && !isLong ? line.slice(0, line.length - delimiter.length) : line
      const text = delimiter === '\n' && whole.endsWith('\r') ? whole.slice(0, -1) : whole
      const tooLong = isLong || text.length > longest
      line = ''
      isLong = false
      if (tooLong) return [new Garbled(text.slice(0, BEGINNING), `a line of at most ${longest} characters`)]
      return text === '' ? [] : [text]
    }
    const lengthen = (piece: string): void => {
      if (isLong || isFirst) return
      line += piece
      // The delimiter and a carriage return are no part of the line.
      if (line.length <= longest + delimiter.length + 1) return
      isLong = true
      line = line.slice(0, BEGINNING)
    }
    const countReturns = (text: string): void => {
      if (delimiter !== '\n' || returns >= RETURNS) return
      returns = text.includes('\n') ? Infinity : returns + text.split('\r').length - 1
      if (returns >= RETURNS && returns < Infinity) {
        note(`what comes has carriage returns and no newlines: framing: lines({ delimiter: '\\r' }) ends lines there`)
      }
    }
    const take = (piece: string | Uint8Array): readonly (string | Garbled)[] => {
      let text = typeof piece === 'string' ? piece : utf8.decode(piece, { stream: true })
      if (isBeginning && text !== '') {
        isBeginning = false
        if (text.charCodeAt(0) === 0xfeff) text = text.slice(1)
      }
      countReturns(text)
      const out: (string | Garbled)[] = []
      for (;;) {
        const at = (tail + text).indexOf(delimiter)
        if (at < 0) break
        const end = at + delimiter.length - tail.length
        lengthen(text.slice(0, end))
        if (isFirst) dropped()
        else out.push(...finished(true))
        isFirst = false
        text = text.slice(end)
        tail = ''
      }
      lengthen(text)
      if (overlap > 0) tail = (tail + text).slice(-overlap)
      return out
    }
    return { take, rest: () => (isFirst ? [] : finished(false)) }
  }
  return { cutter, wrap: (message) => joined(message, delimiter) }
}

/** Pieces as they come, and messages as they are: for a transport or a `parse` that finds its own way. */
export const bytes = (): Framing<Uint8Array> => ({
  cutter: () => ({
    take: (piece) => [typeof piece === 'string' ? new TextEncoder().encode(piece) : piece],
    rest: () => [],
  }),
  wrap: (message) => message,
})

/** Bytes that wait to be whole; `sizeOf` says how many the first frame among them has, null while that is not known. */
const gathering = (sizeOf: (waiting: Uint8Array) => number | null, skip: number, dropped: () => void) => {
  let waiting = new Uint8Array(0)
  const take = (piece: string | Uint8Array): readonly Uint8Array[] => {
    const more = typeof piece === 'string' ? new TextEncoder().encode(piece) : piece
    const all = new Uint8Array(waiting.length + more.length)
    all.set(waiting)
    all.set(more, waiting.length)
    const out: Uint8Array[] = []
    let from = 0
    for (;;) {
      const size = sizeOf(all.subarray(from))
      if (size === null || all.length - from < size) break
      out.push(all.slice(from + skip, from + size))
      from += size
    }
    waiting = all.slice(from)
    return out
  }
  const rest = (): readonly Uint8Array[] => {
    if (waiting.length > 0) dropped()
    waiting = new Uint8Array(0)
    return []
  }
  return { take, rest }
}

/**
 * Frames of `size` bytes each, without anything between them.
 *
 * Memory: the frame under way.
 * Fails: throws on a size that is no positive integer. A message of another size is not written: `send` rejects.
 */
export const fixedSize = (size: number): Framing<Uint8Array> => {
  positive('fixedSize', 'size', size)
  return {
    cutter: ({ dropped }) => gathering(() => size, 0, dropped),
    wrap: (message) => {
      const length = typeof message === 'string' ? new TextEncoder().encode(message).length : message.length
      if (length !== size) throw new RangeError(`fixedSize: expected a message of ${size} bytes, got ${length}`)
      return message
    },
  }
}

/** How long a frame's own length is, and what it may say. */
export interface LengthOptions {
  /** Bytes of the length. */
  readonly bytes?: 1 | 2 | 4
  readonly endian?: 'big' | 'little'
  /** Bytes that a frame may have. A longer one is the loss of the connection, since what follows cannot be told apart. */
  readonly longest?: number
}

/**
 * Frames that begin with their length, an unsigned integer that does not count itself.
 *
 * Memory: the frame under way, at most `longest` bytes.
 * Fails: throws on a `longest` that is no positive integer, or too large for the length.
 */
export const lengthPrefixed = ({
  bytes: width = 4,
  endian = 'big',
  longest = 2 ** 16 - 1,
}: LengthOptions = {}): Framing<Uint8Array> => {
  positive('lengthPrefixed', 'longest', longest)
  const most = Math.min(longest, 2 ** (8 * width) - 1)
  const isLittle = endian === 'little'
  const place = (i: number): number => 256 ** (isLittle ? i : width - 1 - i)
  const sizeOf = (waiting: Uint8Array): number | null => {
    if (waiting.length < width) return null
    let length = 0
    for (let i = 0; i < width; i++) length += waiting[i] * place(i)
    if (length > most) throw new Error(`a frame of ${length} bytes came, where at most ${most} are allowed`)
    return width + length
  }
  return {
    cutter: ({ dropped }) => gathering(sizeOf, width, dropped),
    wrap: (message) => {
      const body = typeof message === 'string' ? new TextEncoder().encode(message) : message
      if (body.length > most) throw new RangeError(`lengthPrefixed: expected at most ${most} bytes, got ${body.length}`)
      const whole = new Uint8Array(width + body.length)
      for (let i = 0; i < width; i++) whole[i] = Math.floor(body.length / place(i)) % 256
      whole.set(body, width)
      return whole
    },
  }
}
