/** One connection and both its directions, for every transport: opened once, connected again for all, closed after the last. */
import * as t from 'io-ts'
import { createSocket } from 'node:dgram'
import { Observable, Subject, of } from 'rxjs'
import { describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { finiteNumber } from '../../src/edge/codecs.js'
import { SensorError } from '../../src/failure.js'
import { mqttSession } from '../../src/links/mqtt.js'
import { rosbridgeSession } from '../../src/links/rosbridge.js'
import { serialSession, fromSerial, toSerial } from '../../src/links/serial.js'
import { type Connection, type SessionOptions, session } from '../../src/links/session.js'
import type { Sink } from '../../src/links/sink.js'
import type { LinkSource } from '../../src/links/source.js'
import { udpSession } from '../../src/links/udp.js'
import { webSocketSession } from '../../src/links/webSocket.js'
import { aedes } from './brokers.js'
import { freePort, stopping, until, webSocketServer } from './servers.js'
import { onEachWire } from './wires.js'

const { started, connected, heard: hear } = stopping()
const report = (): void => {}
const backoff = { first: 5, longest: 20 }

/** A world that answers each number with its double, over one connection at a time. */
interface Doubler {
  readonly source: LinkSource<number>
  readonly sink: () => Sink<number>
  /** Connections that are open now, and that were ever opened. */
  readonly connections: () => { readonly open: number; readonly ever: number }
}

const doublers: Readonly<Record<string, () => Promise<Doubler>>> = {
  webSocketSession: async () => {
    const port = await freePort()
    let [open, ever] = [0, 0]
    await started(
      webSocketServer(port, (client) => {
        open += 1
        ever += 1
        client.on('message', (message) => client.send(String(2 * Number(message))))
        client.on('close', () => (open -= 1))
      }),
    )
    const both = webSocketSession(`ws://127.0.0.1:${port}`, { backoff, report })
    return {
      source: both.messages({ codec: finiteNumber }),
      sink: () => both.sink<number>(),
      connections: () => ({ open, ever }),
    }
  },
  udpSession: async () => {
    const port = await freePort()
    const server = createSocket('udp4')
    const senders = new Set<number>()
    server.on('message', (message, sender) => {
      senders.add(sender.port)
      server.send(String(2 * Number(message)), sender.port, sender.address)
    })
    await new Promise<void>((resolve) => server.bind(port, '127.0.0.1', resolve))
    await started(Promise.resolve({ stop: async () => void server.close() }))
    const both = udpSession(`udp://127.0.0.1:${port}`, { report })
    return {
      source: both.messages({ codec: finiteNumber }),
      sink: () => both.sink<number>(),
      connections: () => ({ open: both.link.value.connected ? 1 : 0, ever: Math.max(senders.size, 1) }),
    }
  },
  mqttSession: async () => {
    const port = await freePort()
    const { broker } = await started(aedes(port))
    let ever = 0
    broker.on('client', () => (ever += 1))
    broker.on('publish', ({ topic, payload }) => {
      if (topic !== 'number') return
      const answer = String(2 * Number(payload))
      broker.publish({ cmd: 'publish', topic: 'double', payload: answer, qos: 0, dup: false, retain: false }, () => {})
    })
    const both = mqttSession(`mqtt://127.0.0.1:${port}`, { backoff, report })
    return {
      source: both.messages({ topic: 'double', codec: finiteNumber }),
      sink: () => both.sink<number>({ topic: 'number', qos: 1 }),
      connections: () => ({ open: broker.connectedClients, ever }),
    }
  },
  rosbridgeSession: async () => {
    const port = await freePort()
    let [open, ever] = [0, 0]
    await started(
      webSocketServer(port, (client) => {
        open += 1
        ever += 1
        client.on('close', () => (open -= 1))
        client.on('message', (frame) => {
          const { op, msg } = JSON.parse(String(frame)) as { op: string; msg: number }
          if (op === 'publish') client.send(JSON.stringify({ op, topic: '/double', msg: 2 * msg }))
        })
      }),
    )
    const both = rosbridgeSession(`ws://127.0.0.1:${port}`, { backoff, report })
    return {
      source: both.messages({ topic: '/double', type: 'std_msgs/Float64', codec: finiteNumber }),
      sink: () => both.sink<number>({ topic: '/number', type: 'std_msgs/Float64' }),
      connections: () => ({ open, ever }),
    }
  },
}

describe.each(Object.entries(doublers))('%s', (_, prepare) => {
  test('a source and a sink share a connection, which is closed after the last one', async () => {
    const { source, sink: make, connections } = await prepare()
    const { heard, subscription } = hear(source)
    const sink = make()
    for (const value of [1, 2, 3]) {
      await until('a message', () => source.link.value.connected)
      expect(await sink.send(value)).toBe(true)
      await until('the answer', () => heard.length === value)
    }
    expect(heard).toEqual([2, 4, 6])
    expect(connections()).toEqual({ open: 1, ever: 1 })
    expect(sink.link).toBe(source.link)
    expect(source.link.value).toMatchObject({ connections: 1, messages: 3, sent: 3, bad: 0 })
    subscription.unsubscribe()
    expect(source.link.value.connected).toBe(true)
    expect(await sink.send(4)).toBe(true)
    await sink.close()
    await until('the end of the connection', () => connections().open === 0)
    expect(source.link.value.connected).toBe(false)
  })
})

describe('serialSession', () => {
  onEachWire((wireUp) => {
    test('a port is a sensor and an actuator at once, and both come back after the cable was pulled', async () => {
      let wire = await started(wireUp())
      const { ours, theirs } = wire
      const both = serialSession(ours, { baudRate: 115_200, backoff, report })
      const source = both.messages({ codec: finiteNumber })
      const { heard } = hear(source)
      const sink = await connected(both.sink<number>())
      for (let plugged = 0; plugged < 3; plugged++) {
        if (plugged > 0) wire = await started(wireUp({ ours, theirs }))
        await until('the port', () => source.link.value.connected)
        const device = serialSession(theirs, { baudRate: 115_200, report })
        const ordered: unknown[] = []
        const orders = device.messages({ codec: finiteNumber }).subscribe((order) => ordered.push(order))
        const says = device.sink<number>()
        // The first line on a connection is dropped, on either side.
        await says.send(0)
        await sink.send(0)
        await says.send(10 + plugged)
        await sink.send(20 + plugged)
        await until('both directions', () => heard.length === plugged + 1 && ordered.length === 1)
        expect(ordered).toEqual([20 + plugged])
        orders.unsubscribe()
        await says.close()
        await wire.stop()
        await until('the loss', () => !source.link.value.connected)
      }
      expect(heard).toEqual([10, 11, 12])
      expect(both.link.value).toMatchObject({ connections: 3, messages: 3, sent: 6 })
    })

    test('a source and a sink that do not share a session are an error that names it, in any order', async () => {
      const { ours } = await started(wireUp())
      const source = fromSerial(ours, { baudRate: 115_200, codec: finiteNumber, report })
      const first = hear(source)
      await until('the port', () => source.link.value.connected)
      const sink = await connected(toSerial<number>(ours, { baudRate: 115_200, report }))
      const complaint = new RegExp(
        `^SensorError: toSerial ${ours}: in use by fromSerial ${ours} of this program; .*serialSession\\(path, options\\)`,
      )
      expect(await sink.send(1).catch(String)).toMatch(complaint)
      const second = hear(fromSerial(ours, { baudRate: 115_200, codec: finiteNumber, report }))
      await until('the refusal', () => second.heard.length === 1)
      expect(second.heard[0]).toMatch(/in use by fromSerial .*serialSession/)
      first.subscription.unsubscribe()
      const third = fromSerial(ours, { baudRate: 115_200, codec: finiteNumber, report })
      hear(third)
      await until('the port, which is free again', () => third.link.value.connected)
    })
  })
})

/** A connection of a test's own. */
const own = (options: SessionOptions<string, string> = {}, disconnect?: () => Promise<unknown>) => {
  const said: string[] = []
  let opened = 0
  let closed = 0
  let lose: (error: Error) => void = () => {}
  let messages = new Subject<string>()
  const connect = new Observable<Connection<string>>((subscriber) => {
    opened += 1
    messages = new Subject()
    lose = (error) => subscriber.error(error)
    subscriber.next({
      messages,
      send: async (message) => said.push(message),
      ...(disconnect === undefined ? {} : { disconnect }),
    })
    return () => (closed += 1)
  })
  const both = session('own place', { backoff: { first: 1 }, report, ...options }, connect)
  return {
    both,
    said,
    count: () => [opened, closed],
    say: (message: string) => messages.next(message),
    lose: (error: Error) => lose(error),
  }
}

describe('a transport of one’s own', () => {
  test('has backoff, counts, silence, decoding and reasons', async () => {
    const { both, say, lose, count, said } = own({ silence: 40 })
    const source = both.messages({ codec: finiteNumber, onBad: 'skip' })
    const { heard } = hear(source)
    const sink = await connected(both.sink<number>())
    say('1')
    say('one')
    say('2')
    expect(await sink.send(3)).toBe(true)
    expect([heard, said]).toEqual([[1, 2], ['3']])
    expect(both.link.value).toMatchObject({ connected: true, messages: 2, bad: 1, sent: 1 })
    lose(new Error('pulled'))
    expect(await sink.send(4).catch(String)).toBe('SensorError: own place: not connected: pulled')
    await until('the connection', () => both.link.value.connections === 2)
    await until('the silence', () => both.link.value.failure === 'no message for 40 ms')
    await until('another connection', () => both.link.value.connections > 2)
    expect(count()[0]).toBeGreaterThan(2)
  })

  test('one connection serves several sources, and each has its own codec', () => {
    const { both, say, count } = own()
    const numbers = hear(both.messages({ codec: finiteNumber, onBad: 'skip' }))
    const texts = hear(both.messages({ parse: (text) => `${text}!`, codec: t.string }))
    say('1')
    expect([numbers.heard, texts.heard]).toEqual([[1], ['1!']])
    expect(count()).toEqual([1, 0])
    numbers.subscription.unsubscribe()
    expect(count()).toEqual([1, 0])
    texts.subscription.unsubscribe()
    expect(count()).toEqual([1, 1])
  })

  test('disconnects before it is closed, and is not opened again before that', async () => {
    const events: string[] = []
    let disconnected: () => void = () => {}
    const { both, count } = own(
      {},
      () => new Promise<void>((resolve) => (disconnected = () => (events.push('disconnected'), resolve()))),
    )
    const sink = both.sink()
    const closing = sink.close().then(() => events.push('closed'))
    expect(count()).toEqual([1, 0])
    const again = await connected(both.sink())
    expect(count()).toEqual([1, 0])
    disconnected()
    await closing
    expect(events).toEqual(['disconnected', 'closed'])
    expect(await again.send('x')).toBe(true)
    expect(count()).toEqual([2, 1])
  })

  test('a disconnect that hangs is cut off after a second', async () => {
    const { both, count } = own({}, () => new Promise(() => {}))
    const sink = both.sink()
    await sink.close()
    expect(count()).toEqual([1, 1])
  })
})

describe('a greeting', () => {
  test('is sent on each connection, before anything else', async () => {
    const { both, said, lose } = own({ greeting: ['hello', 'subscribe'] })
    const sink = await connected(both.sink<string>({ format: (text) => text }))
    await sink.send('first')
    lose(new Error('pulled'))
    await until('the connection', () => both.link.value.connections === 2)
    await sink.send('second')
    expect(said).toEqual(['hello', 'subscribe', 'first', 'hello', 'subscribe', 'second'])
  })

  test('can be a function, as Home Assistant needs it; messages that it does not read are not lost', async () => {
    const port = await freePort()
    const greet = (client: WebSocket): void => {
      client.send('{"type":"auth_required"}')
      client.on('message', (message) => {
        const { type, access_token } = JSON.parse(String(message)) as { type: string; access_token?: string }
        if (type === 'auth') client.send(`{"type":"auth_${access_token === 'abc' ? 'ok' : 'invalid'}"}`)
        if (type !== 'subscribe_events') return
        for (const state of ['"1"', '"2"']) client.send(state)
      })
    }
    await started(webSocketServer(port, greet))
    const states = (token: string) =>
      webSocketSession(`ws://127.0.0.1:${port}`, {
        report,
        greeting: async ({ send, next }) => {
          await next()
          await send(JSON.stringify({ type: 'auth', access_token: token }))
          const answer = JSON.parse(String(await next())) as { type: string }
          if (answer.type !== 'auth_ok') throw new SensorError('Home Assistant refuses the token')
          await send('{"type":"subscribe_events"}')
        },
      }).messages({ parse: (text) => Number(JSON.parse(String(text))), codec: finiteNumber })
    const good = hear(states('abc'))
    const bad = hear(states('abd'))
    await until('the states and the refusal', () => good.heard.length === 2 && bad.heard.length === 1)
    expect(good.heard).toEqual([1, 2])
    expect(bad.heard).toEqual(['SensorError: Home Assistant refuses the token'])
  })

  test('that is not answered is a loss after the patience', async () => {
    const reports: string[] = []
    const { both } = own({
      greeting: ({ next }) => next(),
      patience: 20,
      report: (line) => reports.push(line),
      backoff: { first: 1, retries: 2 },
    })
    const { heard } = hear(both.messages({ codec: finiteNumber }))
    await until('the failure', () => heard.length === 1)
    expect(heard[0]).toMatch(/gave up \(failures in a row: 3\): no connection within 20 ms/)
    expect(reports).toEqual(['own place: no connection within 20 ms; trying again'])
  })
})

describe('a sink', () => {
  test('is there at once, and its value waits for the first connection', async () => {
    const port = await freePort()
    const sink = await connected(webSocketSession(`ws://127.0.0.1:${port}`, { backoff, report }).sink<number>())
    const sending = [sink.send(1), sink.send(2)]
    const taken: string[] = []
    await started(webSocketServer(port, (client) => client.on('message', (message) => taken.push(String(message)))))
    expect(await Promise.all(sending)).toEqual([false, true])
    await until('the value', () => taken.length === 1)
    expect(taken).toEqual(['2'])
  })

  test('can be given up before it ever connects: what waits is rejected with the reason', async () => {
    const port = await freePort()
    const sink = webSocketSession(`ws://127.0.0.1:${port}`, { report }).sink<number>()
    const sending = sink.send(1).catch(String)
    await sink.close()
    expect(await sending).toBe(`SensorError: webSocketSession ws://127.0.0.1:${port}/: closed`)
  })

  test('does not let a value wait longer than its patience, and gives the reason', async () => {
    const port = await freePort()
    const sink = await connected(webSocketSession(`ws://127.0.0.1:${port}`, { patience: 60, report }).sink<number>())
    expect(await sink.send(1).catch(String)).toBe(
      `SensorError: webSocketSession ws://127.0.0.1:${port}/: not connected: connect ECONNREFUSED 127.0.0.1:${port} (waited 60 ms)`,
    )
  })

  test('whose link is refused gives the reason to each send, and reports it', async () => {
    const reports: string[] = []
    const refusing = new Observable<Connection<string>>((subscriber) => subscriber.error(new SensorError('x: refused')))
    const sink = session('x', { report: (line) => reports.push(line) }, refusing).sink<number>()
    expect(await sink.send(1).catch(String)).toBe('SensorError: x: refused')
    expect(await sink.send(1).catch(String)).toBe('SensorError: x: refused')
    expect(reports).toEqual(['x: refused'])
  })
})

test('a source of a session can be used again after its link gave up', async () => {
  let attempts = 0
  const connect = new Observable<Connection<string>>((subscriber) => {
    attempts += 1
    if (attempts === 1) subscriber.error(new Error('not yet'))
    else subscriber.next({ messages: of('1'), send: async () => {} })
  })
  const source = session('x', { backoff: { retries: 0 }, report }, connect).messages({ codec: finiteNumber })
  expect(hear(source).heard).toEqual(['SensorError: x: gave up (failures in a row: 1): not yet'])
  expect(hear(source).heard[0]).toBe(1)
})

describe('leaving', () => {
  test('closes a WebSocket with the code of a normal end, after what was sent', async () => {
    const port = await freePort()
    const codes: number[] = []
    const taken: string[] = []
    await started(
      webSocketServer(port, (client) => {
        client.on('close', (code) => codes.push(code))
        client.on('message', (message) => taken.push(String(message)))
      }),
    )
    const both = webSocketSession(`ws://127.0.0.1:${port}`, { report })
    const { subscription } = hear(both.messages({ codec: finiteNumber }))
    const sink = both.sink<number>()
    await sink.send(1)
    subscription.unsubscribe()
    await sink.close()
    await until('the close', () => codes.length === 1)
    expect([codes, taken]).toEqual([[1000], ['1']])
  })

  test('takes back the subscriptions and the topics of rosbridge, each when its end is given up', async () => {
    const port = await freePort()
    const log: string[] = []
    await started(
      webSocketServer(port, (client) => {
        client.on('message', (frame) => {
          const { op, topic, queue_length: queue } = JSON.parse(String(frame)) as Record<string, unknown>
          log.push(`${String(op)} ${String(topic)}${queue === undefined ? '' : ` ${String(queue)}`}`)
        })
        client.on('close', (code) => log.push(`close ${code}`))
      }),
    )
    const both = rosbridgeSession(`ws://127.0.0.1:${port}`, { report })
    const type = 'std_msgs/Float64'
    const one = hear(both.messages({ topic: '/a', type, codec: finiteNumber }))
    const other = hear(both.messages({ topic: '/b', type, codec: finiteNumber, queue: 5 }))
    const sink = both.sink<number>({ topic: '/c', type })
    await sink.send(1)
    one.subscription.unsubscribe()
    await sink.close()
    other.subscription.unsubscribe()
    await until('the close', () => log.includes('close 1000'))
    expect(log).toEqual([
      'subscribe /a 0',
      'subscribe /b 5',
      'advertise /c',
      'publish /c',
      'unsubscribe /a',
      'unadvertise /c',
      'unsubscribe /b',
      'close 1000',
    ])
  })
})
