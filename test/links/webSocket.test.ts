import { afterEach, describe, expect, test, vi } from 'vitest'
import { WebSocket as Client, type WebSocket } from 'ws'
import { finiteNumber } from '../../src/edge/codecs.js'
import { type FromWebSocketOptions, fromWebSocket, toWebSocket } from '../../src/links/webSocket.js'
import { expectReleased, freePort, stopping, until, webSocketServer } from './servers.js'

const { started, connected, heard: hear } = stopping()
const backoff = { first: 5, longest: 20 }

const listening = (url: string, options: Partial<FromWebSocketOptions<number>> = {}) => {
  const source = fromWebSocket<number>(url, { codec: finiteNumber, backoff, report: () => {}, ...options })
  return { counts: source.link, ...hear(source) }
}

test('brings what a server sends, text and bytes, decoded and counted', async () => {
  const port = await freePort()
  const greet = (client: WebSocket): void => {
    for (const message of ['1', new TextEncoder().encode('2.5'), 'x', '"3"', '4']) client.send(message)
  }
  await started(webSocketServer(port, greet))
  const { heard, counts } = listening(`ws://127.0.0.1:${port}/sensor`, { onBad: 'skip' })
  await until('all messages', () => heard.length === 3)
  expect(heard).toEqual([1, 2.5, 4])
  expect(counts.value).toMatchObject({ connected: true, connections: 1, messages: 3, bad: 2 })
})

test('a sink and a source of one server', async () => {
  const port = await freePort()
  const clients = new Set<WebSocket>()
  await started(
    webSocketServer(port, (client) => {
      clients.add(client)
      client.on('message', (message, isBinary) => {
        for (const other of clients) other.send(message, { binary: isBinary })
      })
    }),
  )
  const { heard } = listening(`ws://127.0.0.1:${port}`)
  await until('the source', () => clients.size === 1)
  const sink = await connected(toWebSocket<number>(`ws://127.0.0.1:${port}`))
  for (const value of [1, 2, 3]) expect(await sink.send(value)).toBe(true)
  await until('the values', () => heard.length === 3)
  expect(heard).toEqual([1, 2, 3])
})

test('killed and started again ten times: the run goes on, and nothing that was sent is lost', async () => {
  const port = await freePort()
  const { heard, counts } = listening(`ws://127.0.0.1:${port}`)
  for (let restart = 0; restart < 10; restart++) {
    const greet = (client: WebSocket): void => [0, 1, 2].forEach((value) => client.send(String(10 * restart + value)))
    const server = await started(webSocketServer(port, greet))
    await until('the values', () => heard.length === 3 * (restart + 1))
    await server.stop()
    await until('the loss', () => !counts.value.connected)
  }
  expect(heard).toEqual(Array.from({ length: 30 }, (_, i) => 10 * Math.floor(i / 3) + (i % 3)))
  expect(counts.value).toMatchObject({ connections: 10, messages: 30, bad: 0 })
})

test('leaves no socket and no timer when it is unsubscribed from, connected or on its way', async () => {
  const port = await freePort()
  let clients = 0
  await started(
    webSocketServer(port, (client) => {
      clients += 1
      client.on('close', () => (clients -= 1))
    }),
  )
  await expectReleased(async () => {
    const { counts, subscription } = listening(`ws://127.0.0.1:${port}`)
    await until('a connection', () => counts.value.connected && clients === 1)
    subscription.unsubscribe()
    await until('the server to hear of it', () => clients === 0)
    listening(`ws://127.0.0.1:${port}`).subscription.unsubscribe()
    const late = listening(`ws://127.0.0.1:${port}`)
    await until('an attempt', () => late.counts.value.attempts === 1)
    late.subscription.unsubscribe()
  })
})

test('does not wait for a server that does not answer when it is left', async () => {
  const port = await freePort()
  let asked = 0
  await started(
    webSocketServer(port, (client) => {
      asked += 1
      client.pause()
    }),
  )
  const sockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length
  const before = sockets()
  const { counts, subscription } = listening(`ws://127.0.0.1:${port}`)
  await until('a connection', () => counts.value.connected && asked === 1)
  expect(sockets()).toBe(before + 2)
  subscription.unsubscribe()
  await until('our end to be closed', () => sockets() <= before + 1)
})

