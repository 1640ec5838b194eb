/** Finds frames of packets that were not requested, as another firmware or another program may cause them. */
import { FRAME_HEADER, type FrameLayout, hasGoodSum } from './frames.js'
import { bytesOf } from './packets.js'

/** Bytes of the longest frame: header, length, payload, checksum. */
const LONGEST = 3 + 255

/** Examines the bytes that belong to no frame of a request. */
export interface OtherFrames {
  /** Takes the next one of these bytes. */
  take(byte: number): void
  /** A frame of the request follows the bytes so far. */
  endRun(): void
  /** Whole frames with a packet that was not requested. */
  readonly unknown: number
  /** Bytes that belong to no frame at all. */
  readonly skipped: number
}

/** The first number in a whole frame that was not requested; null if all were. */
const unrequestedId = ({ ids }: FrameLayout, frame: Uint8Array): number | null => {
  for (let at = 2; at < frame.length - 1; at += 1 + bytesOf(frame[at])) {
    if (!ids.includes(frame[at])) return frame[at]
  }
  return null
}

/**
 * Looks for whole frames with a good checksum where a frame may begin: at the beginning, and after another frame. Elsewhere 19 is more likely
 * a byte of a damaged frame than a header.
 *
 *     bytes      19 84 100 ... | 19 3 59 0 0 175 | 19 84 100 ...      100 was requested, 59 was not
 *     found                                    59
 *
 * Memory: the bytes of one frame.
 * Fails: never.
 */
export const otherFrames = (layout: FrameLayout, found: (id: number) => void): OtherFrames => {
  const held = new Uint8Array(LONGEST)
  let [count, skipped, unknown] = [0, 0, 0]
  let isAligned = true

  const drop = (): void => {
    skipped += count
    count = 0
  }
  const misaligned = (): void => {
    drop()
    isAligned = false
  }
  const examine = (): void => {
    const frame = held.subarray(0, count)
    const id = hasGoodSum(frame) ? unrequestedId(layout, frame) : null
    if (id === null) return misaligned()
    count = 0
    unknown += 1
    found(id)
  }
  return {
    take: (byte) => {
      held[count] = byte
      count += 1
      if (!isAligned) drop()
      else if (held[0] !== FRAME_HEADER) misaligned()
      else if (count >= 3 && count === held[1] + 3) examine()
    },
    endRun: () => {
      drop()
      isAligned = true
    },
    get unknown() {
      return unknown
    },
    get skipped() {
      return skipped
    },
  }
}
