import { take } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { finiteNumber } from '../../src/edge/codecs.js'
import { emptyLinkCounts } from '../../src/links/linkCounts.js'
import { type FromMqttOptions, fromMqtt, toMqtt } from '../../src/links/mqtt.js'
import { aedes, onEachBroker } from './brokers.js'
import { expectReleased, freePort, stopping, until } from './servers.js'

const { started, connected, heard: hear } = stopping()

/** A subscription to a topic, with everything that it emits. */
const listening = (url: string, options: Partial<FromMqttOptions<number>> = {}) => {
  const backoff = { first: 5, longest: 20 }
  const topic = 'plant/temperature'
  const source = fromMqtt<number>(url, { topic, codec: finiteNumber, backoff, report: () => {}, ...options })
  return { counts: source.link, ...hear(source) }
}

onEachBroker((broker) => {
  test('brings the values of a topic, and takes those of a sink, both decoded and counted', async () => {
    const port = await freePort()
    await started(broker(port))
    const url = `mqtt://127.0.0.1:${port}`
    const options = { topic: 'plant/temperature', qos: 1, retain: true } as const
    const sink = await connected(toMqtt<unknown>(url, options))
    expect(await sink.send(21.5)).toBe(true)
    const { counts, heard, subscription } = listening(url, { onBad: 'skip', qos: 1 })
    await until('the value that the broker kept', () => counts.value.dropped === 1)
    for (const value of ['warm', 21.75, { warmth: 22 }, 22]) await sink.send(value)
    await until('all messages', () => counts.value.messages + counts.value.bad === 4)
    expect(heard).toEqual([21.75, 22])
    expect(counts.value).toEqual({
      ...emptyLinkCounts,
      connected: true,
      attempts: 1,
      connections: 1,
      messages: 2,
      bad: 2,
      dropped: 1,
      failure: 'expected a finite number; got {"warmth":22}',
    })
    expect(sink.link.value).toMatchObject({ sent: 5, dropped: 0 })
    subscription.unsubscribe()
    expect(counts.value.connected).toBe(false)
  })

  test('killed and started again ten times: the run goes on, and no value that the broker took is lost or doubled', async () => {
    const port = await freePort()
    const url = `mqtt://127.0.0.1:${port}`
    const backoff = { first: 5, longest: 20 }
    let server = await started(broker(port))
    const { counts, heard } = listening(url, { qos: 1 })
    const options = { topic: 'plant/temperature', qos: 1, backoff, report: () => {} } as const
    const sink = await connected(toMqtt<number>(url, options))
    const sunk = sink.link
    for (let restart = 0; restart < 10; restart++) {
      if (restart > 0) server = await started(broker(port))
      await until('both connections', () => counts.value.connected && sunk.value.connected)
      for (const value of [0, 1, 2]) {
        await sink.send(10 * restart + value)
        // The broker keeps the last value alone for who subscribes late.
        await until(`value ${value} after restart ${restart}`, () => heard.at(-1) === 10 * restart + value)
      }
      await server.stop()
      await until('both losses', () => !counts.value.connected && !sunk.value.connected)
      await expect(sink.send(-1)).rejects.toThrow('not connected')
    }
    expect(heard).toEqual(Array.from({ length: 30 }, (__, i) => 10 * Math.floor(i / 3) + (i % 3)))
    expect(counts.value).toMatchObject({ connections: 10, messages: 30, bad: 0 })
    expect(sunk.value).toMatchObject({ connections: 10, sent: 30, dropped: 10 })
  })

  test('leaves no socket and no timer when it is unsubscribed from', async () => {
    const port = await freePort()
    await started(broker(port))
    await expectReleased(async () => {
      const { counts, subscription } = listening(`mqtt://127.0.0.1:${port}`)
      await until('a connection', () => counts.value.connected)
      subscription.unsubscribe()
      expect(counts.value.connected).toBe(false)
    })
  })

  test('refused credentials are final, and are not shown', async () => {
    const port = await freePort()
    await started(broker(port, { anonymous: false }))
    const { heard, counts } = listening(`mqtt://robot:open-sesame@127.0.0.1:${port}`)
    await until('the refusal', () => heard.length > 0)
    expect(heard).toEqual([`SensorError: fromMqtt mqtt://127.0.0.1:${port}: Connection refused: Not authorized`])
    expect(counts.value).toMatchObject({ attempts: 1, connections: 0 })
  })
})

describe('what fails', () => {
  test('a bad message fails the stream unless skipping was chosen', async () => {
    const port = await freePort()
    const { broker } = await started(aedes(port))
    const { heard, counts } = listening(`mqtt://127.0.0.1:${port}`)
    await until('a connection', () => counts.value.connected)
    await until('a client', () => broker.connectedClients === 1)
    const publish = (): void =>
      void broker.publish(
        { cmd: 'publish', topic: 'plant/temperature', payload: '"hot"', qos: 0, dup: false, retain: false },
        () => {},
      )
    await until('the failure', () => {
      publish()
      return heard.length > 0
    })
    expect(heard).toEqual([
      `SensorError: fromMqtt mqtt://127.0.0.1:${port}: a bad message: expected a finite number; got "hot"`,
    ])
  })

  test('a topic that is refused is final', async () => {
    const port = await freePort()
    const { broker } = await started(aedes(port))
    broker.authorizeSubscribe = (_client, _subscription, callback) => callback(null, null)
    const { heard } = listening(`mqtt://127.0.0.1:${port}`)
    await until('the refusal', () => heard.length > 0)
    expect(heard).toEqual([
      `SensorError: fromMqtt mqtt://127.0.0.1:${port}: the broker refuses the topic plant/temperature`,
    ])
  })

  test('a broker that is not there is tried as often as was allowed', async () => {
    const port = await freePort()
    const { heard, counts } = listening(`mqtt://user:open-sesame@127.0.0.1:${port}`, {
      backoff: { first: 1, retries: 3 },
    })
    await until('the failure', () => heard.length > 0)
    expect(heard).toEqual([
      `SensorError: fromMqtt mqtt://127.0.0.1:${port}: gave up (failures in a row: 4): connect ECONNREFUSED 127.0.0.1:${port}`,
    ])
    expect(counts.value.attempts).toBe(4)
  })

  test('a flood is handed on as it comes: nothing waits, and every message is counted', async () => {
    const port = await freePort()
    const { broker } = await started(aedes(port))
    let most = 0
    let inside = 0
    const source = fromMqtt(`mqtt://127.0.0.1:${port}`, { topic: 'flood', codec: finiteNumber, qos: 1 })
    const counts = source.link
    const subscription = take<number>(5000)(source).subscribe((value) => {
      // The value is the latest one that was counted: none is held back between the socket and here.
      most = Math.max(most, counts.value.messages - 1 - value)
      inside++
    })
    const subscribed = new Promise<void>((resolve) => broker.once('subscribe', () => resolve()))
    await subscribed
    for (let value = 0; value < 5000; value++) {
      broker.publish(
        { cmd: 'publish', topic: 'flood', payload: String(value), qos: 0, dup: false, retain: false },
        () => {},
      )
    }
    await until('the flood', () => subscription.closed)
    expect([inside, most, counts.value.messages]).toEqual([5000, 0, 5000])
  })
})
