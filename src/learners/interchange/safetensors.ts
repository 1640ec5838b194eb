/**
 * The safetensors format: eight bytes that count the header's, the header in JSON, and the tensors' bytes without a gap.
 * https://github.com/huggingface/safetensors
 */
import { type Either, flatMap, isLeft, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { closed, nonNegativeInteger, only } from '../../codecs.js'
import { decode, type Failure } from '../../decode.js'
import { readFloats, viewOf, writeFloats } from './littleEndian.js'
import { firstNotFinite, refuse, shapeText, sizeOf, type Weights, type WeightTensor } from './weights.js'

const COUNT_BYTES = 8
const METADATA = '__metadata__'
/** The metadata in which a file of ours says how its networks are to be read. */
const SWITCH = 'normalizePenultimate'

const entryCodec = closed({
  dtype: only('F32'),
  shape: t.readonlyArray(nonNegativeInteger, 'a list of sizes'),
  data_offsets: t.tuple([nonNegativeInteger, nonNegativeInteger], 'where its bytes begin and end'),
})
const entriesCodec = t.record(t.string, entryCodec, 'an object of tensors by name')
const metadataCodec = t.record(t.string, t.string, 'an object of texts')
type Entries = t.TypeOf<typeof entriesCodec>

/**
 * Weights as the bytes of a safetensors file: tensors by name, the header padded to eight bytes, as the format's own library
 * writes it; for the same weights they are the same bytes.
 */
export const toSafetensors = ({ tensors, normalizePenultimate }: Weights): Uint8Array => {
  const header: Record<string, unknown> = {}
  if (normalizePenultimate !== null) header[METADATA] = { [SWITCH]: String(normalizePenultimate) }
  const named = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))
  let end = 0
  for (const [name, { shape, values }] of named) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, (end += 4 * values.length)] }
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerBytes = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(COUNT_BYTES + headerBytes + end).fill(0x20)
  const view = viewOf(bytes)
  view.setBigUint64(0, BigInt(headerBytes), true)
  bytes.set(text, COUNT_BYTES)
  let at = COUNT_BYTES + headerBytes
  for (const [, { values }] of named) at = writeFloats(view, at, values)
  return bytes
}

const parsed = (text: string): Either<readonly Failure[], unknown> => {
  try {
    return right(JSON.parse(text))
  } catch {
    return refuse('header', 'JSON', 'something else')
  }
}

/** What a file says of its networks; null where it says nothing. */
const switchIn = (metadata: unknown): Either<readonly Failure[], boolean | null> =>
  pipe(
    metadata ?? {},
    decode(metadataCodec),
    flatMap((texts) => {
      const written = Object.hasOwn(texts, SWITCH) ? texts[SWITCH] : undefined
      if (written === undefined) return right(null)
      if (written === 'true' || written === 'false') return right(written === 'true')
      return refuse(`${METADATA}.${SWITCH}`, 'true or false', JSON.stringify(written))
    }),
  )

/** The tensors that a header tells of, in the order of their bytes, which must be all that follow it. */
const tensorsIn = (entries: Entries, body: DataView): Either<readonly Failure[], ReadonlyMap<string, WeightTensor>> => {
  const tensors = new Map<string, WeightTensor>()
  const inOrder = Object.entries(entries).sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0])
  let expected = 0
  for (const [name, { shape, data_offsets: offsets }] of inOrder) {
    const [begin, end] = offsets
    const told = `${begin} to ${end}`
    if (begin !== expected) {
      return refuse(`${name}.data_offsets`, `bytes from ${expected}, where the tensor before it ends`, told)
    }
    const size = sizeOf(shape)
    if (end - begin !== 4 * size) {
      return refuse(`${name}.data_offsets`, `${4 * size} bytes for shape ${shapeText(shape)}`, told)
    }
    if (end > body.byteLength) {
      return refuse(name, `bytes ${told} of the tensors`, `a file that ends after ${body.byteLength}: it is truncated`)
    }
    const values = readFloats(body, begin, size)
    const at = firstNotFinite(values)
    if (at >= 0) return refuse(`${name}[${at}]`, 'a finite number', String(values[at]))
    tensors.set(name, { shape, values })
    expected = end
  }
  if (body.byteLength > expected) {
    return refuse('file', `its end after the last tensor`, `${body.byteLength - expected} bytes more`)
  }
  return right(tensors)
}

/**
 * Reads the bytes of a safetensors file.
 *
 * Fails: failures for bytes that are too few or too many, a header that is none, tensors that overlap, leave a gap or are of another
 * type than 32-bit floats (nothing is converted: weights are what was saved), and weights that are not finite.
 */
export const fromSafetensors = (bytes: Uint8Array): Either<readonly Failure[], Weights> => {
  if (bytes.length < COUNT_BYTES) {
    return refuse('file', 'eight bytes that count the header', `${bytes.length} bytes`)
  }
  const headerBytes = viewOf(bytes).getBigUint64(0, true)
  const rest = bytes.length - COUNT_BYTES
  if (headerBytes > BigInt(rest)) {
    return refuse('header', `at most the ${rest} bytes that the file has for it`, `a count of ${headerBytes}`)
  }
  const bodyAt = COUNT_BYTES + Number(headerBytes)
  const header = parsed(new TextDecoder().decode(bytes.subarray(COUNT_BYTES, bodyAt)))
  if (isLeft(header)) return header
  const record = decode(t.UnknownRecord)(header.right)
  if (isLeft(record)) return refuse('header', 'a JSON object', 'another value')
  const { [METADATA]: metadata, ...entries } = record.right
  return pipe(
    switchIn(metadata),
    flatMap((normalizePenultimate) =>
      pipe(
        decode(entriesCodec)(entries),
        flatMap((tensors) => tensorsIn(tensors, viewOf(bytes.subarray(bodyAt)))),
        flatMap((tensors) => right({ tensors, normalizePenultimate })),
      ),
    ),
  )
}
