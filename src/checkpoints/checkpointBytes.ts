/**
 * The bytes of a checkpoint: a line that names the format, then each part of a state as a line of JSON with its bytes behind it, and a line
 * that counts the parts. Bytes that seldom change stand in files of their own, the pieces, which the line names by their checksum.
 *
 *     rivulet checkpoint 1
 *     {"name":"learner","version":1,"json":{"floats":{"$array":"Float32Array","length":3,"pieces":1}}}
 *     {"name":"learner/floats","version":1,"bytes":12}
 *     ............
 *     {"name":"replay/rewards/0","version":1,"bytes":4194304,"piece":"0c8e13f2a79b4d55"}
 *     {"parts":3}
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { closed, nonNegativeInteger, positiveInteger } from '../edge/codecs.js'
import { decode, printable } from '../edge/decode.js'
import { RestoreError } from '../state/restoreError.js'
import type { BytesPart, JsonPart } from '../types.js'

const FIRST_LINE = 'rivulet checkpoint 1\n'
/** The longest line: the JSON of one part. */
const LONGEST_LINE = 2 ** 28
const LINE_FEED = 0x0a
const PIECE_NAME = /^[0-9a-f]{16}$/

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** A part of a state as a checkpoint has it: JSON, bytes, or the checksum and the length of a piece. */
export type StoredPart = JsonPart | StoredBytes | StoredPiece

/** Bytes that stand in the checkpoint itself. */
export interface StoredBytes extends BytesPart {
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** The checksum and the length of a piece. */
export interface StoredPiece extends Omit<JsonPart, 'json'> {
  readonly piece: string
  readonly length: number
}

const lineOf = (part: StoredPart): unknown => {
  const { name, version } = part
  if ('json' in part) return { name, version, json: part.json }
  if ('bytes' in part) return { name, version, bytes: part.bytes.length }
  return { name, version, bytes: part.length, piece: part.piece }
}

/** The bytes of a checkpoint, in stretches that are made when they are requested: lines of text, and the bytes of parts themselves. */
export const checkpointStretches = function* (parts: readonly StoredPart[]): Generator<Uint8Array> {
  let text = FIRST_LINE
  for (const part of parts) {
    text += `${JSON.stringify(lineOf(part))}\n`
    if (!('bytes' in part)) continue
    yield encoder.encode(text)
    text = ''
    yield part.bytes
  }
  yield encoder.encode(`${text}${JSON.stringify({ parts: parts.length })}\n`)
}

/** The bytes of a checkpoint, as one array. */
export const checkpointBytes = (parts: readonly StoredPart[]): Uint8Array<ArrayBuffer> => {
  const stretches = [...checkpointStretches(parts)]
  const whole = new Uint8Array(stretches.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const stretch of stretches) {
    whole.set(stretch, at)
    at += stretch.length
  }
  return whole
}

const pieceName = new t.Type<string, unknown, unknown>(
  'the checksum of a piece',
  (input): input is string => typeof input === 'string' && PIECE_NAME.test(input),
  (input, context) =>
    typeof input === 'string' && PIECE_NAME.test(input) ? t.success(input) : t.failure(input, context),
  t.identity,
)
const jsonLine = closed({ name: t.string, version: positiveInteger, json: t.unknown })
const bytesLine = closed({ name: t.string, version: positiveInteger, bytes: nonNegativeInteger })
const pieceLine = closed({
  name: t.string,
  version: positiveInteger,
  bytes: nonNegativeInteger,
  piece: pieceName,
})
const lastLine = closed({ parts: nonNegativeInteger })

const refuse = (expected: string, got: string): never => {
  throw new RestoreError({ part: 'checkpoint', expected, got })
}

/**
 * The parts of a checkpoint; their bytes are views of it.
 *
 * Fails: RestoreError for bytes that are no checkpoint, that are cut off, or that have more behind their end. What the parts mean their
 * owners check.
 */
export const storedParts = (bytes: Uint8Array<ArrayBuffer>): readonly StoredPart[] => {
  let at = 0
  const line = (): unknown => {
    const end = bytes.subarray(at, at + LONGEST_LINE).indexOf(LINE_FEED)
    if (end < 0) return refuse('a line of a part', `the end of the file at byte ${bytes.length}: it is cut off`)
    const from = at
    at += end + 1
    try {
      return JSON.parse(decoder.decode(bytes.subarray(from, from + end)))
    } catch {
      return refuse('a line of JSON', `another one at byte ${from}`)
    }
  }
  const start = String.fromCharCode(...bytes.subarray(0, FIRST_LINE.length))
  if (start !== FIRST_LINE) {
    refuse(`"${FIRST_LINE.trimEnd()}"`, bytes.length === 0 ? 'an empty file' : 'another kind of file')
  }
  at = FIRST_LINE.length
  const parts: StoredPart[] = []
  for (;;) {
    const from = at
    const value = line()
    const last = decode(lastLine)(value)
    if (!isLeft(last)) {
      if (last.right.parts !== parts.length) refuse(`${last.right.parts} parts`, `${parts.length}`)
      break
    }
    const other = (): never => refuse('a line of a part', `another one at byte ${from}: ${printable(value)}`)
    const has = (field: string): boolean => typeof value === 'object' && value !== null && field in value
    if (has('piece')) {
      const read = decode(pieceLine)(value)
      if (isLeft(read)) return other()
      const { bytes: length, ...piece } = read.right
      parts.push({ ...piece, length })
      continue
    }
    if (has('bytes')) {
      const read = decode(bytesLine)(value)
      if (isLeft(read)) return other()
      const { name, version, bytes: length } = read.right
      if (length > bytes.length - at) refuse(`${length} bytes of ${name}`, `${bytes.length - at}: the file is cut off`)
      parts.push({ name, version, bytes: bytes.subarray(at, at + length) })
      at += length
      continue
    }
    const read = decode(jsonLine)(value)
    if (isLeft(read)) return other()
    parts.push(read.right)
  }
  if (at < bytes.length) refuse('the end of the file', `${bytes.length - at} bytes more`)
  return parts
}
