/** Frames of robots by Universal Robots, which begin with their own size and have no other mark. */
import type { Framing } from '../../links/frames.js'

/** How frames say their size, which counts the whole frame. */
export interface SizeField {
  /** Bytes of the size itself, which is big-endian. */
  readonly width: 2 | 4
  /** The smallest size of a frame. */
  readonly least: number
  /** The largest size of a frame. */
  readonly longest: number
}

/** Finds frames in bytes that come in pieces of any length. */
export interface SizedDecoder {
  /** The frames that a piece completes, their sizes included. After a size that cannot be one there are no more. */
  decode(piece: Uint8Array): readonly Uint8Array[]
  /** Why no more frames are found; null as long as they are. */
  readonly failure: string | null
  /** Bytes that wait for the rest of their frame. */
  readonly waiting: number
}

/**
 * A decoder of frames by their size.
 *
 *     bytes   00 04 56 01 00 05 | 02 00 00 00 | 04 50 01
 *     frames              f     |       f     |        f
 *
 * There is neither a mark between frames nor a checksum: once a size is wrong, only a new connection finds frames again.
 *
 * Memory: one frame, at most `longest` bytes.
 * Fails: never; `failure` says why it has stopped.
 */
export const sizedDecoder = ({ width, least, longest }: SizeField): SizedDecoder => {
  const held = new Uint8Array(longest)
  let count = 0
  let size: number | null = null
  let failure: string | null = null

  const readSize = (): void => {
    let value = 0
    for (let i = 0; i < width; i++) value = value * 256 + held[i]
    size = value
    if (value < least || value > longest) {
      failure = `a frame of ${value} bytes came, where ${least} to ${longest} are possible`
    }
  }
  return {
    decode: (piece) => {
      const frames: Uint8Array[] = []
      for (let at = 0; at < piece.length && failure === null;) {
        const wanted = size ?? width
        const taken = piece.subarray(at, at + wanted - count)
        held.set(taken, count)
        count += taken.length
        at += taken.length
        if (count < wanted) break
        if (size === null) readSize()
        // A frame may consist of its size alone.
        if (failure === null && size !== null && count === size) {
          frames.push(held.slice(0, size))
          size = null
          count = 0
        }
      }
      return frames
    },
    get failure() {
      return failure
    },
    get waiting() {
      return count
    },
  }
}

/**
 * A framing of a connection by the sizes of frames; messages are written as they are. `inspect` sees each frame first.
 *
 * Fails: the connection is lost at a size that cannot be one, and if `inspect` throws.
 */
export const sizedFraming = (field: SizeField, inspect: () => (frame: Uint8Array) => void): Framing<Uint8Array> => ({
  cutter: ({ dropped }) => {
    const decoder = sizedDecoder(field)
    const inspectFrame = inspect()
    return {
      cut: (piece) => {
        const frames = decoder.decode(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece)
        for (const frame of frames) inspectFrame(frame)
        if (decoder.failure !== null) throw new Error(decoder.failure)
        return frames
      },
      end: () => {
        if (decoder.waiting > 0) dropped()
        return []
      },
    }
  },
  wrap: (message) => message,
})
