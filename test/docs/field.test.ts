/** The scripts of docs/field.md, as a user would run them, against devices that answer. */
import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { once } from 'node:events'
import { transformSync } from 'esbuild'
import { afterAll, expect, test, vi } from 'vitest'
import { finiteNumber } from '../../src/edge/codecs.js'
import { lines } from '../../src/links/frames.js'
import { serialSession } from '../../src/links/serial.js'
import { aedes } from '../links/brokers.js'
import { freePort, stopping, until, webSocketServer } from '../links/servers.js'
import { onTerminals } from '../links/wires.js'
import { codeBlocks, userProject } from './codeBlocks.js'

// Scripts are processes of their own, whose start takes its time on a slow machine.
vi.setConfig({ testTimeout: 120_000 })
const patience = 60_000

const { started, connected } = stopping()
const [arduino, zigbee, laser] = codeBlocks('docs/field.md', 'ts')
const places: string[] = []
afterAll(() => places.forEach((place) => rmSync(place, { recursive: true, force: true })))

/** A script under way, with what it prints so far. */
const running = async (code: string, args: readonly string[] = []) => {
  const place = userProject({ 'script.js': transformSync(code, { loader: 'ts', format: 'esm' }).code })
  places.push(place)
  const child: ChildProcess = spawn(process.execPath, ['script.js', ...args], { cwd: place })
  await started(Promise.resolve({ stop: async () => void child.kill('SIGKILL') }))
  const printed = { out: '', errors: '' }
  child.stdout!.on('data', (piece: Buffer) => (printed.out += String(piece)))
  child.stderr!.on('data', (piece: Buffer) => (printed.errors += String(piece)))
  return { child, printed, lines: () => printed.out.split('\n').slice(0, -1) }
}

onTerminals((wireUp) => {
  test('an Arduino is a sensor and an actuator over one port', async () => {
    const { ours, theirs } = await started(wireUp())
    const device = serialSession(theirs, { baudRate: 115_200, framing: lines({ firstLine: 'keep' }), report: () => {} })
    let [distance, speed] = [1, 0]
    const orders: number[] = []
    const listening = device.messages({ codec: finiteNumber, onBad: 'skip' }).subscribe((order) => {
      orders.push(order)
      speed = order
    })
    const says = await connected(device.sink<string>({ format: (text) => text }))
    const timer = setInterval(() => {
      distance += speed * 0.01
      says.send(orders.length % 7 === 3 ? 'nan' : distance.toFixed(3)).catch(() => false)
    }, 5)
    try {
      const script = await running(arduino.replace('/dev/ttyACM0', ours), ['40'])
      const [code] = (await once(script.child, 'exit')) as [number | null]
      expect([code, script.printed.errors]).toEqual([0, ''])
      // Forty transitions are between forty-one steps.
      expect(script.lines()).toHaveLength(41)
      for (const line of script.lines()) expect(line).toMatch(/^\d+ -?\d+(\.\d+)?$/)
      // On a slow machine newer orders take the place of older ones.
      expect(orders.length).toBeGreaterThan(10)
      expect(orders.every((order) => order >= -1 && order <= 1)).toBe(true)
      await until('the stop', () => orders.at(-1) === 0, patience)
    } finally {
      clearInterval(timer)
      listening.unsubscribe()
    }
  })
})

test('zigbee2mqtt: two rooms share a client, and one of them controls the heater', async () => {
  const port = await freePort()
  const { broker } = await started(aedes(port))
  const publish = (topic: string, payload: unknown, retain = false): void =>
    broker.publish(
      { cmd: 'publish', topic: `zigbee2mqtt/${topic}`, payload: JSON.stringify(payload), qos: 0, dup: false, retain },
      () => {},
    )
  const orders: unknown[] = []
  broker.on('publish', ({ topic, payload }) => {
    if (topic === 'zigbee2mqtt/heater/set') orders.push(JSON.parse(String(payload)))
  })
  // A message of last year.
  publish('kitchen', { temperature: 35 }, true)
  const script = await running(zigbee.replace('mqtt://localhost', `mqtt://127.0.0.1:${port}`))
  let subscriptions = 0
  broker.on('subscribe', () => (subscriptions += 1))
  await until('both subscriptions', () => subscriptions === 2, patience)
  expect(broker.connectedClients).toBe(1)
  publish('kitchen', { battery: 97 })
  publish('cellar', { temperature: 12.5, humidity: 70 })
  publish('kitchen', { temperature: 19.25 })
  publish('kitchen', { temperature: 'warm' })
  publish('kitchen', { temperature: 22 })
  await until('the lines', () => script.lines().length === 3, patience)
  expect(script.lines()).toEqual(['cellar 12.5', 'kitchen 19.25', 'kitchen 22'])
  await until('the orders', () => orders.length === 2, patience)
  expect(orders).toEqual([{ state: 'ON' }, { state: 'OFF' }])
  expect(script.printed.errors).toMatch(/^mqttSession mqtt:\S+: a stored copy .*retained: 'use'.*\n$/)
})

test('a LaserScan with nulls and NaN is all numbers', async () => {
  const port = await freePort()
  const speeds: unknown[] = []
  const scan = (ranges: string): string =>
    `{"op":"publish","topic":"/scan","msg":{"range_min":0.1,"range_max":10.0,"ranges":${ranges}}}`
  await started(
    webSocketServer(port, (client) => {
      client.on('message', (frame) => {
        const { op, msg } = JSON.parse(String(frame)) as { op: string; msg: { linear: { x: number } } }
        if (op === 'publish') speeds.push(msg.linear.x)
        if (op !== 'subscribe') return
        client.send(scan('[1.5,null,2.0,0.75]'))
        setTimeout(() => client.send(scan('[NaN,0.25,Infinity,-Infinity]')), 100)
      })
    }),
  )
  const script = await running(laser.replace('ws://localhost:9090', `ws://127.0.0.1:${port}`))
  await until('both scans', () => script.lines().length === 2, patience)
  expect(script.lines()).toEqual(['1.5 10 2 0.75', '10 0.25 10 0.1'])
  await until('both speeds', () => speeds.length === 2, patience)
  expect([speeds, script.printed.errors]).toEqual([[0.3, 0], ''])
})
