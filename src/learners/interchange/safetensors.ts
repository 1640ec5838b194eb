/**
 * The safetensors format: the length of the header in eight bytes, the header in JSON, and the tensors' bytes without a gap.
 * https://github.com/huggingface/safetensors
 */
import { type Either, flatMap, map, right, tap } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Failure } from '../../edge/decode.js'
import { readFloats, viewOf, writeFloats } from './littleEndian.js'
import { refuse } from './refusal.js'
import {
  COUNT_BYTES,
  headerBytesOf,
  METADATA,
  type Metadata,
  parseHeader,
  SWITCH,
  switchIn,
  type SafetensorsHeader,
} from './safetensorsHeader.js'
import { checkValues, firstNotFinite, orThrow, sizeOf, type Weights, type WeightTensor } from './weights.js'

/** Everything that a file contains. */
export interface SafetensorsContent {
  readonly metadata: Metadata
  readonly tensors: ReadonlyMap<string, WeightTensor>
  /** The bytes of all tensors, as they are in the file. */
  readonly body: Uint8Array
}

/**
 * The content of a file after its header was read.
 *
 * Fails: one failure for a weight that is not finite.
 */
export const parseBody = (
  { outline, metadata }: SafetensorsHeader,
  body: Uint8Array,
): Either<readonly Failure[], SafetensorsContent> => {
  const tensors = new Map<string, WeightTensor>()
  for (const [name, { shape, begin }] of outline) {
    const values = readFloats(body, begin, sizeOf(shape))
    const at = firstNotFinite(values)
    if (at >= 0) return refuse(`${name}[${at}]`, 'a finite number', String(values[at]))
    tensors.set(name, { shape, values })
  }
  return right({ metadata, tensors, body })
}

/**
 * Reads the bytes of a file. `check` is called with the header before any tensor is read.
 *
 * Fails: one failure as `parseHeader`, `check` and `parseBody`.
 */
export const parseContent = (
  bytes: Uint8Array,
  check: (header: SafetensorsHeader) => Either<readonly Failure[], unknown>,
): Either<readonly Failure[], SafetensorsContent> =>
  pipe(
    headerBytesOf(bytes.subarray(0, COUNT_BYTES), bytes.length),
    map((headerBytes) => COUNT_BYTES + headerBytes),
    flatMap((bodyAt) =>
      pipe(
        parseHeader(bytes.subarray(COUNT_BYTES, bodyAt), bytes.length - bodyAt),
        tap(check),
        flatMap((header) => parseBody(header, bytes.subarray(bodyAt))),
      ),
    ),
  )

/** The weights of a file. */
export const weightsIn = ({ metadata, tensors }: SafetensorsContent): Either<readonly Failure[], Weights> =>
  pipe(
    switchIn(metadata),
    map((normalizePenultimate) => ({ tensors, normalizePenultimate })),
  )

/** `fromSafetensors` with failures as values. */
export const parseSafetensors = (bytes: Uint8Array): Either<readonly Failure[], Weights> =>
  pipe(
    parseContent(bytes, ({ metadata }) => switchIn(metadata)),
    flatMap(weightsIn),
  )

/**
 * Reads the bytes of a safetensors file; names stay as they are in the file.
 *
 * Fails: throws an error of one line for too few or too many bytes, a bad header, tensors that overlap, leave a gap or are of another
 * type than 32-bit floats (no number is converted), and weights that are not finite.
 */
export const fromSafetensors = (bytes: Uint8Array): Weights => orThrow('fromSafetensors', parseSafetensors(bytes))

/** Refuses tensors that no file can have. */
export const checkWritable = (tensors: Weights['tensors']): Either<readonly Failure[], void> =>
  tensors.has(METADATA) ? refuse('', 'a name that is free for a tensor', METADATA) : checkValues({ tensors })

/**
 * The bytes of a file: tensors by name, the header padded to eight bytes, as the format's own library writes it; for the same content they are
 * the same bytes. `metadataOf` is called with the bytes of all tensors; a file without metadata has no place for them.
 */
export const contentBytes = (
  tensors: Weights['tensors'],
  metadataOf: (body: Uint8Array) => Metadata,
): Uint8Array<ArrayBuffer> => {
  const named = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))
  const body = new Uint8Array(4 * named.reduce((sum, [, { values }]) => sum + values.length, 0))
  const entries: [string, unknown][] = []
  let end = 0
  for (const [name, { shape, values }] of named) {
    const begin = end
    end = writeFloats(body, begin, values)
    entries.push([name, { dtype: 'F32', shape, data_offsets: [begin, end] }])
  }
  const metadata = metadataOf(body)
  const header = Object.keys(metadata).length === 0 ? entries : [[METADATA, metadata] as const, ...entries]
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)))
  const headerBytes = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(COUNT_BYTES + headerBytes + end).fill(0x20, 0, COUNT_BYTES + headerBytes)
  viewOf(bytes).setBigUint64(0, BigInt(headerBytes), true)
  bytes.set(text, COUNT_BYTES)
  bytes.set(body, COUNT_BYTES + headerBytes)
  return bytes
}

/**
 * Weights as the bytes of a safetensors file; for the same weights they are the same bytes.
 *
 * Fails: throws an error of one line for a tensor whose values are not finite or not as many as its shape says.
 */
export const toSafetensors = (weights: Weights): Uint8Array => {
  const { tensors, normalizePenultimate } = weights
  orThrow('toSafetensors', checkWritable(tensors))
  return contentBytes(tensors, () => (normalizePenultimate === null ? {} : { [SWITCH]: String(normalizePenultimate) }))
}
