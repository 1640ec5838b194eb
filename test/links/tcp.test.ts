import { createServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { finiteNumber } from '../../src/edge/codecs.js'
import { lengthPrefixed } from '../../src/links/frames.js'
import { type TcpOptions, tcpSession } from '../../src/links/tcp.js'
import { listening, until } from './running.js'

/** A server that keeps what it hears. */
const serving = async (port = 0) => {
  const heard: string[] = []
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes) => heard.push(String(bytes)))
  })
  const running = await listening(server, port)
  onTestFinished(() => running.stop().catch(() => undefined))
  const address = server.address() as { readonly port: number }
  return {
    running,
    port: address.port,
    heard,
    say: (data: string | Uint8Array) => sockets.at(-1)?.write(data),
    sockets,
  }
}
const options: TcpOptions = { backoff: { first: 5, longest: 20 }, report: () => {} }

describe('a connection', () => {
  test('carries lines in both directions, however they are cut, and is made again', async () => {
    const server = await serving()
    const session = tcpSession(`tcp://127.0.0.1:${server.port}`, { ...options, greeting: 'hello' })
    const values: number[] = []
    const subscription = session.messages({ codec: finiteNumber }).subscribe((value) => values.push(value))
    const sink = session.sink<number>()
    onTestFinished(async () => {
      subscription.unsubscribe()
      await sink.close()
    })
    await until('the greeting', () => server.heard.join('') === 'hello\n')
    // The first line counts, since a connection begins with it.
    server.say('21.')
    server.say('5\n2')
    server.say('2\n')
    await until('the values', () => values.length === 2)
    expect(values).toEqual([21.5, 22])
    expect(await sink.send(7)).toBe(true)
    await until('the value', () => server.heard.join('') === 'hello\n7\n')
    server.sockets.at(-1)?.destroy()
    await until('another connection', () => session.link.value.connections === 2)
    expect(session.link.value.failure).toBe('the connection was closed')
    await until('the greeting', () => server.heard.join('') === 'hello\n7\nhello\n')
  })

  test('carries frames of a framing; a frame that is too long is a loss', async () => {
    const server = await serving()
    const session = tcpSession<Uint8Array>(`tcp://127.0.0.1:${server.port}`, {
      ...(options as object),
      framing: lengthPrefixed({ bytes: 1, longest: 8 }),
    })
    const sizes: number[] = []
    const subscription = session
      .messages({ parse: (frame) => frame.length, codec: finiteNumber })
      .subscribe((size) => sizes.push(size))
    onTestFinished(() => subscription.unsubscribe())
    await until('the connection', () => session.link.value.connected && server.sockets.length === 1)
    server.say(Uint8Array.of(3, 1, 2, 3, 2, 1))
    server.say(Uint8Array.of(2))
    await until('the frames', () => sizes.length === 2)
    server.say(Uint8Array.of(9))
    await until('the loss', () => session.link.value.connections === 2)
    expect(sizes).toEqual([3, 2])
    expect(session.link.value.failure).toContain('a frame of 9 bytes came, where at most 8 are allowed')
  })

  test('to nobody is refused, again and again', async () => {
    const server = await serving()
    await server.running.stop()
    const session = tcpSession(`tcp://127.0.0.1:${server.port}`, { ...options, backoff: { first: 1, retries: 2 } })
    const failure: unknown = await new Promise((error) =>
      session.messages({ codec: finiteNumber }).subscribe({ error }),
    )
    expect(String(failure)).toMatch(/^SensorError: tcpSession tcp:\/\/127\.0\.0\.1:\d+: gave up .*ECONNREFUSED/)
  })
})

test.each([
  ['udp://127.0.0.1:1', 'tcpSession: expected a URL of tcp, such as tcp://192.168.1.10:30003'],
  ['tcp://127.0.0.1', 'tcpSession: expected a port, as in tcp://192.168.1.10:30003'],
])('a wrong URL, %s', (url, complaint) => {
  expect(() => tcpSession(url)).toThrow(complaint)
})
