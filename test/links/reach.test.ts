/** What devices say beside lines of JSON from a server: bytes, other ends of lines, datagrams of many, and half a line. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as t from 'io-ts'
import { afterAll, describe, expect, test } from 'vitest'
import { finiteNumber, finiteNumbers } from '../../src/edge/codecs.js'
import { bytes, fixedSize, lengthPrefixed, lines } from '../../src/links/frames.js'
import { fromJsonLines } from '../../src/links/jsonLines.js'
import { parseNumber } from '../../src/links/numbers.js'
import { fromSerial, serialSession } from '../../src/links/serial.js'
import { fromUdp, toUdp, udpSession } from '../../src/links/udp.js'
import { freePort, stopping, until } from './servers.js'
import { onEachWire, onTerminals } from './wires.js'

const { started, connected, heard: hear } = stopping()
const place = mkdtempSync(join(tmpdir(), 'rivulet-reach-'))
afterAll(() => rmSync(place, { recursive: true }))
const backoff = { first: 5, longest: 20 }
const port = { baudRate: 115_200, backoff, report: () => {} }

describe('a serial port', () => {
  onEachWire((wireUp) => {
    test('takes frames of bytes in one size, in both directions', async () => {
      const { ours, theirs } = await started(wireUp())
      const framing = fixedSize(8)
      const parse = (frame: Uint8Array): Float32Array => new Float32Array(frame.slice().buffer)
      const source = fromSerial(ours, { ...port, framing, parse, codec: finiteNumbers(2) })
      const { heard } = hear(source)
      await until('the port', () => source.link.value.connected)
      const device = serialSession(theirs, { ...port, framing })
      const format = (values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)
      const sink = await connected(device.sink({ format }))
      for (const values of [
        [1.5, -2],
        [0, 13],
        [10, 10],
      ])
        expect(await sink.send(values)).toBe(true)
      await until('the frames', () => heard.length === 3)
      expect(heard).toEqual([
        [1.5, -2],
        [0, 13],
        [10, 10],
      ])
      expect(await sink.send([1]).catch(String)).toMatch(/not sent: fixedSize: expected a message of 8 bytes, got 4$/)
    })

    test('takes frames that begin with their length, and raw bytes', async () => {
      const { ours, theirs } = await started(wireUp())
      const framing = lengthPrefixed({ bytes: 2, endian: 'little' })
      const source = fromSerial(ours, { ...port, framing, codec: t.unknown })
      const { heard } = hear(source)
      await until('the port', () => source.link.value.connected)
      const device = serialSession(theirs, { ...port, framing: bytes() })
      const sink = await connected(device.sink<Uint8Array>({ format: (message) => message }))
      await sink.send(Uint8Array.of(1))
      await sink.send(Uint8Array.of(0, 0x37, 3, 0, 0x31))
      await sink.send(Uint8Array.of(0x2e, 0x35))
      await until('the frames', () => heard.length === 2)
      expect(heard).toEqual([7, 1.5])
    })

    test('whose lines end with the given delimiter', async () => {
      const { ours, say } = await started(wireUp())
      const source = fromSerial(ours, { ...port, framing: lines({ delimiter: ';;' }), codec: finiteNumber })
      const { heard } = hear(source)
      await until('the port', () => source.link.value.connected)
      for (const piece of ['9;', ';1;;2', ';;;;3;', ';']) say(piece)
      await until('the lines', () => heard.length === 3)
      expect(heard).toEqual([1, 2, 3])
    })

    test('whose lines end with a carriage return alone is reported', async () => {
      const { ours, say } = await started(wireUp())
      const reports: string[] = []
      const source = fromSerial(ours, { ...port, codec: finiteNumber, report: (line) => reports.push(line) })
      const { heard } = hear(source)
      await until('the port', () => source.link.value.connected)
      for (let i = 0; i < 8; i++) say('21.5\r')
      await until('the report', () => reports.length > 0)
      expect(reports).toEqual([
        `fromSerial ${ours}: the input has carriage returns and no newlines: framing: lines({ delimiter: '\\r' }) ends lines there`,
      ])
      expect(source.link.value.failure).toContain('carriage returns and no newlines')
      expect(heard).toEqual([])
    })

    test('whose lines end with both is not reported', async () => {
      const { ours, say } = await started(wireUp())
      const reports: string[] = []
      const source = fromSerial(ours, { ...port, codec: finiteNumber, report: (line) => reports.push(line) })
      const { heard } = hear(source)
      await until('the port', () => source.link.value.connected)
      say(Array.from({ length: 20 }, (_, i) => `${i}\r\n`).join(''))
      await until('the lines', () => heard.length === 19)
      expect(reports).toEqual([])
    })
  })

  onTerminals((wireUp) => {
    test('that another program has locked is an error that says so', async () => {
      const { ours } = await started(wireUp())
      const script = `const { SerialPort } = await import(${JSON.stringify(import.meta.resolve('serialport'))})
      new SerialPort({ path: ${JSON.stringify(ours)}, baudRate: 9600 }, () => console.log('open'))`
      const other = spawn(process.execPath, ['--input-type=module', '-e', script])
      await started(Promise.resolve({ stop: async () => void other.kill() }))
      await once(other.stdout, 'data')
      const source = fromSerial(ours, { ...port, codec: finiteNumber })
      hear(source)
      await until('an attempt', () => source.link.value.failure !== null)
      expect(source.link.value.failure).toBe('another program has the port open')
    })
  })
})

describe('datagrams', () => {
  test('that answer come to the port that is sent from', async () => {
    const [theirs, localPort] = [await freePort(), await freePort()]
    const drone = createSocket('udp4')
    const senders: number[] = []
    drone.on('message', (message, { port: from, address }) => {
      senders.push(from)
      drone.send(String(message) === 'command' ? 'ok' : '21.5', from, address)
    })
    await new Promise<void>((resolve) => drone.bind(theirs, '127.0.0.1', resolve))
    await started(Promise.resolve({ stop: async () => void drone.close() }))
    const both = udpSession(`udp://127.0.0.1:${theirs}`, {
      localPort,
      report: () => {},
      greeting: async ({ send, next }) => {
        await send('command')
        expect(String(Buffer.from((await next()).bytes))).toBe('ok')
      },
    })
    const { heard } = hear(both.messages({ parse: parseNumber, codec: finiteNumber }))
    const sink = await connected(both.sink<string>({ format: (text) => text }))
    expect(await sink.send('battery?')).toBe(true)
    await until('the answer', () => heard.length === 1)
    expect([heard, senders]).toEqual([[21.5], [localPort, localPort]])
  })

  test('say who sent them', async () => {
    const url = `udp://127.0.0.1:${await freePort()}`
    const parse = (message: Uint8Array, { host }: { readonly host: string }): unknown => [
      host,
      String(Buffer.from(message)),
    ]
    const source = fromUdp(url, { parse, codec: t.unknown, report: () => {} })
    const { heard } = hear(source)
    await until('the socket', () => source.link.value.connected)
    await (await connected(toUdp<number>(url))).send(1)
    await until('the datagram', () => heard.length === 1)
    expect(heard).toEqual([['127.0.0.1', '1']])
  })

  test('of a group come to all who joined it', async () => {
    const group = await freePort()
    const options = { through: '127.0.0.1', report: () => {} }
    const url = `udp://239.255.7.8:${group}`
    const sources = [1, 2].map(() => fromUdp(url, { ...options, codec: finiteNumber }))
    const listeners = sources.map((source) => hear(source))
    await until('both sockets', () => sources.every(({ link }) => link.value.connected))
    const sink = await connected(toUdp<number>(url, options))
    expect(await sink.send(7)).toBe(true)
    await until('the datagrams', () => listeners.every(({ heard }) => heard.length === 1))
    expect(listeners.map(({ heard }) => heard)).toEqual([[7], [7]])
  })

  test('to everyone on a network may be sent', async () => {
    const broadcast = Object.values(networkInterfaces())
      .flat()
      .some((each) => each?.family === 'IPv4' && !each.internal)
    const sink = await connected(
      toUdp<number>(`udp://${broadcast ? '255.255.255.255' : '127.255.255.255'}:${await freePort()}`),
    )
    // Without the permission to broadcast the system gives EACCES.
    expect(String(await sink.send(7).catch(String))).not.toMatch(/EACCES/)
  })

  test('to a group through an interface that is none are a loss with its reason, and no exception', async () => {
    const source = fromUdp(`udp://239.255.7.8:${await freePort()}`, {
      through: '203.0.113.1',
      codec: finiteNumber,
      backoff: { first: 1, retries: 1 },
      report: () => {},
    })
    const { heard } = hear(source)
    await until('the failure', () => heard.length === 1)
    expect(heard[0]).toMatch(/gave up .*addMembership|gave up .*E[A-Z]+/)
  })
})

describe('a byte order mark', () => {
  test('is no part of the first line, whatever the pieces are', async () => {
    const path = join(place, 'mark.jsonl')
    writeFileSync(path, '\ufeff{"a":1}\n{"a":2}\n')
    const codec = t.type({ a: t.number })
    const inputs = [
      path,
      ['\ufeff{"a":1}\n{"a":2}\n'],
      ['\ufeff', '{"a":1}\n{"a":2}\n'],
      [Buffer.from('\ufeff{"a":1}\n{"a":2}\n')],
    ]
    for (const input of inputs) {
      const { heard } = hear(fromJsonLines(input, { codec }))
      await until('the end', () => heard.at(-1) === 'complete')
      expect(heard).toEqual([{ a: 1 }, { a: 2 }, 'complete'])
    }
  })
})

/** A program that writes to a pipe and ends. */
const write = (path: string, text: string): Promise<unknown> =>
  promisify(execFile)('sh', ['-c', `printf '%s' "$1" > ${path}`, 'sh', text])

test('half a line of a writer who died is dropped, and is not glued to what the next one writes', async () => {
  const path = join(place, 'pipe')
  execFileSync('mkfifo', [path])
  const source = fromJsonLines(path, {
    codec: finiteNumber,
    atEnd: 'reopen',
    backoff: { first: 1, longest: 5 },
    report: () => {},
  })
  const { heard } = hear(source)
  for (let round = 0; round < 10; round++) {
    await until('the pipe', () => source.link.value.connected)
    await write(path, '1\n1013')
    await write(path, '25\n')
    await until('both writers', () => heard.length >= 2 * (round + 1))
  }
  expect(heard.every((value) => value === 1 || value === 25)).toBe(true)
  expect(heard).toHaveLength(20)
  expect(source.link.value.dropped).toBe(10)
})
