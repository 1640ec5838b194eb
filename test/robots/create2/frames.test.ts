import { describe, expect, test } from 'vitest'
import { seeded } from '../../../src/random.js'
import {
  decodeReply,
  encodeFrame,
  encodeReply,
  frameLayout,
  type FrameValues,
} from '../../../src/robots/create2/frames.js'
import {
  type Packet,
  bytesOf,
  packetNames,
  packets,
  readPacket,
  readingOf,
  writePacket,
} from '../../../src/robots/create2/packets.js'
import { streamDecoder } from '../../../src/robots/create2/streamDecoder.js'

const bytes = (text: string): Uint8Array => Uint8Array.from(text.trim().split(/\s+/), Number)
const decoded = (ids: readonly number[], ...pieces: readonly Uint8Array[]): readonly FrameValues[] => {
  const decoder = streamDecoder(frameLayout(ids))
  return pieces.flatMap((piece) => decoder.decode(piece))
}

const example = bytes('19 5 29 2 25 13 0 163')
const captureIds = [13, 21, 22, 24, 25, 26, 35, 39, 40, 41, 42, 43, 44, 45, 58]
const capture = bytes(
  '19 39 13 0 21 0 22 61 160 24 20 25 7 98 26 8 20 35 3 39 0 0 40 0 0 41 0 0 42 0 0 43 10 253 44 9 105 45 0 58 0 206',
)

describe('vectors', () => {
  test('the example of the specification: the bytes say 537, where its text says 549', () => {
    expect(decoded([29, 13], example)).toEqual([{ cliffFrontLeftSignal: 537, virtualWall: 0 }])
    expect([...encodeFrame(frameLayout([29, 13]), { cliffFrontLeftSignal: 537, virtualWall: 0 })]).toEqual([...example])
    expect(frameLayout([29, 13]).length).toBe(8)
  })

  test('a capture of a robot', () => {
    const values = {
      voltage: 15_776,
      temperature: 20,
      charge: 1890,
      capacity: 2068,
      mode: 3,
      leftEncoder: 2813,
      rightEncoder: 2409,
    }
    expect(decoded(captureIds, capture)).toMatchObject([values])
    expect([...encodeFrame(frameLayout(captureIds), values)]).toEqual([...capture])
  })

  test('a stream that is joined in the middle of a frame, and cut in another', () => {
    const decoder = streamDecoder(frameLayout([29, 13]))
    expect(decoder.decode(bytes('13 0 168 19 5 29 2 25 13 0 163 19 5 29 4'))).toHaveLength(1)
    expect(decoder.counts).toEqual({ frames: 1, skipped: 3, corrupt: 0, implausible: 0, unknown: 0 })
    // The rest of the frame that waits: 0x0419 and a checksum.
    expect(decoder.decode(bytes('25 13 0 161'))).toEqual([{ cliffFrontLeftSignal: 1049, virtualWall: 0 }])
  })

  test('a capture with two stray bytes in it is not accepted', () => {
    const stray = bytes(
      '19 39 13 0 21 0 22 59 225 24 17 25 6 69 26 8 20 35 3 39 8 59 0 0 40 0 0 41 0 43 42 0 43 43 3 59 44 2 238 45 0 58 1 165 19 39',
    )
    expect(decoded(captureIds, stray)).toEqual([])
  })

  test('values that look like the beginning of a frame', () => {
    expect(decoded([22, 13], bytes('19 5 22 19 5 13 0 173'))).toEqual([{ voltage: 4869, virtualWall: 0 }])
    // Joined within the frame, at its own 19 5.
    expect(decoded([22, 13], bytes('19 5 13 0 173 19 5 22 19 5 13 0 173'))).toEqual([{ voltage: 4869, virtualWall: 0 }])
  })

  test.each<readonly [name: 'distance' | 'current', data: readonly number[], value: number]>([
    ['distance', [0x01, 0x2c], 300],
    ['distance', [0xff, 0xc8], -56],
    ['current', [0xf0, 0x60], -4000],
  ])('%s %s', (name, data, value) => {
    expect(readPacket(name, Uint8Array.from(data), 0)).toBe(value)
    const written = new Uint8Array(2)
    writePacket(name, value, written, 0)
    expect([...written]).toEqual(data)
  })

  test('replies to queries', () => {
    expect(decodeReply([7, 13], Uint8Array.of(3, 5))).toEqual({ bumpsAndWheelDrops: 3, virtualWall: 5 })
    expect(readingOf('bumpsAndWheelDrops', 3)).toEqual({
      bumpRight: true,
      bumpLeft: true,
      wheelDropRight: false,
      wheelDropLeft: false,
    })
    expect(decodeReply([35, 15], Uint8Array.of(2, 42))).toEqual({ mode: 2, dirtDetect: 42 })
    expect([...encodeReply([35, 15], { mode: 2, dirtDetect: 42 })]).toEqual([2, 42])
    // Texts of the robot that follow are ignored.
    expect(decodeReply([27], bytes('0 76 66 76 45'))).toEqual({ wallSignal: 76 })
    expect(decodeReply([27], Uint8Array.of(3, 61))).toEqual({ wallSignal: 829 })
  })

  test('replies that slipped are refused', () => {
    expect(() => decodeReply([35], Uint8Array.of(4))).toThrow(
      'create2: reply: mode: expected a value that the robot sends, got 4',
    )
    expect(() => decodeReply([46], Uint8Array.of(16, 0))).toThrow('lightBumpLeft')
    expect(() => decodeReply([100], new Uint8Array(79))).toThrow('create2: reply: expected 80 bytes, got 79')
  })

  test('sizes of the groups', () => {
    const sizes = { 0: 26, 1: 10, 2: 6, 3: 10, 4: 14, 5: 12, 6: 52, 100: 80, 101: 28, 106: 12, 107: 9 }
    for (const [id, size] of Object.entries(sizes)) expect([id, bytesOf(Number(id))]).toEqual([id, size])
    expect(frameLayout([100]).length).toBe(84)
  })

  test('frames of the tasks of SenseAct', () => {
    expect(frameLayout([46, 47, 48, 49, 50, 51, 7, 20, 25, 34, 35, 58, 19, 9, 10, 11, 12]).length).toBe(46)
    expect(frameLayout([46, 47, 48, 49, 50, 51, 17, 52, 53, 7, 34, 20, 25, 35, 58, 19, 9, 10, 11, 12]).length).toBe(52)
  })
})

