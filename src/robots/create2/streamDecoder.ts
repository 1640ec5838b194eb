/** Finds frames in the bytes of a robot. */
import { type FrameLayout, type FrameValues, frameValues, hasGoodSum } from './frames.js'

/** What a decoder has seen. */
export interface DecoderCounts {
  /** Frames that were accepted. */
  readonly frames: number
  /** Bytes that belong to no frame: texts of the robot, the rest of a frame that was cut, and the bytes of refused frames. */
  readonly skipped: number
  /** Frames in full length whose checksum is wrong. */
  readonly corrupt: number
  /** Frames with a good checksum and a value that no robot sends, such as a mode of 4. */
  readonly implausible: number
}

/** The counts of a decoder that has seen nothing. */
export const noDecoderCounts: DecoderCounts = { frames: 0, skipped: 0, corrupt: 0, implausible: 0 }

/** Finds frames in bytes that come in pieces of any length. */
export interface StreamDecoder {
  /** The values of the frames that a piece completes. */
  decode(piece: Uint8Array): readonly FrameValues[]
  /** The bytes of these frames, in place of their values. */
  cut(piece: Uint8Array): readonly Uint8Array[]
  readonly counts: DecoderCounts
}

/**
 * A decoder of the stream of one request.
 *
 *     bytes   13 0 168 19 5 29 2 25 13 0 163 19 5 29 4
 *     frames                             f                 the first three bytes are skipped, the last four wait
 *
 * A frame begins with 19, the length and the first number of the request; every further number must be in its place, and the sum of all
 * bytes must be 0 modulo 256. Where that fails, the decoder looks for a frame from the next byte on, among the bytes that it holds
 * already: a 19 within the values costs no frame.
 *
 * Memory: the bytes of one frame.
 * Fails: never.
 */
export const streamDecoder = (layout: FrameLayout): StreamDecoder => {
  const { length, fixed } = layout
  const held = new Uint8Array(length)
  let count = 0
  const counts: { -readonly [Name in keyof DecoderCounts]: number } = { ...noDecoderCounts }

  const fits = (at: number): boolean => {
    const expected = fixed.get(at)
    return expected === undefined || held[at] === expected
  }
  const fitsFrom = (first: number): boolean => {
    for (let at = first; at < count; at++) if (!fits(at)) return false
    return true
  }
  /** Drops bytes until what is held may be the beginning of a frame. */
  const resynchronize = (): void => {
    do {
      held.copyWithin(0, 1, count)
      count -= 1
      counts.skipped += 1
    } while (!fitsFrom(0))
  }
  const accept = (): FrameValues | null => {
    if (!hasGoodSum(held)) counts.corrupt += 1
    else {
      const values = frameValues(layout, held)
      if (values !== null) {
        counts.frames += 1
        count = 0
        return values
      }
      counts.implausible += 1
    }
    resynchronize()
    return null
  }

  /** Calls `found` with the values of each frame, whose bytes are in `held`. */
  const read = (piece: Uint8Array, found: (values: FrameValues) => void): void => {
    for (const byte of piece) {
      held[count] = byte
      count += 1
      if (!fits(count - 1)) resynchronize()
      if (count < length) continue
      const values = accept()
      if (values !== null) found(values)
    }
  }

  return {
    decode: (piece) => {
      const frames: FrameValues[] = []
      read(piece, (values) => frames.push(values))
      return frames
    },
    cut: (piece) => {
      const frames: Uint8Array[] = []
      read(piece, () => frames.push(held.slice()))
      return frames
    },
    get counts() {
      return { ...counts }
    },
  }
}
