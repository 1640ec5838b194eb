/** Lines out of bytes that come in pieces of any length. */
import { longestLine } from '../lineFile.js'

/** A line that was cut since it grew too long. */
export class LongLine {
  constructor(
    /** Its beginning. */
    readonly text: string,
    /** Characters that it may have had. */
    readonly longest: number,
  ) {}
}

/** How bytes become lines. */
export interface LineOptions {
  /** Characters that a line may have; a longer one is a bad message, and what follows it up to the next line is thrown away. */
  readonly longest?: number
}

/**
 * Splits pieces of UTF-8 into lines, whatever the cuts; `\n` and `\r\n` end a line, empty lines are left out.
 *
 * `split` gives the lines that a piece completes, `rest` what is left when there are no more pieces.
 *
 * Memory: the line under way, at most `longest` characters, and the piece.
 * Fails: throws a RangeError when `longest` is not a positive integer.
 */
export const lineSplitter = ({ longest = longestLine }: LineOptions, owner: string) => {
  if (!Number.isSafeInteger(longest) || longest < 1) {
    throw new RangeError(`${owner}: longest: expected a positive integer of characters, got ${longest}`)
  }
  const utf8 = new TextDecoder()
  let line = ''
  let long = false

  const finished = (): readonly (string | LongLine)[] => {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line
    const lines = long || text.length > longest ? [new LongLine(text.slice(0, 40), longest)] : text === '' ? [] : [text]
    line = ''
    long = false
    return lines
  }
  const lengthen = (piece: string): void => {
    if (long) return
    line += piece
    // One more, since a carriage return is no part of the line.
    if (line.length <= longest + 1) return
    long = true
    line = line.slice(0, 40)
  }
  const split = (piece: string | Uint8Array): readonly (string | LongLine)[] => {
    const [head, ...heads] = (typeof piece === 'string' ? piece : utf8.decode(piece, { stream: true })).split('\n')
    lengthen(head)
    return heads.flatMap((next) => {
      const lines = finished()
      lengthen(next)
      return lines
    })
  }
  return { split, rest: finished }
}

/** Reads a line by a parser that is only given whole ones. */
export const wholeLine =
  (parse: (line: string) => unknown) =>
  (line: string | LongLine): unknown => {
    if (line instanceof LongLine) throw new Error(`a line of at most ${line.longest} characters`)
    return parse(line)
  }
