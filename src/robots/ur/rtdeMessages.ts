/** The messages of RTDE, in both directions, as frames of bytes: size, type, payload. */
import type { SizeField } from './sizedFrames.js'

/** How frames of RTDE say their size. Every output of a controller together has less than 4 kB. */
export const rtdeSize: SizeField = { width: 2, least: 3, longest: 8192 }

/** The versions of the protocol. */
export type RtdeVersion = 1 | 2

/** A text for people; its level is 0 for an exception, 1 for an error, 2 for a warning, 3 for information. */
export interface TextMessage {
  readonly type: 'text'
  readonly message: string
  readonly source: string
  readonly level: number
}

/** Packed values; `recipe` is null in version 1, whose packages from the controller do not name it. */
export interface DataMessage {
  readonly type: 'data'
  readonly recipe: number | null
  readonly values: Uint8Array
}

/** A frame of a type that is not known, or whose payload does not have the form of its type. */
export interface OtherMessage {
  readonly type: 'unknown' | 'malformed'
  readonly code: number
}

/** What a client sends. The frequency is in Hz, and null in version 1. */
export type RtdeRequest =
  | { readonly type: 'protocolVersion'; readonly version: number }
  | { readonly type: 'controllerVersion' | 'start' | 'pause' }
  | { readonly type: 'outputs'; readonly frequency: number | null; readonly names: readonly string[] }
  | { readonly type: 'inputs'; readonly names: readonly string[] }
  | TextMessage
  | DataMessage

/** What a controller sends. Types are those of the names that were requested; recipe 0 is a refusal. */
export type RtdeReply =
  | { readonly type: 'protocolVersion'; readonly accepted: boolean }
  | { readonly type: 'start'; readonly accepted: boolean }
  | { readonly type: 'pause'; readonly accepted: boolean }
  | {
      readonly type: 'controllerVersion'
      readonly major: number
      readonly minor: number
      readonly bugfix: number
      readonly build: number
    }
  | { readonly type: 'outputs'; readonly recipe: number | null; readonly types: readonly string[] }
  | { readonly type: 'inputs'; readonly recipe: number; readonly types: readonly string[] }
  | TextMessage
  | DataMessage

const codes = {
  protocolVersion: 86,
  controllerVersion: 118,
  text: 77,
  data: 85,
  outputs: 79,
  inputs: 73,
  start: 83,
  pause: 80,
} as const
type MessageType = keyof typeof codes
const typeByCode = new Map<number, MessageType>(
  Object.entries(codes).map(([type, code]) => [code, type as MessageType]),
)

const latin = new TextDecoder('latin1')
const textOf = (bytes: Uint8Array): string => latin.decode(bytes)
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => Math.min(letter.charCodeAt(0), 255))
const listOf = (bytes: Uint8Array): readonly string[] => (bytes.length === 0 ? [] : textOf(bytes).split(','))

const frame = (type: MessageType, ...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array => {
  const payload = parts.flatMap((part) => [...part])
  const size = payload.length + 3
  if (size > rtdeSize.longest) {
    throw new RangeError(`RTDE: expected a frame of at most ${rtdeSize.longest} bytes, got ${size}`)
  }
  return Uint8Array.from([size >> 8, size & 255, codes[type], ...payload])
}
const word = (value: number): readonly number[] => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
]
const double = (value: number): Uint8Array => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value)
  return bytes
}

const textFrame = ({ message, source, level }: TextMessage, version: RtdeVersion): Uint8Array => {
  if (version === 1) return frame('text', [level], bytesOf(message))
  const [first, second] = [bytesOf(message).slice(0, 255), bytesOf(source).slice(0, 255)]
  return frame('text', [first.length], first, [second.length], second, [level])
}
const readText = (payload: Uint8Array, version: RtdeVersion): TextMessage | null => {
  if (payload.length === 0) return null
  if (version === 1) return { type: 'text', message: textOf(payload.subarray(1)), source: '', level: payload[0] }
  const source = 1 + payload[0]
  const level = source + 1 + (payload[source] ?? 0)
  if (level !== payload.length - 1) return null
  return {
    type: 'text',
    message: textOf(payload.subarray(1, source)),
    source: textOf(payload.subarray(source + 1, level)),
    level: payload[level],
  }
}

