import { expect, test } from 'vitest'
import { seeded } from '../../../src/random.js'
import {
  decodePacket,
  encodePacket,
  type RealtimeField,
  realtimeFields,
  realtimeSize,
} from '../../../src/robots/ur/realtimePacket.js'
import { sizedDecoder } from '../../../src/robots/ur/sizedFrames.js'

test('the fields are where the layout of 1060 bytes has them', () => {
  const offsets: Partial<Record<RealtimeField, number>> = {
    time: 4,
    targetQ: 12,
    targetQd: 60,
    targetQdd: 108,
    targetCurrent: 156,
    targetMoment: 204,
    q: 252,
    qd: 300,
    current: 348,
    controlCurrent: 396,
    tcpPose: 444,
    tcpSpeed: 492,
    tcpForce: 540,
    targetTcpPose: 588,
    targetTcpSpeed: 636,
    digitalInputs: 684,
    motorTemperatures: 692,
    controllerTimer: 740,
    testValue: 748,
    robotMode: 756,
    jointModes: 764,
    safetyMode: 812,
    reserved1: 820,
    toolAccelerometer: 868,
    reserved2: 892,
    speedScaling: 940,
    linearMomentum: 948,
    reserved3: 956,
    mainVoltage: 972,
    robotVoltage: 980,
    robotCurrent: 988,
    jointVoltage: 996,
    digitalOutputs: 1044,
    programState: 1052,
  }
  const found = Object.fromEntries(Object.entries(realtimeFields).map(([name, { offset }]) => [name, offset]))
  expect(found).toEqual(offsets)
  expect(realtimeFields.programState.offset + 8).toBe(1060)
})

const values = { time: 12.5, q: [1, 2, 3, 4, 5, 6], robotMode: 7, safetyMode: 1, digitalInputs: 0x8000000000000001n }

test('packets are read and written; a longer one is read alike, a shorter one and a wrong size are refused', () => {
  for (const size of [1060, 1108, 1116, 1140, 1220]) {
    const packet = encodePacket(values, size)
    expect(new DataView(packet.buffer).getInt32(0)).toBe(size)
    expect(decodePacket(packet)).toMatchObject(values)
  }
  for (const size of [756, 764, 812, 1044]) {
    const old = new Uint8Array(size)
    new DataView(old.buffer).setInt32(0, size)
    expect(decodePacket(old)).toBeNull()
  }
  const wrong = encodePacket(values)
  new DataView(wrong.buffer).setInt32(0, 1061)
  expect(decodePacket(wrong)).toBeNull()
})

test('pieces of any length are joined, and none is filled up with zeros', () => {
  const random = seeded(5)('environment')
  const sent = Array.from({ length: 50 }, (_, i) => encodePacket({ ...values, time: i }, i % 2 === 0 ? 1060 : 1108))
  const whole = Uint8Array.from(sent.flatMap((packet) => [...packet]))
  const decoder = sizedDecoder(realtimeSize)
  const found: Uint8Array[] = []
  for (let at = 0; at < whole.length;) {
    const length = 1 + Math.floor(2000 * random.uniform())
    found.push(...decoder.decode(whole.subarray(at, at + length)))
    at += length
  }
  expect(found).toEqual(sent)
  expect(found.map((packet) => decodePacket(packet)?.time)).toEqual(sent.map((_, i) => i))
})

test('a million random bytes: nothing throws, and at most one packet is held', () => {
  const random = seeded(6)('environment')
  let decoder = sizedDecoder(realtimeSize)
  let packets = 0
  for (let piece = 0; piece < 1000; piece++) {
    const bytes = Uint8Array.from({ length: 1000 }, () => Math.floor(256 * random.uniform()))
    bytes.set([0, 0, 4, 36])
    for (const packet of decoder.decode(bytes)) {
      packets += 1
      expect(decodePacket(packet)?.programState).toBeTypeOf('number')
    }
    expect(decoder.waiting).toBeLessThan(realtimeSize.longest)
    if (decoder.failure !== null) decoder = sizedDecoder(realtimeSize)
  }
  expect(packets).toBeGreaterThan(300)
  expect(sizedDecoder(realtimeSize).decode(Uint8Array.of(0x7f, 255, 255, 255))).toEqual([])
})
