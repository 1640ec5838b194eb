/** Frames: what a robot streams every 15 ms, and its replies to a query. */
import { bytesOf, isPlausible, type PacketName, packets, packetsOf, readPacket, writePacket } from './packets.js'

/** The values of one frame, by the name of the packet. */
export type FrameValues = Readonly<Partial<Record<PacketName, number>>>

/** The first byte of a frame. */
export const FRAME_HEADER = 19

/** The bytes that fit through a port of 115 200 bits a second in 15 ms. A robot that is asked for more sends frames that are damaged. */
export const STREAM_BUDGET = 172

/** Where the packets of a request stand in its frame. */
export interface FrameLayout {
  /** The numbers of the request, of packets and groups. */
  readonly ids: readonly number[]
  /** Bytes of numbers and values: the second byte of a frame. */
  readonly payload: number
  /** Bytes of a whole frame, with header, length and checksum. */
  readonly length: number
  /** The bytes of a frame that are the same in every frame, by place: header, length and the numbers of the packets. */
  readonly fixed: ReadonlyMap<number, number>
  /** Every packet with the place of its value. */
  readonly fields: readonly { readonly name: PacketName; readonly at: number }[]
}

/**
 * The layout of the frames of a request.
 *
 * Fails: RangeError for no number, for one that is neither a packet nor a group, and for frames that are longer than
 * `longest`, by default `STREAM_BUDGET`.
 */
export const frameLayout = (ids: readonly number[], longest = STREAM_BUDGET): FrameLayout => {
  if (ids.length === 0) throw new RangeError('create2: packets: expected one packet or more, got none')
  const fixed = new Map<number, number>([[0, FRAME_HEADER]])
  const fields: { name: PacketName; at: number }[] = []
  let at = 2
  for (const id of ids) {
    fixed.set(at, id)
    at += 1
    for (const name of packetsOf(id)) {
      fields.push({ name, at })
      at += packets[name].bytes
    }
  }
  const length = at + 1
  if (length > longest) {
    throw new RangeError(`create2: packets: expected frames of at most ${longest} bytes, got ${length}`)
  }
  fixed.set(1, at - 2)
  return { ids, payload: at - 2, length, fixed, fields }
}

const sumOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum + byte, 0) % 256

/** Whether the sum of all bytes of a frame, its checksum included, is 0 modulo 256. */
export const hasGoodSum = (frame: Uint8Array): boolean => sumOf(frame) === 0

/** The values in a whole frame; null if one of them is implausible. */
export const frameValues = ({ fields }: FrameLayout, frame: Uint8Array): FrameValues | null => {
  const values: Partial<Record<PacketName, number>> = {}
  for (const { name, at } of fields) {
    const value = readPacket(name, frame, at)
    if (!isPlausible(name, value)) return null
    values[name] = value
  }
  return values
}

/**
 * A frame as a robot sends it; a packet without a value is 0.
 *
 * Fails: RangeError for a value that does not fit.
 */
export const encodeFrame = ({ length, fixed, fields }: FrameLayout, values: FrameValues): Uint8Array => {
  const frame = new Uint8Array(length)
  for (const [at, byte] of fixed) frame[at] = byte
  for (const { name, at } of fields) writePacket(name, values[name] ?? 0, frame, at)
  frame[length - 1] = (256 - sumOf(frame)) % 256
  return frame
}

/** The bytes of a reply to a query of these numbers: values alone, without header, numbers and checksum. */
export const encodeReply = (ids: readonly number[], values: FrameValues): Uint8Array => {
  const reply = new Uint8Array(ids.reduce((sum, id) => sum + bytesOf(id), 0))
  let at = 0
  for (const name of ids.flatMap(packetsOf)) {
    writePacket(name, values[name] ?? 0, reply, at)
    at += packets[name].bytes
  }
  return reply
}

/**
 * The values of a reply to a query. A reply has no checksum, so that its length and the ranges of its values are all that can be checked;
 * what follows it, such as a text of the robot, is ignored. A stream is to be preferred.
 *
 * Fails: RangeError for too few bytes, and for a value that no robot sends.
 */
export const decodeReply = (ids: readonly number[], reply: Uint8Array): FrameValues => {
  const values: Partial<Record<PacketName, number>> = {}
  let at = 0
  for (const name of ids.flatMap(packetsOf)) {
    const bytes = packets[name].bytes
    if (reply.length < at + bytes) {
      const expected = ids.reduce((sum, id) => sum + bytesOf(id), 0)
      throw new RangeError(`create2: reply: expected ${expected} bytes, got ${reply.length}`)
    }
    const value = readPacket(name, reply, at)
    if (!isPlausible(name, value)) {
      throw new RangeError(`create2: reply: ${name}: expected a value that the robot sends, got ${value}`)
    }
    values[name] = value
    at += bytes
  }
  return values
}
