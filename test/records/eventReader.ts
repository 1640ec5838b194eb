/** Reads event files by the rules of their format, without any code of the writer. */

export interface ReadEvent {
  readonly wallTime: number
  readonly step: bigint
  readonly fileVersion?: string
  readonly scalars: readonly (readonly [tag: string, value: number])[]
}

/** CRC-32C bit by bit: the polynomial x^32 + x^28 + x^27 + ... + 1, lowest bit first. */
const checksum = (bytes: Uint8Array): bigint => {
  let register = 0xffffffffn
  for (const byte of bytes) {
    register ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++)
      register = (register & 1n) === 1n ? (register >> 1n) ^ 0x82f63b78n : register >> 1n
  }
  return register ^ 0xffffffffn
}

const masked = (sum: bigint): bigint => (((sum >> 15n) | (sum << 17n)) + 0xa282ead8n) & 0xffffffffn
const rotated32 = (bytes: Uint8Array): bigint => masked(checksum(bytes) & 0xffffffffn) & 0xffffffffn

/** A field of a message of Protocol Buffers: its number and its content. */
type Field = readonly [number: number, content: bigint | Uint8Array]

const fieldsOf = (bytes: Uint8Array): readonly Field[] => {
  const fields: Field[] = []
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw new Error('a varint that does not end')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new Error('a field longer than its message')
    return bytes.subarray(at, (at += length))
  }
  while (at < bytes.length) {
    const key = Number(varint())
    const type = key & 7
    if (type === 0) fields.push([key >> 3, varint()])
    else if (type === 1) fields.push([key >> 3, take(8)])
    else if (type === 2) fields.push([key >> 3, take(Number(varint()))])
    else if (type === 5) fields.push([key >> 3, take(4)])
    else throw new Error(`a field of type ${type}`)
  }
  return fields
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes)

const bytesOf = (fields: readonly Field[], number: number): readonly Uint8Array[] =>
  fields.flatMap(([field, content]) => {
    if (field !== number) return []
    if (!(content instanceof Uint8Array)) throw new Error(`field ${number} is a varint`)
    return [content]
  })

const valueOf = (bytes: Uint8Array): readonly [string, number] => {
  const fields = fieldsOf(bytes)
  return [textOf(bytesOf(fields, 1)[0]), viewOf(bytesOf(fields, 2)[0]).getFloat32(0, true)]
}

const eventOf = (payload: Uint8Array): ReadEvent => {
  const fields = fieldsOf(payload)
  const [time] = bytesOf(fields, 1)
  const step = fields.find(([number]) => number === 2)?.[1] ?? 0n
  const [version] = bytesOf(fields, 3)
  if (typeof step !== 'bigint') throw new Error('a step that is no varint')
  return {
    wallTime: viewOf(time).getFloat64(0, true),
    step,
    ...(version === undefined ? {} : { fileVersion: textOf(version) }),
    scalars: bytesOf(fields, 5).flatMap((summary) => bytesOf(fieldsOf(summary), 1).map(valueOf)),
  }
}

/** The events of a file. Throws on a checksum that is wrong, and on a record that is cut. */
export const readEvents = (file: Uint8Array): readonly ReadEvent[] => {
  const events: ReadEvent[] = []
  for (let at = 0; at < file.length;) {
    const view = viewOf(file.subarray(at))
    const length = Number(view.getBigUint64(0, true))
    if (BigInt(view.getUint32(8, true)) !== rotated32(file.subarray(at, at + 8)))
      throw new Error('checksum of a length')
    const payload = file.subarray(at + 12, at + 12 + length)
    if (payload.length !== length) throw new Error('a record that is cut')
    if (BigInt(view.getUint32(12 + length, true)) !== rotated32(payload)) throw new Error('checksum of an event')
    events.push(eventOf(payload))
    at += 16 + length
  }
  return events
}
