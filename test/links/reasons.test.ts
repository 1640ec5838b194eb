/** Why a link cannot connect: what is refused for good fails at once, with the reason of the other side. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { createServer as createTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { createServer as createTls } from 'node:tls'
import { Aedes } from 'aedes'
import { WebSocketServer } from 'ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { finiteNumber } from '../../src/edge/codecs.js'
import { fromMqtt, toMqtt } from '../../src/links/mqtt.js'
import { fromRosbridge } from '../../src/links/rosbridge.js'
import { fromWebSocket, toWebSocket } from '../../src/links/webSocket.js'
import { needs } from '../absent.js'
import { freePort, stopping, until } from './servers.js'

const { started, connected, heard: hear } = stopping()
const codec = finiteNumber
const place = mkdtempSync(join(tmpdir(), 'rivulet-reasons-'))
afterAll(() => rmSync(place, { recursive: true }))

/** A certificate of this test's own, for localhost. */
const certificate = (): { readonly key: Buffer; readonly cert: Buffer } => ({
  key: readFileSync(join(place, 'key.pem')),
  cert: readFileSync(join(place, 'cert.pem')),
})
const hasOpenssl = (): boolean => {
  try {
    execFileSync('openssl', ['version'])
    return true
  } catch {
    return false
  }
}
beforeAll(() => {
  if (!hasOpenssl()) return
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const files = ['-keyout', join(place, 'key.pem'), '-out', join(place, 'cert.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-days', '30']
  execFileSync('openssl', ['req', '-x509', '-nodes', ...kind, ...subject, ...files], { stdio: 'ignore' })
})

const serving = async (server: ReturnType<typeof createTcp>): Promise<number> => {
  const port = await freePort()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  await started(Promise.resolve({ stop: async () => void server.close() }))
  return port
}

/** Answers a request for a WebSocket. The client may be gone before it reads the answer, and the server's socket then has an error. */
const refuse = (socket: Duplex, status: string): void => {
  socket.on('error', () => {}).end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
}

describe.each([401, 403])('a server that answers %i', (status) => {
  test.each([
    ['fromWebSocket', (url: string) => fromWebSocket(url, { codec, headers: { authorization: 'Bearer SECRET' } })],
    ['fromRosbridge', (url: string) => fromRosbridge(url, { codec, topic: '/a', type: 'b' })],
    ['fromMqtt', (url: string) => fromMqtt(url, { codec, topic: 'a', report: () => {} })],
  ])('refuses %s for good, and is not asked again', async (name, open) => {
    let asked = 0
    const port = await serving(
      createHttp((_, response) => response.writeHead(status).end('no')).on('upgrade', (_, socket) => {
        asked += 1
        refuse(socket, `${status} No`)
      }),
    )
    const { heard } = hear(open(`ws://user:SECRET@127.0.0.1:${port}/path?token=SECRET`))
    await until('the refusal', () => heard.length > 0)
    expect(heard).toEqual([
      `SensorError: ${name} ws://127.0.0.1:${port}/path: the server refuses the connection: ${status}`,
    ])
    expect(asked).toBe(1)
  })

  test('refuses a sink, whose values are rejected with the reason', async () => {
    const port = await serving(createHttp().on('upgrade', (_, socket) => refuse(socket, `${status} No`)))
    const sink = await connected(toWebSocket<number>(`ws://127.0.0.1:${port}`, { report: () => {} }))
    const reason = `SensorError: toWebSocket ws://127.0.0.1:${port}/: the server refuses the connection: ${status}`
    expect([await sink.send(1).catch(String), await sink.send(2).catch(String)]).toEqual([reason, reason])
  })
})

test('after any other answer of a server, such as 503, the link tries again, and reports that', async () => {
  let asked = 0
  const port = await serving(
    createHttp().on('upgrade', (_, socket) => {
      asked += 1
      refuse(socket, '503 Later')
    }),
  )
  const reports: string[] = []
  hear(fromWebSocket(`ws://127.0.0.1:${port}`, { codec, backoff: { first: 1 }, report: (line) => reports.push(line) }))
  await until('some attempts', () => asked > 3)
  expect(reports).toEqual([`fromWebSocket ws://127.0.0.1:${port}/: Unexpected server response: 503; trying again`])
})

describe('TLS', () => {
  needs('openssl, which makes certificates', hasOpenssl())
  const secured: Readonly<
    Record<string, (client: Readonly<Record<string, unknown>>) => Promise<{ heard: unknown[]; port: number }>>
  > = {
    fromMqtt: async (client) => {
      const broker = await Aedes.createBroker()
      const port = await serving(createTls(certificate(), broker.handle))
      broker.on('subscribe', () =>
        broker.publish({ cmd: 'publish', topic: 'a', payload: '7', qos: 0, dup: false, retain: false }, () => {}),
      )
      return {
        port,
        ...hear(fromMqtt(`mqtts://localhost:${port}`, { topic: 'a', codec, client: { host: '127.0.0.1', ...client } })),
      }
    },
    fromWebSocket: async (client) => {
      const server = createHttps(certificate())
      const sockets = new WebSocketServer({ server })
      sockets.on('connection', (socket) => socket.send('7'))
      const port = await serving(server)
      return { port, ...hear(fromWebSocket(`wss://127.0.0.1:${port}`, { codec, client })) }
    },
  }
  describe.each(Object.entries(secured))('%s', (name, open) => {
    test('takes a certificate that the options trust', async () => {
      const { heard } = await open({ ca: certificate().cert })
      await until('a value', () => heard.length > 0)
      expect(heard).toEqual([7])
    })

    test('is refused for good by a certificate that it does not trust, in one line', async () => {
      const { heard } = await open({})
      await until('the refusal', () => heard.length > 0)
      expect(heard).toEqual([
        expect.stringMatching(new RegExp(`^SensorError: ${name} \\S+: .*self.signed certificate`)),
      ])
    })
  })

  test('a server that speaks none is a refusal, too', async () => {
    const port = await serving(createTcp((socket) => socket.on('error', () => {}).end('hello\r\n')))
    for (const source of [
      fromMqtt(`mqtts://localhost:${port}`, { topic: 'a', codec, client: { host: '127.0.0.1' } }),
      fromWebSocket(`wss://127.0.0.1:${port}`, { codec }),
    ]) {
      const { heard } = hear(source)
      await until('the refusal', () => heard.length > 0)
      expect(heard).toEqual([expect.stringMatching(/^SensorError: .*wrong version number/)])
    }
  })
})

test('mistakes in the options of a client end a source at once', async () => {
  const sources = [
    fromWebSocket('ws://127.0.0.1:1', { codec, protocols: ['not one'] }),
    fromWebSocket('ws://127.0.0.1:1', { codec, headers: { 'not a name': 'x' } }),
    fromMqtt('mqtt://127.0.0.1:1', { codec, topic: 'a', client: { clean: false } }),
  ]
  for (const source of sources) {
    const { heard } = hear(source)
    await until('the refusal', () => heard.length > 0)
    expect(heard).toEqual([expect.stringMatching(/^SensorError: from\w+ \S+: /)])
    expect(source.link.value.attempts).toBe(1)
  }
})

test('credentials with colons and percent codes reach the broker as they were meant', async () => {
  const broker = await Aedes.createBroker()
  const seen: unknown[] = []
  broker.authenticate = (_client, username, password, done) => {
    seen.push([username, String(password)])
    done(null, true)
  }
  const port = await serving(createTcp(broker.handle))
  const sink = await connected(toMqtt<number>(`mqtt://us%40er:pa%3Ass%2Fword@127.0.0.1:${port}`, { topic: 'a' }))
  await sink.send(1)
  expect(seen).toEqual([['us@er', 'pa:ss/word']])
})
