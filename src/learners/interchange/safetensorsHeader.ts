/** The header of a safetensors file, which is read and compared with the size of the file before any tensor is read. */
import { type Either, flatMap, isLeft, map, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { closed, nonNegativeInteger, only } from '../../edge/codecs.js'
import { decode, type Failure, printable } from '../../edge/decode.js'
import { parseBounded } from './boundedJson.js'
import { boundedList, MOST_ENTRIES, MOST_JSON_BYTES, MOST_WEIGHT_BYTES, shapeCodec } from './bounds.js'
import { viewOf } from './littleEndian.js'
import { refuse } from './refusal.js'
import { shapeText, sizeOf } from './weights.js'

/** Bytes of the length of the header. */
export const COUNT_BYTES = 8
/** The entry of a header that is not a tensor. */
export const METADATA = '__metadata__'
/** The metadata that describe the networks of a file that Rivulet wrote. */
export const SWITCH = 'normalizePenultimate'

const entryCodec = closed({
  dtype: only('F32'),
  shape: shapeCodec,
  data_offsets: boundedList(nonNegativeInteger, 'where its bytes begin and end', 2),
})
const metadataCodec = t.record(t.string, t.string, 'an object of texts')

/** The texts that a file has beside its tensors, by name. */
export type Metadata = Readonly<Record<string, string>>

/** The content of a header: every tensor with the place of its bytes, and the metadata. */
export interface SafetensorsHeader {
  readonly outline: ReadonlyMap<string, { readonly shape: readonly number[]; readonly begin: number }>
  readonly metadata: Metadata
  /** Bytes of all tensors. */
  readonly bytes: number
}

/** Other kinds of files, by their first bytes, with the way to convert each to a safetensors file. */
const otherFiles: readonly (readonly [start: string, found: string])[] = [
  ['PK\u0003\u0004', 'a zip archive, as torch.save writes (save with safetensors.torch.save_file)'],
  ['\u0080\u0002', 'a pickle, as torch.save writes (save with safetensors.torch.save_file)'],
  ['\u0089HDF', 'an HDF5 file, as Keras writes (convert it with tensorflowjs_converter)'],
  ['{', 'JSON (of a layers model, name the directory that holds actor and critic)'],
]

/**
 * The bytes of the header of a file, from the first eight and the size of the file.
 *
 * Fails: one failure for a file that is too small for its header, or another kind of file.
 */
export const headerBytesOf = (count: Uint8Array, fileBytes: number): Either<readonly Failure[], number> => {
  if (count.length < COUNT_BYTES) return refuse('file', 'eight bytes that count the header', `${count.length} bytes`)
  const start = String.fromCharCode(...count)
  const other = otherFiles.find(([known]) => start.startsWith(known))
  const headerBytes = viewOf(count).getBigUint64(0, true)
  const rest = fileBytes - COUNT_BYTES
  if (headerBytes > BigInt(rest) || headerBytes > BigInt(MOST_JSON_BYTES)) {
    if (other !== undefined) return refuse('file', 'a safetensors file', other[1])
    return headerBytes > BigInt(rest)
      ? refuse('header', `at most the ${rest} bytes that the file has for it`, `a count of ${headerBytes}`)
      : refuse('header', `at most ${MOST_JSON_BYTES} bytes`, `a count of ${headerBytes}`)
  }
  return right(Number(headerBytes))
}

/**
 * Whether the networks of a file normalize; null if the file does not say it.
 *
 * Fails: one failure for another text than true or false.
 */
export const switchIn = (metadata: Metadata): Either<readonly Failure[], boolean | null> => {
  const written = Object.hasOwn(metadata, SWITCH) ? metadata[SWITCH] : undefined
  if (written === undefined) return right(null)
  if (written === 'true' || written === 'false') return right(written === 'true')
  return refuse(`${METADATA}.${SWITCH}`, 'true or false', JSON.stringify(written))
}

/** The tensors of a header, in the order of their bytes, which must fill the rest of the file. */
const outlineIn = (entries: Readonly<Record<string, unknown>>, bodyBytes: number) => {
  const names = Object.keys(entries)
  if (names.length > MOST_ENTRIES) return refuse('header', `at most ${MOST_ENTRIES} tensors`, `${names.length}`)
  const decoded: { readonly name: string; readonly entry: t.TypeOf<typeof entryCodec> }[] = []
  for (const name of names) {
    const entry = decode(entryCodec)(entries[name])
    if (isLeft(entry)) {
      const path = entry.left[0].path
      return refuse(path === '' ? name : `${name}.${path}`, entry.left[0].expected, entry.left[0].got)
    }
    decoded.push({ name, entry: entry.right })
  }
  const outline = new Map<string, { readonly shape: readonly number[]; readonly begin: number }>()
  let expected = 0
  for (const { name, entry } of decoded.sort((a, b) => a.entry.data_offsets[0] - b.entry.data_offsets[0])) {
    const { shape, data_offsets: offsets } = entry
    const [begin, end]: readonly (number | undefined)[] = offsets
    if (begin === undefined || end === undefined)
      return refuse(`${name}.data_offsets`, 'where its bytes begin and end', printable(offsets))
    const range = `${begin} to ${end}`
    if (begin !== expected) {
      return refuse(`${name}.data_offsets`, `bytes from ${expected}, where the tensor before it ends`, range)
    }
    const size = 4 * sizeOf(shape)
    if (end - begin !== size) {
      return refuse(`${name}.data_offsets`, `${size} bytes for shape ${shapeText(shape)}`, range)
    }
    if (end > MOST_WEIGHT_BYTES) return refuse(name, `at most ${MOST_WEIGHT_BYTES} bytes of weights`, range)
    if (end > bodyBytes) {
      return refuse(name, `bytes ${range} of the tensors`, `a file that ends after ${bodyBytes}: it is truncated`)
    }
    outline.set(name, { shape, begin })
    expected = end
  }
  if (bodyBytes > expected) return refuse('file', 'its end after the last tensor', `${bodyBytes - expected} bytes more`)
  return right(outline)
}

/**
 * Reads a header, and compares its tensors with the bytes of the file.
 *
 * Fails: one failure for a bad header and for tensors that overlap, leave a gap, are cut off or are of another type than 32-bit floats
 * (no number is converted).
 */
export const parseHeader = (header: Uint8Array, bodyBytes: number): Either<readonly Failure[], SafetensorsHeader> =>
  pipe(
    parseBounded('header', header),
    flatMap((value) => {
      if (!t.UnknownRecord.is(value) || Array.isArray(value)) return refuse('header', 'a JSON object', 'another value')
      const { [METADATA]: metadata, ...entries } = value
      return pipe(
        metadata ?? {},
        decode(metadataCodec),
        flatMap((texts) =>
          pipe(
            outlineIn(entries, bodyBytes),
            map((outline) => ({ outline, metadata: texts, bytes: bodyBytes })),
          ),
        ),
      )
    }),
  )