test('a flood is handed on as it comes: nothing waits, and every message is counted', async () => {
  const port = await freePort()
  const flood = (client: WebSocket): void => {
    for (let value = 0; value < 5000; value++) client.send(String(value))
  }
  await started(webSocketServer(port, flood))
  const { heard, counts } = listening(`ws://127.0.0.1:${port}`)
  await until('the flood', () => heard.length === 5000)
  expect(heard.every((value, place) => value === place)).toBe(true)
  expect(counts.value).toMatchObject({ messages: 5000, bad: 0 })
})

describe("a browser's own client", () => {
  /** As `ws` is in all but what browsers lack. */
  class PlatformSocket extends Client {
    override terminate = undefined as never
  }
  const inBrowser = <V>(make: () => V): V => {
    vi.stubGlobal('WebSocket', PlatformSocket)
    vi.stubGlobal('process', { ...process, versions: {} })
    try {
      return make()
    } finally {
      vi.unstubAllGlobals()
      vi.stubGlobal('WebSocket', PlatformSocket)
    }
  }
  afterEach(() => void vi.unstubAllGlobals())

  test('brings messages, comes back, and is closed when it is unsubscribed from', async () => {
    const port = await freePort()
    let clients = 0
    const greet = (client: WebSocket): void => {
      clients += 1
      client.send('1')
      client.on('close', () => (clients -= 1))
    }
    const server = await started(webSocketServer(port, greet))
    const url = `ws://127.0.0.1:${port}`
    const source = fromWebSocket(url, { codec: finiteNumber, backoff, report: () => {} })
    const counts = source.link
    const { heard, subscription } = inBrowser(() => hear(source))
    await until('a value', () => heard.length === 1)
    await server.stop()
    await until('the loss', () => !counts.value.connected)
    clients = 0
    await started(webSocketServer(port, greet))
    await until('another value', () => heard.length === 2)
    subscription.unsubscribe()
    await until('the server to hear of it', () => clients === 0)
  })

  test('is not given more than so many bytes ahead of the network', async () => {
    const port = await freePort()
    await started(webSocketServer(port, (client) => client.pause()))
    const sink = await inBrowser(() =>
      connected(toWebSocket<string>(`ws://127.0.0.1:${port}`, { longest: 1000, format: (text) => text })),
    )
    const much = 'x'.repeat(4e6)
    const sent: unknown[] = []
    for (let i = 0; i < 10; i++) sent.push(await sink.send(much).catch((error: unknown) => String(error)))
    expect(sent[0]).toBe(true)
    expect(sent.at(-1)).toMatch(/not sent: \d+ bytes wait to be sent$/)
  })
})

describe('what fails', () => {
  test('a bad message, unless skipping was chosen', async () => {
    const port = await freePort()
    await started(webSocketServer(port, (client) => client.send('{"warmth":1}')))
    const { heard } = listening(`ws://127.0.0.1:${port}?token=sesame`)
    await until('the failure', () => heard.length > 0)
    expect(heard).toEqual([
      `SensorError: fromWebSocket ws://127.0.0.1:${port}/: a bad message: expected a finite number; got {"warmth":1}`,
    ])
  })

  test('a message that is too long ends the connection', async () => {
    const port = await freePort()
    await started(webSocketServer(port, (client) => client.send('1'.repeat(2000))))
    const { heard } = listening(`ws://127.0.0.1:${port}`, { longest: 1000, backoff: { retries: 0 } })
    await until('the failure', () => heard.length > 0)
    expect(heard[0]).toMatch(/gave up \(failures in a row: 1\): a message of more than 1000 bytes came$/)
  })

  test('a server that does not exist, and one that sends nothing', async () => {
    const port = await freePort()
    const { heard } = listening(`ws://me:sesame@127.0.0.1:${port}`, { backoff: { first: 1, retries: 1 } })
    await until('the failure', () => heard.length > 0)
    expect(heard[0]).toBe(
      `SensorError: fromWebSocket ws://127.0.0.1:${port}/: gave up (failures in a row: 2): connect ECONNREFUSED 127.0.0.1:${port}`,
    )
    await started(webSocketServer(port, () => {}))
    const silent = listening(`ws://127.0.0.1:${port}`, { silence: 20, backoff: { retries: 0 } })
    await until('the failure', () => silent.heard.length > 0)
    expect(silent.heard[0]).toMatch(/no message for 20 ms$/)
  })
})
