/**
 * The bytes of a checkpoint: a line that names the format, then each part of a state as a line of JSON with its bytes behind it, and a line
 * that counts the parts.
 *
 *     rivulet checkpoint 1
 *     {"name":"learner","version":1,"json":{"floats":{"$array":"Float32Array","length":3,"pieces":1}}}
 *     {"name":"learner/floats","version":1,"bytes":12}
 *     ............
 *     {"parts":2}
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { closed, nonNegativeInteger, positiveInteger, text } from '../edge/codecs.js'
import { decode, printable } from '../edge/decode.js'
import { RestoreError } from '../state/restoreError.js'
import type { Part } from '../types.js'

const FIRST_LINE = 'rivulet checkpoint 1\n'
/** The longest line: the JSON of one part. */
const LONGEST_LINE = 2 ** 28
const LINE_FEED = 0x0a

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * Copies the parts of a state into the pieces of a checkpoint, which belong together in their order.
 *
 * Memory: a copy of every part, since the bytes of a part are valid until the next one is requested.
 */
export const checkpointPieces = (parts: Iterable<Part>): readonly Uint8Array<ArrayBuffer>[] => {
  const pieces = [encoder.encode(FIRST_LINE)]
  let count = 0
  for (const part of parts) {
    count++
    const { name, version } = part
    const line = 'json' in part ? { name, version, json: part.json } : { name, version, bytes: part.bytes.length }
    pieces.push(encoder.encode(`${JSON.stringify(line)}\n`))
    if ('bytes' in part) pieces.push(new Uint8Array(part.bytes))
  }
  pieces.push(encoder.encode(`${JSON.stringify({ parts: count })}\n`))
  return pieces
}

const jsonLine = closed({ name: text, version: positiveInteger, json: t.unknown })
const bytesLine = closed({ name: text, version: positiveInteger, bytes: nonNegativeInteger })
const lastLine = closed({ parts: nonNegativeInteger })

const refuse = (expected: string, got: string): never => {
  throw new RestoreError({ part: 'checkpoint', expected, got })
}

/**
 * The parts of a checkpoint, which are views of its bytes and can be read again and again.
 *
 * Fails: RestoreError for bytes that are no checkpoint, that are cut off, or that have more behind their end. What the parts mean their
 * owners check.
 */
export const checkpointParts = (bytes: Uint8Array): readonly Part[] => {
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
  const start = bytes.subarray(0, FIRST_LINE.length)
  if (start.length < FIRST_LINE.length || FIRST_LINE !== String.fromCharCode(...start)) {
    refuse(`"${FIRST_LINE.trimEnd()}"`, bytes.length === 0 ? 'an empty file' : 'another kind of file')
  }
  at = FIRST_LINE.length
  const parts: Part[] = []
  for (;;) {
    const from = at
    const value = line()
    const last = decode(lastLine)(value)
    if (!isLeft(last)) {
      if (last.right.parts !== parts.length) refuse(`${last.right.parts} parts`, `${parts.length}`)
      break
    }
    const hasBytes = typeof value === 'object' && value !== null && 'bytes' in value
    if (hasBytes) {
      const read = decode(bytesLine)(value)
      if (isLeft(read)) return refuse('a line of a part', `another one at byte ${from}: ${printable(value)}`)
      const { name, version, bytes: size } = read.right
      if (size > bytes.length - at) refuse(`${size} bytes of ${name}`, `${bytes.length - at}: the file is cut off`)
      parts.push({ name, version, bytes: bytes.subarray(at, at + size) })
      at += size
      continue
    }
    const read = decode(jsonLine)(value)
    if (isLeft(read)) return refuse('a line of a part', `another one at byte ${from}: ${printable(value)}`)
    parts.push(read.right)
  }
  if (at < bytes.length) refuse('the end of the file', `${bytes.length - at} bytes more`)
  return parts
}
