/** What a broker may send, by mistake or malice: nothing of it ends the process, and none of it grows memory. */
import { once } from 'node:events'
import { type Socket, createServer } from 'node:net'
import * as t from 'io-ts'
import { afterAll, describe, expect, test } from 'vitest'
import { seeded } from '../../src/random.js'
import { type FromMqttOptions, fromMqtt } from '../../src/links/mqtt.js'
import { packets } from '../../src/links/mqttWire.js'
import { freePort, stopping, until } from './servers.js'

const { started, heard: hear } = stopping()
const uncaught: unknown[] = []
const note = (error: unknown): void => void uncaught.push(error)
process.on('uncaughtException', note).on('unhandledRejection', note)
afterAll(() => void process.off('uncaughtException', note).off('unhandledRejection', note))

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const CONNACK = hex('20 02 00 00')

/** A broker that takes any client in, grants its subscription, and sends it these bytes. */
const scripted = async (send: (socket: Socket) => void, version: 4 | 5 = 4): Promise<string> => {
  const port = await freePort()
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write(version === 4 ? CONNACK : hex('20 03 00 00 00'))
      socket.once('data', (packet) => {
        const identifier = packet.subarray(2, 4)
        socket.write(
          Buffer.concat([version === 4 ? hex('90 03') : hex('90 04'), identifier, hex(version === 4 ? '00' : '00 00')]),
        )
        send(socket)
      })
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  await started(Promise.resolve({ stop: async () => void server.close() }))
  return `mqtt://127.0.0.1:${port}`
}

const listening = (url: string, options: Partial<FromMqttOptions<unknown>> = {}) => {
  const source = fromMqtt<unknown>(url, {
    topic: 'a',
    codec: t.unknown,
    backoff: { retries: 0 },
    report: () => {},
    ...options,
  })
  return { counts: source.link, ...hear(source) }
}

/** A message on a topic, with a payload. */
const publish = (topic: string, payload: string | Buffer, flags = 0): Buffer => {
  const body = Buffer.concat([Buffer.from([0, topic.length]), Buffer.from(topic), Buffer.from(payload)])
  const size: number[] = []
  for (let left = body.length; ; left >>= 7) {
    size.push(left > 127 ? (left & 127) | 128 : left)
    if (left <= 127) break
  }
  return Buffer.concat([Buffer.from([0x30 | flags, ...size]), body])
}

describe('bytes that are no packet', () => {
  test.each([
    ['a message of quality 2 without an identifier', '34 03 00 01 61', 4],
    ['a message of quality 1 without an identifier', '32 03 00 01 61', 4],
    ['a message with half a topic', '30 03 00 09 61', 4],
    ['an empty message', '30 00', 4],
    ['a length of five bytes', '30 ff ff ff ff 01', 4],
    ['an acknowledgement without an identifier', '40 00', 4],
    ['a subscription that was acknowledged without an identifier', '90 00', 4],
    ['a packet that only clients send', '82 05 00 01 00 00 00', 4],
    ['a packet of no kind', '00 00', 4],
    ['another acceptance', '20 02 00 00', 4],
    ['properties that are cut off', '30 06 00 01 61 0f 26 00', 5],
    ['a property of no kind', '30 06 00 01 61 02 7f 00', 5],
    ['an alias of a topic that was not agreed upon', '30 07 00 00 03 23 00 01 31', 5],
    ['a farewell of no reason', 'e0 02 77 00', 5],
    ['an authentication that was not asked for', 'f0 02 18 00', 5],
  ] as const)('%s: an error notification', async (_, bytes, version) => {
    const url = await scripted((socket) => {
      socket.write(hex(bytes))
      setTimeout(() => socket.end(), 50)
    }, version)
    const { heard } = listening(url, { client: { protocolVersion: version } })
    await until('the end', () => heard.length > 0)
    expect(heard.at(-1)).toMatch(/^SensorError: fromMqtt mqtt:\/\/127.0.0.1:\d+: /)
    expect(uncaught).toEqual([])
  })

  test('a thousand mutations of good ones', async () => {
    const random = seeded(8)('bytes')
    const pick = (below: number): number => Math.floor(random.uniform() * below)
    const good = [publish('a', '21.5'), publish('a', '1', 2), hex('40 02 00 01'), hex('62 02 00 01'), hex('d0 00')]
    const round = Array.from({ length: 40 }, () =>
      Array.from({ length: 25 }, () => {
        const bytes = Buffer.concat([good[pick(good.length)], good[pick(good.length)]])
        for (let change = 0; change <= pick(3); change++) bytes[pick(bytes.length)] = pick(256)
        return bytes.subarray(0, 1 + pick(bytes.length))
      }),
    )
    for (const [i, pieces] of round.entries()) {
      const version = i % 2 === 0 ? 4 : 5
      const url = await scripted((socket) => {
        for (const piece of pieces) socket.write(piece)
        setTimeout(() => socket.end(), 5)
      }, version)
      const { heard } = listening(url, { client: { protocolVersion: version }, onBad: 'skip' })
      await until('the end', () => String(heard.at(-1)).startsWith('SensorError'))
    }
    expect(uncaught).toEqual([])
  })
})

