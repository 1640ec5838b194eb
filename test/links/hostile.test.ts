/** What any peer but an MQTT broker may send (that is in mqttWire.test.ts): nothing of it ends the process. */
import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Socket, createServer } from 'node:net'
import * as t from 'io-ts'
import { afterAll, describe, expect, test } from 'vitest'
import { seeded } from '../../src/random.js'
import { fromRosbridge } from '../../src/links/rosbridge.js'
import { fromSerial } from '../../src/links/serial.js'
import type { LinkSource } from '../../src/links/source.js'
import { fromUdp } from '../../src/links/udp.js'
import { fromWebSocket } from '../../src/links/webSocket.js'
import { freePort, stopping, until, webSocketServer } from './servers.js'
import { onEachWire } from './wires.js'

const { started, heard: hear } = stopping()
const uncaught: unknown[] = []
const note = (error: unknown): void => void uncaught.push(error)
process.on('uncaughtException', note).on('unhandledRejection', note)
afterAll(() => void process.off('uncaughtException', note).off('unhandledRejection', note))

const options = { codec: t.unknown, onBad: 'skip', backoff: { retries: 0 }, report: () => {} } as const
const topic = { topic: '/a', type: 'b' }

/** A server whose answer to the request for a WebSocket, and what follows, are these bytes. */
const rawServer = async (talk: (socket: Socket, accept: string) => void): Promise<string> => {
  const port = await freePort()
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (request) => {
      const key = /sec-websocket-key: (.*)\r/i.exec(String(request))?.[1] ?? ''
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
      talk(
        socket,
        `HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      )
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  await started(Promise.resolve({ stop: async () => void server.close() }))
  return `ws://127.0.0.1:${port}`
}

const sources: Readonly<Record<string, (url: string) => LinkSource<unknown>>> = {
  fromWebSocket: (url) => fromWebSocket(url, { ...options, longest: 1000 }),
  fromRosbridge: (url) => fromRosbridge(url, { ...options, ...topic, longest: 1000 }),
}

describe.each(Object.entries(sources))('%s', (name, open) => {
  test.each<[string, string]>([
    ['a frame with reserved bits', 'f1 01 61'],
    ['a frame of no kind', '83 01 61'],
    ['a masked frame', '81 81 00 00 00 00 61'],
    ['a continuation of nothing', '80 01 61'],
    ['a long control frame', '89 7e 00 80'],
    ['a control frame in pieces', '09 00'],
    ['text that is no UTF-8', '81 02 c3 28'],
    ['a message of 2^63 bytes', '82 7f 7f ff ff ff ff ff ff ff'],
    ['a message that is too long', '82 7e ff ff'],
    ['a farewell of one byte', '88 01 03'],
    ['a farewell with a code of no kind', '88 02 00 01'],
    ['a farewell that is no UTF-8', '88 04 03 e8 c3 28'],
    ['a header that never ends', '48'.repeat(40_000)],
  ])('%s: an error notification', async (_, bytes) => {
    const url = await rawServer((socket, accept) => {
      socket.write(accept)
      socket.write(Buffer.from(bytes.replaceAll(' ', ''), 'hex'))
      setTimeout(() => socket.end(), 50)
    })
    const { heard } = hear(open(url))
    await until('the end', () => heard.length > 0)
    expect(heard.at(-1)).toMatch(
      new RegExp(`^SensorError: ${name} ws://127.0.0.1:\\d+/: gave up \\(failures in a row: 1\\): .`),
    )
    expect(uncaught).toEqual([])
  })

  test.each([
    '',
    'HTTP/1.1 101 Go\r\n\r\n',
    'HTTP/1.1 200 Fine\r\n\r\n',
    'SSH-2.0-x\r\n',
    'HTTP/1.1 301 Go\r\nLocation: ws://[/\r\n\r\n',
    '\0\0\0\0',
  ])('an answer such as %j: an error notification', async (answer) => {
    const { heard } = hear(open(await rawServer((socket) => socket.end(answer))))
    await until('the end', () => heard.length > 0)
    expect(heard).toEqual([expect.stringMatching(/^SensorError: .*: gave up/)])
    expect(uncaught).toEqual([])
  })
})

test('frames of rosbridge of any kind', async () => {
  const values = [
    'null',
    '1',
    '"x"',
    '[]',
    '{}',
    '"/a"',
    '"error"',
    '"status"',
    '"connection"',
    'NaN',
    '1e999',
    '"__proto__"',
  ]
  const names = [
    'publish',
    'status',
    'fragment',
    'png',
    'cbor',
    'call_service',
    'service_response',
    'action_result',
    'set_level',
    'x',
  ]
  const random = seeded(5)('frames')
  const pick = <V>(list: readonly V[]): V => list[Math.floor(random.uniform() * list.length)]
  const frames = Array.from({ length: 2000 }, () => {
    const fields = ['topic', 'msg', 'level', 'id', 'data', 'num', 'total', 'service', 'result', 'values']
    const rest = fields.filter(() => random.uniform() < 0.5).map((field) => `"${field}":${pick(values)}`)
    const frame = `{${[`"op":"${pick(names)}"`, ...rest].join(',')}}`
    return random.uniform() < 0.1 ? frame.slice(0, Math.floor(random.uniform() * frame.length)) : frame
  })
  const port = await freePort()
  await started(
    webSocketServer(port, (client) => {
      for (const frame of frames) client.send(random.uniform() < 0.1 ? Buffer.from(frame) : frame)
      client.send('{"op":"publish","topic":"/a","msg":"last"}')
    }),
  )
  const source = fromRosbridge(`ws://127.0.0.1:${port}`, { ...options, ...topic, backoff: { first: 1 } })
  const { heard } = hear(source)
  // An error that the server reports for all of us is a loss, and the connection is made again.
  await until('the connection', () => source.link.value.connections > 0)
  await until('the last or a loss', () => heard.includes('last') || source.link.value.connections > 2)
  expect(uncaught).toEqual([])
})

onEachWire((wireUp) => {
  test('bytes of any kind on a serial port, and datagrams', async () => {
    const random = seeded(6)('bytes')
    const noise = (size: number): Buffer =>
      Buffer.from(Array.from({ length: size }, () => Math.floor(random.uniform() * 256)))
    const { ours, theirs } = await started(wireUp())
    const serial = fromSerial(ours, { ...options, baudRate: 115_200 })
    const url = `udp://127.0.0.1:${await freePort()}`
    const udp = fromUdp(url, options)
    const [lines, datagrams] = [hear(serial), hear(udp)]
    await until('both', () => serial.link.value.connected && udp.link.value.connected)
    const { SerialPort } = await import('serialport')
    const device = new SerialPort({ path: theirs, baudRate: 115_200 })
    await once(device, 'open')
    const sender = createSocket('udp4')
    for (let i = 0; i < 200; i++) {
      device.write(noise(50))
      sender.send(noise(1 + i), Number(new URL(url).port), '127.0.0.1')
      if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    device.write('\n"last"\n')
    await until('the last', () => {
      sender.send('"last"', Number(new URL(url).port), '127.0.0.1')
      return lines.heard.includes('last') && datagrams.heard.includes('last')
    })
    await new Promise((resolve) => device.close(resolve))
    sender.close()
    expect(uncaught).toEqual([])
  })
})