describe('every packet', () => {
  test.each(packetNames)('%s keeps its smallest and largest values', (name) => {
    const packet: Packet = packets[name]
    const { bytes: width, signed } = packet
    const span = 256 ** width
    const [low, high] = packet.range ?? (signed ? [-span / 2, span / 2 - 1] : [0, span - 1])
    for (const value of [low, high]) {
      const layout = frameLayout([packets[name].id])
      expect(streamDecoder(layout).decode(encodeFrame(layout, { [name]: value }))).toEqual([{ [name]: value }])
    }
  })

  test('is in its group, at the place of its number', () => {
    const layout = frameLayout([100])
    expect(layout.fields.map(({ name }) => name)).toEqual(packetNames)
    expect(new Set(packetNames.map((name) => packets[name].id))).toEqual(
      new Set(Array.from({ length: 52 }, (_, i) => 7 + i)),
    )
  })
})

describe('the decoder', () => {
  const layout = frameLayout([100])
  const random = seeded(3)('frames')
  const draw = (low: number, high: number): number => low + Math.floor((high - low + 1) * random.uniform())
  const randomValues = (): FrameValues =>
    Object.fromEntries(
      packetNames.map((name) => {
        const { bytes: width, signed, ...rest } = packets[name]
        const [low, high] =
          'range' in rest ? rest.range : signed ? [-(128 ** width), 127 ** width] : [0, 256 ** width - 1]
        return [name, draw(low, high)]
      }),
    )
  /** Cuts bytes into pieces of random lengths. */
  const cut = (whole: Uint8Array): readonly Uint8Array[] => {
    const pieces: Uint8Array[] = []
    for (let at = 0; at < whole.length;) {
      const length = draw(1, 200)
      pieces.push(whole.slice(at, at + length))
      at += length
    }
    return pieces
  }

  test('gives the same frames however the bytes are cut', () => {
    for (let run = 0; run < 50; run++) {
      const sent = Array.from({ length: 20 }, randomValues)
      const whole = Uint8Array.from(sent.flatMap((values) => [...encodeFrame(layout, values)]))
      expect(decoded([100], ...cut(whole))).toEqual(sent)
    }
  })

  test('accepts no damaged frame, and every whole one around it', () => {
    for (let run = 0; run < 500; run++) {
      const [before, damaged, after] = Array.from({ length: 3 }, randomValues)
      const broken = encodeFrame(layout, damaged)
      broken[draw(0, broken.length - 1)] ^= 1 << draw(0, 7)
      const whole = Uint8Array.from([...encodeFrame(layout, before), ...broken, ...encodeFrame(layout, after)])
      expect(decoded([100], ...cut(whole))).toEqual([before, after])
    }
  })

  test('finds every whole frame among texts and cut frames', () => {
    const banner = new TextEncoder().encode(
      'bl-start\r\nSTR730\r\nbootloader id: #x47175347 4C636FFF\r\nr3-robot/tags/release-3.5.4',
    )
    const sent = Array.from({ length: 3 }, randomValues)
    const [first, second, third] = sent.map((values) => encodeFrame(layout, values))
    const whole = Uint8Array.from([...first, ...banner, ...second, ...first.slice(0, 40), ...third])
    expect(decoded([100], ...cut(whole))).toEqual(sent)
  })

  test('refuses a frame with a mode of 4, whose sum is right', () => {
    const mode = frameLayout([35])
    const frame = encodeFrame(mode, { mode: 4 })
    const decoder = streamDecoder(mode)
    expect(decoder.decode(frame)).toEqual([])
    expect(decoder.counts).toEqual({ frames: 0, skipped: 5, corrupt: 0, implausible: 1, unknown: 0 })
  })

  describe('frames with a packet that was not requested', () => {
    const wanted = frameLayout([29, 13])
    const unknown = bytes('19 3 59 0 0 175')
    const decoderWithIds = () => {
      const ids: number[] = []
      return { ids, decoder: streamDecoder(wanted, (id) => ids.push(id)) }
    }
    const joinedBytes = (...pieces: readonly Uint8Array[]) => Uint8Array.from(pieces.flatMap((piece) => [...piece]))

    test('are found whole, whatever their length, and cost no other frame', () => {
      const { ids, decoder } = decoderWithIds()
      // Of the length that was requested, with a number of another request.
      const sameLength = bytes('19 5 29 0 0 14 0 189')
      const whole = joinedBytes(unknown, example, unknown, unknown, example, sameLength, example)
      expect(cut(whole).flatMap((piece) => decoder.decode(piece))).toHaveLength(3)
      expect(ids).toEqual([59, 59, 59, 14])
      expect(decoder.counts).toEqual({ frames: 3, skipped: 0, corrupt: 0, implausible: 0, unknown: 4 })
    })

    test.each([
      ['a wrong checksum', bytes('19 3 59 0 0 174')],
      ['no end', bytes('19 3 59 0')],
      ['other bytes before it', joinedBytes(bytes('7'), unknown)],
      ['no packet', bytes('19 0 237')],
      ['packets that were requested, in another order', bytes('19 5 13 0 29 2 25 163')],
    ])('are not taken for such with %s', (_name, damaged) => {
      const { ids, decoder } = decoderWithIds()
      expect(decoder.decode(joinedBytes(example, damaged, example))).toHaveLength(2)
      expect(ids).toEqual([])
      expect(decoder.counts).toMatchObject({ frames: 2, skipped: damaged.length, unknown: 0 })
    })
  })

  test('a million random bytes, among which frames are found again', () => {
    const decoder = streamDecoder(layout)
    // Many headers, so that frames begin everywhere.
    const noise = (): number => (random.uniform() < 0.3 ? [19, 81, 100][draw(0, 2)] : draw(0, 255))
    let found = 0
    let read = 0
    for (let piece = 0; piece < 1000; piece++) {
      found += decoder.decode(Uint8Array.from({ length: 1000 }, noise)).length
      read += 1000
    }
    const { frames, skipped, unknown } = decoder.counts
    expect(frames).toBe(found)
    // What is neither skipped nor in a frame is held: less than a frame, and what may be an unknown one, of at most 258 bytes.
    expect(read - skipped - frames * layout.length).toBeLessThan(layout.length + 258 * (unknown + 1))
    const values = randomValues()
    expect(decoder.decode(Uint8Array.from([...new Uint8Array(84), ...encodeFrame(layout, values)]))).toEqual([values])
  }, 60_000)
})
