/** Real servers on free ports of this machine, for the tests of sources and sinks. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Observable, Subscription } from 'rxjs'
import { afterEach } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Sink } from '../../src/links/sink.js'
import { type Running, pause, until } from './running.js'

export { aedes } from './brokers.js'
export { type Running, until } from './running.js'

/** Below the ports that systems give to outgoing connections, so that none takes one while its server is down. */
const [lowest, ports] = [20_000, 10_000]
let asked = process.pid * 61

/** A port without a listener, which no other process of the tests will use soon. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = lowest + (asked++ % ports)
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!free) continue
    server.close()
    await once(server, 'close')
    return port
  }
}

/** A WebSocket server; `greet` meets each client. */
export const webSocketServer = async (port: number, greet: (client: WebSocket) => void): Promise<Running> => {
  const server = new WebSocketServer({ port, host: '127.0.0.1' })
  server.on('connection', greet)
  await once(server, 'listening')
  return {
    stop: async () => {
      for (const client of server.clients) client.terminate()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** How many sockets, files, timers and so on keep this process alive now. */
const held = (): ReadonlyMap<string, number> => {
  const kinds = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  return kinds
}

/** Does something that should leave no socket, file or timer behind, and waits until there is none more than before. */
export const expectReleased = async (scene: () => Promise<void>): Promise<void> => {
  // What the start of a server leaves behind should be gone.
  await pause(30)
  const before = held()
  await scene()
  const left = (): string[] => [...held()].flatMap(([kind, count]) => (count > (before.get(kind) ?? 0) ? [kind] : []))
  await until('the release of everything', () => left().length === 0).catch(() => {
    throw new Error(`left behind: ${left().join(', ')}`)
  })
}

/** A list of what is to be stopped when a test is over, however it ends; the last one first. */
export const stopping = () => {
  const stops: (() => unknown)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop()
  })
  return {
    /** A server, once it has started. */
    started: async <R extends Running>(starting: Promise<R>): Promise<R> => {
      const server = await starting
      stops.push(() => server.stop())
      return server
    },
    /** A sink. */
    connected: async <A>(opening: Sink<A> | Promise<Sink<A>>): Promise<Sink<A>> => {
      const sink = await opening
      stops.push(() => sink.close())
      return sink
    },
    /** A subscription with everything that it emits; errors as text. */
    heard: <A>(source: Observable<A>): { readonly heard: unknown[]; readonly subscription: Subscription } => {
      const heard: unknown[] = []
      const subscription = source.subscribe({
        next: (value) => heard.push(value),
        error: (error: unknown) => heard.push(String(error)),
        complete: () => heard.push('complete'),
      })
      stops.push(() => subscription.unsubscribe())
      return { heard, subscription }
    },
  }
}

/** What a rosbridge server receives. */
interface RosbridgeMessage {
  readonly op: string
  readonly id?: string
  readonly topic: string
  readonly type?: string
  readonly msg?: unknown
}

/** A server of the rosbridge protocol, version 2: topics alone, each with the type that its first client gives. */
export const rosbridge = async (port: number): Promise<Running & { readonly log: readonly string[] }> => {
  const types = new Map<string, string>()
  const subscribers = new Map<WebSocket, Set<string>>()
  const log: string[] = []
  const take = (client: WebSocket, { op, id, topic, type, msg }: RosbridgeMessage): void => {
    log.push(`${op} ${topic}`)
    const known = types.get(topic)
    if (type !== undefined && known !== undefined && type !== known) {
      const complaint = `${topic} is of type ${known}, not ${type}`
      return client.send(JSON.stringify({ op: 'status', level: 'error', id, msg: complaint }))
    }
    if (type !== undefined) types.set(topic, type)
    if (op === 'subscribe') subscribers.get(client)!.add(topic)
    if (op !== 'publish') return
    for (const [other, topics] of subscribers) {
      if (topics.has(topic)) other.send(JSON.stringify({ op: 'publish', topic, msg }))
    }
  }
  const { stop } = await webSocketServer(port, (client) => {
    subscribers.set(client, new Set())
    client.on('message', (frame) => take(client, JSON.parse(String(frame)) as RosbridgeMessage))
    client.on('close', () => subscribers.delete(client))
  })
  return { log, stop }
}
