/** Finds frames in the bytes of a robot. */
import { type FrameLayout, type FrameValues, frameValues, hasGoodSum } from './frames.js'
import { otherFrames } from './otherFrames.js'

/** What a decoder has seen. */
export interface DecoderCounts {
  /** Frames that were accepted. */
  readonly frames: number
  /**
   * Bytes that belong to no frame: texts of the robot, the rest of a frame that was cut, and the bytes of refused frames. Bytes that may be
   * an unknown frame are counted at its end.
   */
  readonly skipped: number
  /** Frames in full length whose checksum is wrong. */
  readonly corrupt: number
  /** Frames with a good checksum and a value that no robot sends, such as a mode of 4. */
  readonly implausible: number
  /** Whole frames with a good checksum and a packet that was not requested. */
  readonly unknown: number
}

/** The counts of a decoder that has seen nothing. */
export const noDecoderCounts: DecoderCounts = {
  frames: 0,
  skipped: 0,
  corrupt: 0,
  implausible: 0,
  unknown: 0,
}

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
 * already: a 19 within the values costs no frame. `unrequested` receives the first number of each whole frame that has another packet.
 *
 * Memory: the bytes of two frames.
 * Fails: never.
 */
export const streamDecoder = (
  layout: FrameLayout,
  unrequested: (id: number) => void = () => undefined,
): StreamDecoder => {
  const { length, fixed } = layout
  const held = new Uint8Array(length)
  let count = 0
  const others = otherFrames(layout, unrequested)
  let [frames, corrupt, implausible] = [0, 0, 0]

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
      others.take(held[0])
      held.copyWithin(0, 1, count)
      count -= 1
    } while (!fitsFrom(0))
  }
  const accept = (): FrameValues | null => {
    if (!hasGoodSum(held)) corrupt += 1
    else {
      const values = frameValues(layout, held)
      if (values !== null) {
        frames += 1
        count = 0
        others.endRun()
        return values
      }
      implausible += 1
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
      const found: FrameValues[] = []
      read(piece, (values) => found.push(values))
      return found
    },
    cut: (piece) => {
      const found: Uint8Array[] = []
      read(piece, () => found.push(held.slice()))
      return found
    },
    get counts() {
      return { frames, skipped: others.skipped, corrupt, implausible, unknown: others.unknown }
    },
  }
}