describe('a message that is too long', () => {
  test.each([0, 1, 2] as const)('of quality %i is a bad one, without its payload ever being kept', async (qos) => {
    const piece = Buffer.alloc(2 ** 20, '7')
    const pieces = 192
    const url = await scripted((socket) => {
      const size = pieces * piece.length + 3 + (qos === 0 ? 0 : 2)
      const length = [0, 7, 14, 21].map((shift, i) => ((size >> shift) & 127) | (i < 3 ? 128 : 0))
      socket.write(Buffer.from([0x30 | (qos << 1), ...length, 0, 1, 0x61, ...(qos === 0 ? [] : [0, 9])]))
      for (let i = 0; i < pieces; i++) socket.write(piece)
      if (qos === 2) socket.write(hex('62 02 00 09'))
      socket.write(publish('a', '21.5'))
    })
    const before = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
    let most = 0
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers - before)
    }, 1)
    const { heard, counts } = listening(url, { onBad: 'skip', longest: 1000 })
    await until('the next message', () => heard.length > 0)
    clearInterval(watch)
    expect(heard).toEqual([21.5])
    expect(counts.value).toMatchObject({ bad: 1, messages: 1, connections: 1 })
    expect(counts.value.failure).toMatch(/^expected a message of at most 1000 bytes; got "a/)
    // This process plays the broker, too, and shares the one piece among all writes.
    expect(most).toBeLessThan(100e6)
  })

  test('fails the stream where that was chosen', async () => {
    const url = await scripted((socket) => socket.write(publish('a', 'x'.repeat(2000))))
    const { heard } = listening(url, { longest: 1000 })
    await until('the failure', () => heard.length > 0)
    expect(heard[0]).toMatch(/: a bad message: expected a message of at most 1000 bytes; got "x+"\.*$|got "a /)
  })

  test('another packet that is too long is a loss', async () => {
    const url = await scripted((socket) => socket.write(hex('90 ff ff ff 7f')))
    const { heard } = listening(url)
    await until('the failure', () => heard.length > 0)
    expect(heard[0]).toMatch(/a packet of 268435455 bytes came, where at most \d+ are allowed/)
  })
})

test('packets are whole whatever the cuts, and messages that are too long shrink to their topics', () => {
  const cuts: (number | null)[] = []
  const stream = Buffer.concat([
    CONNACK,
    publish('a', 'x'.repeat(300)),
    publish('b', '1'),
    publish('c', Buffer.from([0, 7, ...Buffer.from('y'.repeat(300))]), 2),
  ])
  const random = seeded(2)('cuts')
  for (let round = 0; round < 300; round++) {
    cuts.length = 0
    const split = packets({ longest: 100, version: 4, cut: (identifier) => cuts.push(identifier) })
    const out: string[] = []
    for (let at = 0; at < stream.length;) {
      const end = at + 1 + Math.floor(random.uniform() * 40)
      for (const packet of split(stream.subarray(at, end))) out.push(Buffer.from(packet).toString('hex'))
      at = end
    }
    expect(out).toEqual(['20020000', '3003000161', '300400016231', '32050001630007'])
    expect(cuts).toEqual([null, 7])
  }
})
