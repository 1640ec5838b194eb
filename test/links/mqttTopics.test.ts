/** Topics of MQTT: whose a message is, how old it is, and who else is there. */
import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import { finiteNumber } from '../../src/edge/codecs.js'
import { fromMqtt, mqttSession, toMqtt } from '../../src/links/mqtt.js'
import type { MqttMetadata } from '../../src/links/mqttTopics.js'
import { aedes } from './brokers.js'
import { freePort, stopping, until } from './servers.js'

const { started, connected, heard: hear } = stopping()
const backoff = { first: 5, longest: 20 }
const quiet = { backoff, report: () => {} }

const broker = async () => {
  const port = await freePort()
  const running = await started(aedes(port))
  const publish = (topic: string, payload: string, retain = false): Promise<void> =>
    new Promise((resolve) =>
      running.broker.publish({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain }, () => resolve()),
    )
  return { url: `mqtt://127.0.0.1:${port}`, port, publish, ...running }
}

describe('a stored copy of a message', () => {
  test('is left out, counted, and reported once with what to write; it is no sign of life', async () => {
    const { url, publish } = await broker()
    await publish('warmth', '21', true)
    const reports: string[] = []
    const report = (line: string): void => void reports.push(line)
    const source = fromMqtt(url, { topic: 'warmth', codec: finiteNumber, silence: 60, backoff, report })
    const { heard } = hear(source)
    // The publisher is dead: each connection brings the copy again, and each is noticed as silent.
    await until('three connections', () => source.link.value.connections === 3)
    expect(heard).toEqual([])
    await until('two copies', () => source.link.value.dropped >= 2)
    expect(reports.filter((line) => line.includes("retained: 'use'"))).toHaveLength(1)
    expect(reports.filter((line) => line.includes('no message for 60 ms; trying again'))).toHaveLength(1)
    await until('the live one', async () => {
      await publish('warmth', '22')
      return heard.length > 0
    })
    expect(heard[0]).toBe(22)
  })

  test('is handed on where that was chosen, marked as not live', async () => {
    const { url, publish } = await broker()
    await publish('warmth', '21', true)
    const source = fromMqtt(url, { topic: 'warmth', codec: finiteNumber, retained: 'use', ...quiet })
    const { heard } = hear(source)
    await until('the copy', () => heard.length === 1)
    await publish('warmth', '22', true)
    await until('the live one', () => heard.length === 2)
    expect(heard).toEqual([
      { value: 21, stamp: null, live: false },
      { value: 22, stamp: null, live: true },
    ])
  })
})

test('a value is stamped with the time in its message or its packet', async () => {
  const { url, publish } = await broker()
  const codec = t.type({ warmth: t.number, at: t.number })
  const { heard } = hear(
    fromMqtt(url, {
      topic: '+/warmth',
      codec,
      stamp: ({ at }, { topic }) => (topic === 'a/warmth' ? at : null),
      ...quiet,
    }),
  )
  await until('the subscription', async () => {
    await publish('a/warmth', '{"warmth":1,"at":5}')
    return heard.length > 0
  })
  expect(heard[0]).toEqual({ value: { warmth: 1, at: 5 }, stamp: 5, live: true })
  const { heard: bad } = hear(fromMqtt(url, { topic: 'a/warmth', codec, stamp: () => NaN, ...quiet }))
  await until('the failure', async () => {
    await publish('a/warmth', '{"warmth":1,"at":5}')
    return bad.length > 0
  })
  expect(bad[0]).toMatch(/: stamp: expected milliseconds since 1970 or null, got NaN$/)
})