/**
 * A request as a frame.
 *
 * Fails: throws a RangeError on more bytes than a frame may have.
 */
export const encodeRequest = (request: RtdeRequest, version: RtdeVersion = 2): Uint8Array => {
  if (request.type === 'protocolVersion') return frame('protocolVersion', [request.version >> 8, request.version & 255])
  if (request.type === 'text') return textFrame(request, version)
  if (request.type === 'data') return frame('data', [request.recipe ?? 0], request.values)
  if (request.type === 'inputs') return frame('inputs', bytesOf(request.names.join(',')))
  if (request.type !== 'outputs') return frame(request.type)
  const { frequency, names } = request
  return frame('outputs', frequency === null ? [] : double(frequency), bytesOf(names.join(',')))
}

/** A reply as a frame; as `encodeRequest`. */
export const encodeReply = (reply: RtdeReply, version: RtdeVersion = 2): Uint8Array => {
  if (reply.type === 'text') return textFrame(reply, version)
  if (reply.type === 'data') return frame('data', reply.recipe === null ? [] : [reply.recipe], reply.values)
  if (reply.type === 'controllerVersion') {
    const { major, minor, bugfix, build } = reply
    return frame('controllerVersion', word(major), word(minor), word(bugfix), word(build))
  }
  if ('accepted' in reply) return frame(reply.type, [reply.accepted ? 1 : 0])
  return frame(reply.type, reply.recipe === null ? [] : [reply.recipe], bytesOf(reply.types.join(',')))
}

const parts = (bytes: Uint8Array) => ({
  code: bytes[2] ?? 0,
  payload: bytes.subarray(3),
  view: new DataView(bytes.buffer, bytes.byteOffset + Math.min(3, bytes.length)),
  isWhole: bytes.length >= 3 && bytes[0] * 256 + bytes[1] === bytes.length,
})

/** Reads a frame of a client. Never throws. */
export const decodeRequest = (bytes: Uint8Array, version: RtdeVersion = 2): RtdeRequest | OtherMessage => {
  const { code, payload, view, isWhole } = parts(bytes)
  const type = typeByCode.get(code)
  const malformed = { type: 'malformed', code } as const
  if (!isWhole) return malformed
  if (type === undefined) return { type: 'unknown', code }
  if (type === 'text') return readText(payload, version) ?? malformed
  if (type === 'protocolVersion') {
    return payload.length === 2 ? { type, version: payload[0] * 256 + payload[1] } : malformed
  }
  if (type === 'data') return payload.length < 1 ? malformed : { type, recipe: payload[0], values: payload.slice(1) }
  if (type === 'inputs') return { type, names: listOf(payload) }
  if (type !== 'outputs') return payload.length === 0 ? { type } : malformed
  if (version === 1) return { type, frequency: null, names: listOf(payload) }
  return payload.length < 8 ? malformed : { type, frequency: view.getFloat64(0), names: listOf(payload.subarray(8)) }
}

/** Reads a frame of a controller. Never throws. */
export const decodeReply = (bytes: Uint8Array, version: RtdeVersion = 2): RtdeReply | OtherMessage => {
  const { code, payload, view, isWhole } = parts(bytes)
  const type = typeByCode.get(code)
  const malformed = { type: 'malformed', code } as const
  if (!isWhole) return malformed
  if (type === undefined) return { type: 'unknown', code }
  if (type === 'text') return readText(payload, version) ?? malformed
  if (type === 'controllerVersion') {
    if (payload.length !== 16) return malformed
    const [major, minor, bugfix, build] = [0, 4, 8, 12].map((at) => view.getUint32(at))
    return { type, major, minor, bugfix, build }
  }
  if (type === 'data' || type === 'outputs') {
    if (version === 1) {
      return type === 'data'
        ? { type, recipe: null, values: payload.slice() }
        : { type, recipe: null, types: listOf(payload) }
    }
    if (payload.length < 1) return malformed
    if (type === 'data') return { type, recipe: payload[0], values: payload.slice(1) }
    return { type, recipe: payload[0], types: listOf(payload.subarray(1)) }
  }
  if (type === 'inputs') {
    return payload.length < 1 ? malformed : { type, recipe: payload[0], types: listOf(payload.subarray(1)) }
  }
  return payload.length === 1 && payload[0] <= 1 ? { type, accepted: payload[0] === 1 } : malformed
}
