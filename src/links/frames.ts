/** Framings: they cut bytes, which come in pieces of any length, into messages (frames), and write messages as bytes. */
import { longestLine } from '../edge/lineFile.js'
import { Garbled } from './message.js'

/** What a cutter reports beside its frames. */
export interface FramingLog {
  /** The cutter left something out, such as the rest of a line that was under way. */
  dropped(): void
  /** Tells the user of the program why there may be no frames. */
  warn(line: string): void
}

/** Cuts the bytes of one connection into frames. */
export interface Cutter<Frame> {
  /** The frames that a piece completes. An error that it throws is the loss of the connection. */
  cut(piece: string | Uint8Array): readonly (Frame | Garbled)[]
  /** The frame that was under way when the bytes ended, if it counts as one. */
  end(): readonly (Frame | Garbled)[]
}

/** The rule for where a message ends, for reading and writing. */
export interface Framing<Frame extends string | Uint8Array> {
  /** A cutter for a new connection. */
  cutter(log: FramingLog): Cutter<Frame>
  /** A message as it is written. */
  wrap(message: string | Uint8Array): string | Uint8Array
}

/** How bytes become lines. */
export interface LineOptions {
  /**
   * The most characters of a line. A longer line is a bad message, and the rest of it is thrown away. The default is 65 536.
   */
  readonly longest?: number
  /** The text that ends a line. The default is a newline, with or without a carriage return before it. */
  readonly delimiter?: string
  /**
   * What to do with the text before the first end of a line. A serial port is often opened in the middle of a line, and half a
   * number is a number too: the default of `lines()` is `drop`, counted once for each connection. Files and pipes are read from
   * their beginning: the default of `jsonLines` and `fromJsonLines` is `keep`.
   */
  readonly firstLine?: 'drop' | 'keep'
}

/** Characters of a line that is too long which are kept for its error. */
const SHOWN_CHARACTERS = 40

const checkPositive = (owner: string, option: string, value: number): void => {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${owner}: ${option}: expected a positive integer, got ${value}`)
  }
}

const withDelimiter = (message: string | Uint8Array, end: string): string | Uint8Array => {
  if (typeof message === 'string') return message + end
  const tail = new TextEncoder().encode(end)
  const whole = new Uint8Array(message.length + tail.length)
  whole.set(message)
  whole.set(tail, message.length)
  return whole
}

/** Carriage returns without any newline after which the cutter warns that the device ends its lines with carriage returns. */
const RETURNS_BEFORE_WARNING = 3

/**
 * Lines of UTF-8, wherever the pieces are cut; empty lines and a byte order mark at the beginning are left out.
 *
 * Memory: the line under way, at most `longest` characters, and the piece.
 * Fails: throws on an empty `delimiter` and on a `longest` that is not a positive integer.
 */
export const lines = ({
  longest = longestLine,
  delimiter = '\n',
  firstLine = 'drop',
}: LineOptions = {}): Framing<string> => {
  checkPositive('lines', 'longest', longest)
  if (delimiter === '') throw new RangeError('lines: delimiter: expected one character or more, got none')
  const overlap = delimiter.length - 1

  const cutter = ({ dropped, warn }: FramingLog): Cutter<string> => {
    const utf8 = new TextDecoder()
    let line = ''
    // The end of the text so far, where a delimiter may have begun.
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
      if (tooLong) return [new Garbled(text.slice(0, SHOWN_CHARACTERS), `a line of at most ${longest} characters`)]
      return text === '' ? [] : [text]
    }
    const lengthen = (piece: string): void => {
      if (isLong || isFirst) return
      line += piece
      // The delimiter and a carriage return do not belong to the line.
      if (line.length <= longest + delimiter.length + 1) return
      isLong = true
      line = line.slice(0, SHOWN_CHARACTERS)
    }
    const countReturns = (text: string): void => {
      if (delimiter !== '\n' || returns >= RETURNS_BEFORE_WARNING) return
      returns = text.includes('\n') ? Infinity : returns + text.split('\r').length - 1
      if (returns >= RETURNS_BEFORE_WARNING && returns < Infinity) {
        warn(`the input has carriage returns and no newlines: framing: lines({ delimiter: '\\r' }) ends lines there`)
      }
    }
    const cut = (piece: string | Uint8Array): readonly (string | Garbled)[] => {
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
    return { cut, end: () => (isFirst ? [] : finished(false)) }
  }
  return { cutter, wrap: (message) => withDelimiter(message, delimiter) }
}

/** Each piece is a frame as it arrives, and a message is written as it is: for a transport or a `parse` that does its own framing. */
export const bytes = (): Framing<Uint8Array> => ({
  cutter: () => ({
    cut: (piece) => [typeof piece === 'string' ? new TextEncoder().encode(piece) : piece],
    end: () => [],
  }),
  wrap: (message) => message,
})

/** Cuts frames of known sizes: `sizeOf` gives the size of the first frame among the waiting bytes, null while it is not known. */
const sizedCutter = (sizeOf: (waiting: Uint8Array) => number | null, skip: number, dropped: () => void) => {
  let waiting = new Uint8Array(0)
  const cut = (piece: string | Uint8Array): readonly Uint8Array[] => {
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
  const end = (): readonly Uint8Array[] => {
    if (waiting.length > 0) dropped()
    waiting = new Uint8Array(0)
    return []
  }
  return { cut, end }
}

/**
 * Frames of `size` bytes each, with nothing between them.
 *
 * Memory: the frame under way.
 * Fails: throws on a size that is not a positive integer. A message of another size is not written: `send` rejects.
 */
export const fixedSize = (size: number): Framing<Uint8Array> => {
  checkPositive('fixedSize', 'size', size)
  return {
    cutter: ({ dropped }) => sizedCutter(() => size, 0, dropped),
    wrap: (message) => {
      const length = typeof message === 'string' ? new TextEncoder().encode(message).length : message.length
      if (length !== size) throw new RangeError(`fixedSize: expected a message of ${size} bytes, got ${length}`)
      return message
    },
  }
}

/** How the length of a frame is written, and how large it may be. */
export interface LengthOptions {
  /** The size of the length itself, in bytes. The default is 4. */
  readonly bytes?: 1 | 2 | 4
  /** The order of its bytes. The default is `big`. */
  readonly endian?: 'big' | 'little'
  /**
   * The most bytes of a frame. A longer one is the loss of the connection, since the frames behind it cannot be found. The default
   * is 65 535.
   */
  readonly longest?: number
}

/**
 * Frames after their length, an unsigned integer that does not include its own bytes.
 *
 * Memory: the frame under way, at most `longest` bytes.
 * Fails: throws on a `longest` that is not a positive integer. A message that is longer than `longest`, or than its length can
 * say, is not written: `send` rejects.
 */
export const lengthPrefixed = ({
  bytes: width = 4,
  endian = 'big',
  longest = 2 ** 16 - 1,
}: LengthOptions = {}): Framing<Uint8Array> => {
  checkPositive('lengthPrefixed', 'longest', longest)
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
    cutter: ({ dropped }) => sizedCutter(sizeOf, width, dropped),
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