describe('topics', () => {
  test('parse receives the topic and the fields of the packet, so that the rooms of one wildcard can be distinguished', async () => {
    const { url, publish } = await broker()
    const codec = t.type({ room: t.string, temperature: t.number })
    const parse = (payload: Uint8Array, { topic, qos, retained, duplicate, properties }: MqttMetadata) => ({
      ...(JSON.parse(new TextDecoder().decode(payload)) as object),
      room: topic.split('/')[1],
      said: [qos, retained, duplicate, properties],
    })
    const source = fromMqtt(url, { topic: 'zigbee2mqtt/+', qos: 1, codec, parse, ...quiet })
    const { heard } = hear(source)
    await until('the connection', () => source.link.value.connected)
    await until('the rooms', async () => {
      await publish('zigbee2mqtt/kitchen', '{"temperature":21}')
      await publish('zigbee2mqtt/cellar', '{"temperature":12}')
      return heard.length >= 2
    })
    expect(heard.slice(0, 2)).toEqual([
      { room: 'kitchen', temperature: 21, said: [1, false, false, {}] },
      { room: 'cellar', temperature: 12, said: [1, false, false, {}] },
    ])
  })

  test('several of one session share a client, each with its own values', async () => {
    const { url, publish, broker: server } = await broker()
    const home = mqttSession(url, quiet)
    const [kitchen, cellar] = ['kitchen', 'cellar'].map((room) =>
      hear(home.messages({ topic: `zigbee2mqtt/${room}`, codec: finiteNumber })),
    )
    const heater = await connected(home.sink<number>({ topic: 'heater/set' }))
    expect(await heater.send(1)).toBe(true)
    await until('the subscriptions', async () => {
      await publish('zigbee2mqtt/kitchen', '21')
      await publish('zigbee2mqtt/cellar', '12')
      return kitchen.heard.length > 0 && cellar.heard.length > 0
    })
    expect([new Set(kitchen.heard), new Set(cellar.heard)]).toEqual([new Set([21]), new Set([12])])
    expect(server.connectedClients).toBe(1)
  })

  test('values that a persistent session brings for a topic without a source are dropped and counted', async () => {
    const { url, publish } = await broker()
    const client = { clean: false, clientId: 'robot' }
    const first = fromMqtt(url, { topic: 'old', qos: 1, codec: finiteNumber, client, ...quiet })
    const before = hear(first)
    await until('the subscription', async () => {
      await publish('old', '1')
      return before.heard.length > 0
    })
    before.subscription.unsubscribe()
    await until('the end', () => !first.link.value.connected)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await publish('old', '2')
    const second = fromMqtt(url, { topic: 'new', qos: 1, codec: finiteNumber, client, ...quiet })
    const { heard } = hear(second)
    await until('the old value', () => second.link.value.dropped === 1)
    await publish('old', '3')
    await until('the other one', () => second.link.value.dropped === 2)
    await publish('new', '10')
    await until('the new value', () => heard.length === 1)
    expect(heard).toEqual([10])
    expect(second.link.value).toMatchObject({ messages: 1, bad: 0, dropped: 2 })
  })

  test('what came for a kept session while it was away is not lost', async () => {
    const { url, publish } = await broker()
    const client = { clean: false, clientId: 'counter' }
    const source = fromMqtt(url, { topic: 'steps', qos: 1, codec: finiteNumber, client, ...quiet })
    const before = hear(source)
    await until('the subscription', async () => {
      await publish('steps', '1')
      return before.heard.length > 0
    })
    before.subscription.unsubscribe()
    await new Promise((resolve) => setTimeout(resolve, 50))
    for (const step of ['2', '3']) await publish('steps', step)
    const { heard } = hear(source)
    await until('all steps', () => heard.length === 2)
    expect(heard).toEqual([2, 3])
  })

  test('that overlap in one session are refused, since a broker may send such a message twice', async () => {
    const { url } = await broker()
    const home = mqttSession(url, quiet)
    const rooms = home.messages({ topic: 'home/+', codec: finiteNumber })
    hear(rooms)
    await until('the connection', () => rooms.link.value.connected)
    const { heard } = hear(home.messages({ topic: 'home/kitchen', codec: finiteNumber }))
    expect(heard).toEqual([
      `SensorError: mqttSession ${url}: the topics home/+ and home/kitchen overlap, and a broker may send a message of both twice; ` +
        'expected one source for both, or a session for each',
    ])
    expect(rooms.link.value.connected).toBe(true)
  })
})

test('two sources with one clientId are an error that names both', async () => {
  const { url } = await broker()
  const options = { codec: finiteNumber, client: { clientId: 'robot' }, ...quiet }
  const first = fromMqtt(url, { topic: 'a', ...options })
  hear(first)
  await until('the connection', () => first.link.value.connected)
  const { heard } = hear(fromMqtt(url, { topic: 'b', ...options }))
  await until('the refusal', () => heard.length === 1)
  expect(heard[0]).toBe(
    `SensorError: fromMqtt ${url} (clientId robot): in use by fromMqtt ${url} (clientId robot) of this program; ` +
      'each client of one broker needs its own clientId, and several topics of one client share a session: mqttSession(url, options)',
  )
  expect(first.link.value).toMatchObject({ connected: true, connections: 1 })
})

test('a client that is closed disconnects: the broker publishes the last will of a client that died, and of no other', async () => {
  const { url, broker: server } = await broker()
  const willOf = (name: string) => ({ will: { topic: 'wills', payload: name, qos: 0, retain: false } })
  const wills: string[] = []
  server.on('publish', ({ topic, payload }) => {
    if (topic === 'wills') wills.push(String(payload))
  })
  const left = fromMqtt(url, { topic: 'a', codec: finiteNumber, client: willOf('left'), ...quiet })
  const { subscription } = hear(left)
  const sink = toMqtt<number>(url, { topic: 'b', qos: 1, client: willOf('closed'), ...quiet })
  await sink.send(1)
  await until('the connection', () => left.link.value.connected)
  subscription.unsubscribe()
  await sink.close()
  await until('both to be gone', () => server.connectedClients === 0)
  const died = fromMqtt(url, { topic: 'a', codec: finiteNumber, client: willOf('died'), ...quiet })
  hear(died)
  await until('the connection', () => server.connectedClients === 1)
  const [client] = Object.values(
    (server as unknown as { clients: Record<string, { conn: { destroy(): void } }> }).clients,
  )
  client.conn.destroy()
  await until('a will', () => wills.length > 0)
  expect(wills).toEqual(['died'])
})

test('the first failure of an outage is reported, and no other one', async () => {
  const port = await freePort()
  const reports: string[] = []
  const source = fromMqtt(`mqtt://robot:secret@127.0.0.1:${port}`, {
    topic: 'a',
    codec: finiteNumber,
    backoff,
    report: (line) => reports.push(line),
  })
  hear(source)
  await until('some attempts', () => source.link.value.attempts > 4)
  expect(reports).toEqual([`fromMqtt mqtt://127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}; trying again`])
  const { broker: server } = await started(aedes(port))
  await until('a message', () => {
    server.publish({ cmd: 'publish', topic: 'a', payload: '1', qos: 0, dup: false, retain: false }, () => {})
    return source.link.value.messages > 0
  })
  const [client] = Object.values(
    (server as unknown as { clients: Record<string, { conn: { destroy(): void } }> }).clients,
  )
  client.conn.destroy()
  await until('the next outage', () => reports.length === 2)
  expect(reports[1]).toBe(`fromMqtt mqtt://127.0.0.1:${port}: the broker closed the connection; trying again`)
})
