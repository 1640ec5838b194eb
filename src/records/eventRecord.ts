/**
 * The records of an event file, as TensorBoard reads them: an `Event` of Protocol Buffers between a length and checksums. Numbers of fixed
 * size have their lowest byte first.
 */
import { crc32c } from '../edge/crc32c.js'

/** An event: the version of the file, or numbers at a step. */
export interface FileEvent {
  /** Seconds since 1970. */
  readonly wallTime: number
  /** An integer from 0 to the largest safe one. */
  readonly step: number
  /** Numbers by their tags, which are written as float32. */
  readonly scalars?: Readonly<Record<string, number>>
  /** Of the first event alone. */
  readonly fileVersion?: string
}

/** The types of fields on the wire. */
const VARINT = 0
const FIXED_64 = 1
const BYTES = 2
const FIXED_32 = 5

const key = (field: number, type: number): number => field * 8 + type

/** Seven bits a byte, the lowest first; all bytes but the last have their highest bit set. */
const varint = (value: number): readonly number[] => {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return [...bytes, rest]
}

const fixed = (size: 4 | 8, set: (view: DataView) => void): Uint8Array => {
  const bytes = new Uint8Array(size)
  set(new DataView(bytes.buffer))
  return bytes
}

/** A field of bytes: a text, or a message. */
const delimited = (field: number, bytes: ArrayLike<number>): readonly number[] => [
  key(field, BYTES),
  ...varint(bytes.length),
  ...Array.from(bytes),
]

const textField = (field: number, text: string): readonly number[] => delimited(field, new TextEncoder().encode(text))

/** `Value { string tag = 1; float simple_value = 2; }` */
const valueOf = (tag: string, value: number): readonly number[] => [
  ...textField(1, tag),
  key(2, FIXED_32),
  ...fixed(4, (view) => view.setFloat32(0, value, true)),
]

/** `Summary { repeated Value value = 1; }` */
const summaryOf = (scalars: Readonly<Record<string, number>>): readonly number[] =>
  Object.entries(scalars).flatMap(([tag, value]) => delimited(1, valueOf(tag, value)))

/** `Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }` */
const payloadOf = ({ wallTime, step, scalars, fileVersion }: FileEvent): Uint8Array =>
  Uint8Array.from([
    key(1, FIXED_64),
    ...fixed(8, (view) => view.setFloat64(0, wallTime, true)),
    key(2, VARINT),
    ...varint(step),
    ...(fileVersion === undefined ? [] : textField(3, fileVersion)),
    ...(scalars === undefined ? [] : delimited(5, summaryOf(scalars))),
  ])

/** The checksum as a record has it: turned, and moved by a constant, since a checksum of checksums would be weak. */
const maskedSum = (bytes: Uint8Array): number => {
  const sum = crc32c(bytes)
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0
}

/** A record: the length of its event in 8 bytes, their checksum, the event, and its checksum. */
export const eventRecord = (event: FileEvent): Uint8Array => {
  const payload = payloadOf(event)
  const record = new Uint8Array(8 + 4 + payload.length + 4)
  const view = new DataView(record.buffer)
  view.setUint32(0, payload.length, true)
  view.setUint32(8, maskedSum(record.subarray(0, 8)), true)
  record.set(payload, 12)
  view.setUint32(12 + payload.length, maskedSum(payload), true)
  return record
}
