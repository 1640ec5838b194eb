/**
 * The safetensors format: the length of the header in eight bytes, the header in JSON, and the tensors' bytes without a gap.
 * https://github.com/huggingface/safetensors
 */
import { type Either, flatMap, map, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Failure } from '../../edge/decode.js'
import { readFloats, viewOf, writeFloats } from './littleEndian.js'
import { refuse } from './refusal.js'
import {
  COUNT_BYTES,
  headerBytesOf,
  METADATA,
  parseHeader,
  SWITCH,
  type SafetensorsHeader,
} from './safetensorsHeader.js'
import { checkValues, firstNotFinite, orThrow, sizeOf, type Weights, type WeightTensor } from './weights.js'

/**
 * The weights of a file after its header was read.
 *
 * Fails: one failure for a weight that is not finite.
 */
export const parseBody = (
  { outline, normalizePenultimate }: SafetensorsHeader,
  body: Uint8Array,
): Either<readonly Failure[], Weights> => {
  const tensors = new Map<string, WeightTensor>()
  for (const [name, { shape, begin }] of outline) {
    const values = readFloats(body, begin, sizeOf(shape))
    const at = firstNotFinite(values)
    if (at >= 0) return refuse(`${name}[${at}]`, 'a finite number', String(values[at]))
    tensors.set(name, { shape, values })
  }
  return right({ tensors, normalizePenultimate })
}

/** `fromSafetensors` with failures as values. */
export const parseSafetensors = (bytes: Uint8Array): Either<readonly Failure[], Weights> =>
  pipe(
    headerBytesOf(bytes.subarray(0, COUNT_BYTES), bytes.length),
    map((headerBytes) => COUNT_BYTES + headerBytes),
    flatMap((bodyAt) =>
      pipe(
        parseHeader(bytes.subarray(COUNT_BYTES, bodyAt), bytes.length - bodyAt),
        flatMap((header) => parseBody(header, bytes.subarray(bodyAt))),
      ),
    ),
  )

/**
 * Reads the bytes of a safetensors file; names stay as they are in the file.
 *
 * Fails: throws an error of one line for too few or too many bytes, a bad header, tensors that overlap, leave a gap or are of another
 * type than 32-bit floats (no number is converted), and weights that are not finite.
 */
export const fromSafetensors = (bytes: Uint8Array): Weights => orThrow('fromSafetensors', parseSafetensors(bytes))

const checkWritable = (weights: Weights): Either<readonly Failure[], void> =>
  weights.tensors.has(METADATA) ? refuse('', 'a name that is free for a tensor', METADATA) : checkValues(weights)

/**
 * Weights as the bytes of a safetensors file: tensors by name, the header padded to eight bytes, as the format's own library
 * writes it; for the same weights they are the same bytes.
 *
 * Fails: throws an error of one line for a tensor whose values are not finite or not as many as its shape says.
 */
export const toSafetensors = (weights: Weights): Uint8Array => {
  orThrow('toSafetensors', checkWritable(weights))
  const { tensors, normalizePenultimate } = weights
  const header: [string, unknown][] = []
  if (normalizePenultimate !== null) header.push([METADATA, { [SWITCH]: String(normalizePenultimate) }])
  const named = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))
  let end = 0
  for (const [name, { shape, values }] of named) {
    header.push([name, { dtype: 'F32', shape, data_offsets: [end, (end += 4 * values.length)] }])
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)))
  const headerBytes = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(COUNT_BYTES + headerBytes + end).fill(0x20, 0, COUNT_BYTES + headerBytes)
  viewOf(bytes).setBigUint64(0, BigInt(headerBytes), true)
  bytes.set(text, COUNT_BYTES)
  let at = COUNT_BYTES + headerBytes
  for (const [, { values }] of named) at = writeFloats(bytes, at, values)
  return bytes
}
