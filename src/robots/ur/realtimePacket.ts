/** The packet of the realtime interface of Universal Robots, port 30003: 125 packets a second. */
import type { SizeField } from './sizedFrames.js'

/**
 * The fields of the packet of 1060 bytes (software 3.2 and later) after its size, with their numbers of components. Each component is a
 * double in big-endian order; `digitalInputs` is the double in whose place the robot stores 64 bits.
 */
const layout = [
  ['time', 1],
  ['targetQ', 6],
  ['targetQd', 6],
  ['targetQdd', 6],
  ['targetCurrent', 6],
  ['targetMoment', 6],
  ['q', 6],
  ['qd', 6],
  ['current', 6],
  ['controlCurrent', 6],
  ['tcpPose', 6],
  ['tcpSpeed', 6],
  ['tcpForce', 6],
  ['targetTcpPose', 6],
  ['targetTcpSpeed', 6],
  ['digitalInputs', 1],
  ['motorTemperatures', 6],
  ['controllerTimer', 1],
  ['testValue', 1],
  ['robotMode', 1],
  ['jointModes', 6],
  ['safetyMode', 1],
  ['reserved1', 6],
  ['toolAccelerometer', 3],
  ['reserved2', 6],
  ['speedScaling', 1],
  ['linearMomentum', 1],
  ['reserved3', 2],
  ['mainVoltage', 1],
  ['robotVoltage', 1],
  ['robotCurrent', 1],
  ['jointVoltage', 6],
  ['digitalOutputs', 1],
  ['programState', 1],
] as const

/** The name of a field. */
export type RealtimeField = (typeof layout)[number][0]

/** The values of a packet: numbers and vectors by their counts. `digitalInputs` has the bits of its double. */
export type RealtimePacket = {
  readonly [Name in RealtimeField]: Name extends 'digitalInputs'
    ? bigint
    : Extract<(typeof layout)[number], readonly [Name, number]>[1] extends 1
      ? number
      : readonly number[]
}

/** Bytes of the packet whose fields are known. */
export const PACKET_SIZE = 1060

/** How packets say their size; later software appends fields, and earlier software has other packets. */
export const realtimeSize: SizeField = { width: 4, least: 4, longest: 4096 }

/** The first byte and the number of components of each field. */
export const realtimeFields: Readonly<Record<RealtimeField, { readonly offset: number; readonly count: number }>> =
  (() => {
    let offset = 4
    const fields = {} as Record<RealtimeField, { readonly offset: number; readonly count: number }>
    for (const [name, count] of layout) {
      fields[name] = { offset, count }
      offset += 8 * count
    }
    return fields
  })()

/**
 * Reads a packet, its size included. A longer one is read up to the fields that are known; null if it is shorter than 1060 bytes, as with
 * software before 3.2, or if its size field is not its size. Never throws.
 */
export const decodePacket = (bytes: Uint8Array): RealtimePacket | null => {
  if (bytes.length < PACKET_SIZE) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.getInt32(0) !== bytes.length) return null
  const values: Partial<Record<RealtimeField, number | bigint | readonly number[]>> = {}
  for (const [name] of layout) {
    const { offset, count } = realtimeFields[name]
    if (name === 'digitalInputs') values[name] = view.getBigUint64(offset)
    else if (count === 1) values[name] = view.getFloat64(offset)
    else values[name] = Array.from({ length: count }, (_, i) => view.getFloat64(offset + 8 * i))
  }
  return values as RealtimePacket
}

/** Writes a packet of 1060 bytes, or of `size` bytes with zeros after its fields; fields that are left out are 0. */
export const encodePacket = (values: Partial<RealtimePacket>, size = PACKET_SIZE): Uint8Array => {
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  view.setInt32(0, size)
  for (const [name] of layout) {
    const { offset } = realtimeFields[name]
    const value = values[name]
    if (typeof value === 'bigint') view.setBigUint64(offset, value)
    else if (typeof value === 'number') view.setFloat64(offset, value)
    else if (value !== undefined) value.forEach((each, i) => view.setFloat64(offset + 8 * i, each))
  }
  return bytes
}
