/** Cuts the bytes of a process into its replies. */

/** A reply: a kind, and the bytes of its body. */
export interface Reply {
  readonly kind: number
  readonly body: Buffer
}

/** The length and the kind of a body stand before it. */
export const HEADER = 8

/** Where the replies go. */
export interface ReplyReader {
  /** The most bytes of a body. */
  longest(): number
  take(reply: Reply): void
  /** A body would be longer; nothing is read any more. */
  refuse(length: number): void
}

/**
 * A function that takes pieces of any length and calls `take` with each reply, as soon as it is whole.
 *
 * Memory: the reply under way. Its length is checked as soon as it is known, so that these are at most `longest` bytes and a piece.
 */
export const replyCutter = ({ longest, take, refuse }: ReplyReader): ((piece: Buffer) => void) => {
  let waiting: Buffer = Buffer.alloc(0)
  let refused = false
  return (piece) => {
    if (refused) return
    let bytes = waiting.length === 0 ? piece : Buffer.concat([waiting, piece])
    while (bytes.length >= HEADER) {
      const length = bytes.readUInt32LE(0)
      if (length > longest()) {
        refused = true
        waiting = Buffer.alloc(0)
        return refuse(length)
      }
      if (bytes.length < HEADER + length) break
      take({ kind: bytes.readUInt32LE(4), body: bytes.subarray(HEADER, HEADER + length) })
      bytes = bytes.subarray(HEADER + length)
    }
    waiting = bytes
  }
}
