import { createSocket } from 'node:dgram'
import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import { finiteNumber } from '../../src/edge/codecs.js'
import { fromUdp, toUdp } from '../../src/links/udp.js'
import { needs } from '../absent.js'
import { expectReleased, freePort, stopping, until } from './servers.js'

const { connected, heard: hear } = stopping()
const backoff = { first: 5, longest: 20 }

const listening = (url: string, onBad: 'skip' | 'fail' = 'fail') => {
  const source = fromUdp(url, { codec: finiteNumber, backoff, onBad, report: () => {} })
  return { counts: source.link, ...hear(source) }
}

describe.each(['127.0.0.1', '[::1]'])('on %s', (host) => {
  const isThere = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => host.includes(address)))
  needs('this address', isThere)
  test('brings the values of datagrams, and takes those of a sink', async () => {
    const url = `udp://${host}:${await freePort()}`
    const { heard, counts } = listening(url, 'skip')
    await until('the socket', () => counts.value.connected)
    const sink = await connected(toUdp<unknown>(url))
    for (const value of [21.5, 'warm', 22]) {
      expect(await sink.send(value)).toBe(true)
      await until('the datagram', () => counts.value.messages + counts.value.bad > 0)
    }
    await until('all of them', () => heard.length === 2)
    expect(heard).toEqual([21.5, 22])
    expect(counts.value).toMatchObject({ messages: 2, bad: 1 })
  })
})

test('a port that is taken is waited for, ten times over', async () => {
  const port = await freePort()
  const { heard, counts, subscription } = listening(`udp://127.0.0.1:${port}`)
  await until('the socket', () => counts.value.connected)
  subscription.unsubscribe()
  const robber = createSocket('udp4')
  await new Promise<void>((resolve) => robber.bind(port, '127.0.0.1', resolve))
  const waiting = listening(`udp://127.0.0.1:${port}`)
  await until('ten attempts', () => waiting.counts.value.attempts === 10)
  expect(waiting.counts.value).toMatchObject({ connected: false, connections: 0 })
  expect(waiting.counts.value.failure).toContain('EADDRINUSE')
  await new Promise<void>((resolve) => robber.close(resolve))
  await until('the socket', () => waiting.counts.value.connected)
  const sink = await connected(toUdp<number>(`udp://127.0.0.1:${port}`))
  await sink.send(7)
  await until('the datagram', () => waiting.heard.length === 1)
  expect([heard, waiting.heard]).toEqual([[], [7]])
})

test('leaves no socket and no timer when it is unsubscribed from', async () => {
  const url = `udp://127.0.0.1:${await freePort()}`
  await expectReleased(async () => {
    const { counts, subscription } = listening(url)
    await until('the socket', () => counts.value.connected)
    subscription.unsubscribe()
    listening(url).subscription.unsubscribe()
    const sink = await toUdp(url)
    await sink.close()
  })
})

test('a bad datagram fails the stream unless skipping was chosen', async () => {
  const url = `udp://127.0.0.1:${await freePort()}`
  const { heard, counts } = listening(url)
  await until('the socket', () => counts.value.connected)
  await (await connected(toUdp<string>(url, { format: (text) => text }))).send('21,5')
  await until('the failure', () => heard.length > 0)
  expect(heard).toEqual([`SensorError: fromUdp ${url}: a bad message: expected JSON; got "21,5"`])
})

test.each(['udp://0.0.0.0', 'tcp://0.0.0.0:5005', '5005'])('%s is refused when the pipeline is built', (url) => {
  expect(() => fromUdp(url, { codec: finiteNumber })).toThrow(/^fromUdp: expected a .*udp:\/\/0.0.0.0:5005, got/)
})
