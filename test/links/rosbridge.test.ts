import { describe, expect, test } from 'vitest'
import { closed, finiteNumber, listOf } from '../../src/edge/codecs.js'
import { type FromRosbridgeOptions, fromRosbridge, toRosbridge } from '../../src/links/rosbridge.js'
import { expectReleased, freePort, rosbridge, stopping, until, webSocketServer } from './servers.js'

const { started, connected, heard: hear } = stopping()
const backoff = { first: 5, longest: 20 }
const joints = { topic: '/joints', type: 'sensor_msgs/JointState' }
const codec = closed({ position: listOf(finiteNumber, 'finite numbers') })
type Joints = (typeof codec)['_A']

const listening = (url: string, options: Partial<FromRosbridgeOptions<Joints>> = {}) => {
  const source = fromRosbridge<Joints>(url, { ...joints, codec, backoff, report: () => {}, ...options })
  return { counts: source.link, ...hear(source) }
}

test('brings the messages of a topic, and takes those of a sink, vectors as arrays', async () => {
  const port = await freePort()
  const url = `ws://127.0.0.1:${port}`
  const { log } = await started(rosbridge(port))
  const { heard, counts } = listening(url, { onBad: 'skip' })
  await until('the subscription', () => log.includes('subscribe /joints'))
  const sink = await connected(toRosbridge<unknown>(url, joints))
  for (const message of [{ position: Float64Array.of(0.5, -1) }, { position: [] }, { position: [2] }]) {
    expect(await sink.send(message)).toBe(true)
  }
  await until('the messages', () => heard.length === 2)
  expect(heard).toEqual([{ position: [0.5, -1] }, { position: [2] }])
  expect(counts.value).toMatchObject({ connected: true, messages: 2, bad: 1 })
  expect(counts.value.failure).toBe('position: expected one or more finite numbers; got []')
  await expect(sink.send({ position: [NaN] })).rejects.toThrow('expected a finite number, got NaN')
  expect(log).toEqual(['subscribe /joints', 'advertise /joints', ...new Array<string>(3).fill('publish /joints')])
})

test('killed and started again ten times: source and sink come back, and nothing that was taken is lost', async () => {
  const port = await freePort()
  const url = `ws://127.0.0.1:${port}`
  let server = await started(rosbridge(port))
  const { heard, counts } = listening(url)
  const sink = await connected(toRosbridge<Joints>(url, { ...joints, backoff, report: () => {} }))
  const sunk = sink.link
  for (let restart = 0; restart < 10; restart++) {
    if (restart > 0) server = await started(rosbridge(port))
    await until('the subscription', () => server.log.includes('subscribe /joints') && sunk.value.connected)
    for (const value of [0, 1]) await sink.send({ position: [2 * restart + value] })
    await until('the messages', () => heard.length === 2 * (restart + 1))
    await server.stop()
    await until('both losses', () => !counts.value.connected && !sunk.value.connected)
  }
  expect(heard).toEqual(Array.from({ length: 20 }, (_, i) => ({ position: [i] })))
  expect(counts.value).toMatchObject({ connections: 10, messages: 20, bad: 0 })
  expect(sunk.value).toMatchObject({ connections: 10, sent: 20, dropped: 0 })
})

test('leaves no socket and no timer when it is unsubscribed from', async () => {
  const port = await freePort()
  const { log } = await started(rosbridge(port))
  await expectReleased(async () => {
    const { subscription } = listening(`ws://127.0.0.1:${port}`)
    await until('the subscription', () => log.includes('subscribe /joints'))
    subscription.unsubscribe()
  })
})

describe('what fails', () => {
  test('a bad message, unless skipping was chosen', async () => {
    const port = await freePort()
    const { log } = await started(rosbridge(port))
    const { heard } = listening(`ws://127.0.0.1:${port}`)
    await until('the subscription', () => log.includes('subscribe /joints'))
    const sink = await connected(toRosbridge<unknown>(`ws://127.0.0.1:${port}`, joints))
    await sink.send({ position: [0.5, 'bent'] })
    await until('the failure', () => heard.length > 0)
    expect(heard).toEqual([
      `SensorError: fromRosbridge ws://127.0.0.1:${port}/: a bad message: position[1]: expected a finite number; got "bent"`,
    ])
  })

  test('what is no message of the protocol is a bad message', async () => {
    const port = await freePort()
    await started(webSocketServer(port, (client) => void client.on('message', () => client.send('{"op":'))))
    const { heard } = listening(`ws://127.0.0.1:${port}`)
    await until('the failure', () => heard.length > 0)
    expect(heard[0]).toMatch(/: a bad message: expected a message of rosbridge in JSON; got /)
  })

  test('a wrong type for a topic gives the error of the server', async () => {
    const port = await freePort()
    const { log } = await started(rosbridge(port))
    listening(`ws://127.0.0.1:${port}`)
    await until('the subscription', () => log.includes('subscribe /joints'))
    const { heard } = listening(`ws://127.0.0.1:${port}`, { type: 'std_msgs/String', backoff: { retries: 0 } })
    await until('the failure', () => heard.length > 0)
    expect(heard[0]).toBe(
      `SensorError: fromRosbridge ws://127.0.0.1:${port}/: gave up (failures in a row: 1): ` +
        'the server reports: /joints is of type sensor_msgs/JointState, not std_msgs/String',
    )
  })
})
