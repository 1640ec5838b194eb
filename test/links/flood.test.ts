/** Every source with a producer that is a hundred times faster than its consumer: what waits is bounded, and all is counted. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { delay, of } from 'rxjs'
import { afterAll, expect, test } from 'vitest'
import { sliding } from '../../operators/sliding.js'
import { closed, finiteNumber } from '../../src/edge/codecs.js'
import { cell } from '../../src/cell.js'
import { emptyOverflow, type OverflowState } from '../../src/streams/workOneByOne.js'
import { fromJsonLines } from '../../src/links/jsonLines.js'
import type { LinkOptions } from '../../src/links/link.js'
import type { LinkCounts } from '../../src/links/linkCounts.js'
import type { LinkSource } from '../../src/links/source.js'
import { fromMqtt } from '../../src/links/mqtt.js'
import { fromRosbridge } from '../../src/links/rosbridge.js'
import { fromSerial } from '../../src/links/serial.js'
import { fromUdp, toUdp } from '../../src/links/udp.js'
import { fromWebSocket } from '../../src/links/webSocket.js'
import { aedes } from './brokers.js'
import { freePort, stopping, until, webSocketServer } from './servers.js'
import { type WireUp, onEachWire } from './wires.js'

const { started, connected, heard: hear } = stopping()
const place = mkdtempSync(join(tmpdir(), 'rivulet-flood-'))
afterAll(() => rmSync(place, { recursive: true }))

const many = 2000
const codec = finiteNumber
const counting = (end: string): string => Array.from({ length: many }, (_, i) => `${i}${end}`).join('')

/** A source, and what lets the flood loose once the source is there. */
interface Flood {
  readonly source: (options: LinkOptions) => LinkSource<unknown>
  readonly loose?: (counts: () => LinkCounts) => Promise<unknown>
}

const floods: Readonly<Record<string, () => Promise<Flood>>> = {
  fromMqtt: async () => {
    const port = await freePort()
    const { broker } = await started(aedes(port))
    const subscribed = new Promise((resolve) => broker.once('subscribe', resolve))
    const packet = { cmd: 'publish', topic: 'a', qos: 0, dup: false, retain: false } as const
    return {
      source: (options) => fromMqtt(`mqtt://127.0.0.1:${port}`, { topic: 'a', codec, ...options }),
      loose: async () => {
        await subscribed
        for (let i = 0; i < many; i++) broker.publish({ ...packet, payload: String(i) }, () => {})
      },
    }
  },
  fromWebSocket: async () => {
    const port = await freePort()
    await started(
      webSocketServer(port, (client) => {
        for (let i = 0; i < many; i++) client.send(String(i))
      }),
    )
    return { source: (options) => fromWebSocket(`ws://127.0.0.1:${port}`, { codec, ...options }) }
  },
  fromRosbridge: async () => {
    const port = await freePort()
    await started(
      webSocketServer(port, (client) => {
        client.on('message', () => {
          for (let i = 0; i < many; i++) client.send(JSON.stringify({ op: 'publish', topic: '/a', msg: { data: i } }))
        })
      }),
    )
    const topic = { topic: '/a', type: 'std_msgs/Float64', codec: closed({ data: finiteNumber }) }
    return { source: (options) => fromRosbridge(`ws://127.0.0.1:${port}`, { ...topic, ...options }) }
  },
  fromUdp: async () => {
    const url = `udp://127.0.0.1:${await freePort()}`
    return {
      source: (options) => fromUdp(url, { codec, ...options }),
      loose: async (counts) => {
        await until('the socket', () => counts().connected)
        const sink = await connected(toUdp<number>(url))
        for (let i = 0; i < many; i++) {
          await sink.send(i)
          // The system itself drops what it has no room for, before it gets here.
          if (i % 50 === 49) await until('fifty datagrams', () => counts().messages === i + 1)
        }
      },
    }
  },
  fromJsonLines: async () => {
    writeFileSync(join(place, 'lines'), counting('\n'))
    return { source: (options) => fromJsonLines(join(place, 'lines'), { codec, ...options }) }
  },
}

const serial = (wireUp: WireUp) => async (): Promise<Flood> => {
  const { ours, flood } = await started(wireUp())
  return {
    source: (options) => fromSerial(ours, { baudRate: 115_200, codec, ...options }),
    loose: async (counts) => {
      await until('the port', () => counts().connected)
      flood(`\n${counting('\n')}`)
    },
  }
}

const expectBounded = async (prepare: () => Promise<Flood>): Promise<void> => {
  const { source, loose } = await prepare()
  const flood = source({ backoff: { retries: 0 } })
  const counts = flood.link
  const overflow = cell<OverflowState<unknown>>(emptyOverflow)
  let most = 0
  const work = (value: unknown) => {
    most = Math.max(most, overflow.value.waiting.length)
    return delay<unknown>(5)(of(value))
  }
  const { heard } = hear(sliding(1, { work, cell: overflow })(flood))
  await loose?.(() => counts.value)
  await until('the flood', () => counts.value.messages === many)
  await until('the last one', () => {
    const last = heard.findLast((value) => value !== 'complete')
    return last === many - 1 || (last as { readonly data?: number })?.data === many - 1
  })
  const { arrived, begun, waiting, dropped } = overflow.value
  expect([arrived, waiting, begun + dropped]).toEqual([many, [], many])
  expect(dropped).toBeGreaterThan(many / 2)
  expect(most).toBeLessThanOrEqual(1)
  expect(counts.value).toMatchObject({ messages: many, bad: 0 })
}

test.each(Object.entries(floods))('%s', (_, prepare) => expectBounded(prepare))

onEachWire((wireUp) => {
  test('fromSerial', () => expectBounded(serial(wireUp)))
})
