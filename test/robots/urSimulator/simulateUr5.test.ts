/** The simulator as raw clients see it. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { decodePacket, realtimeSize } from '../../../src/robots/ur/realtimePacket.js'
import {
  decodeReply,
  encodeRequest,
  type OtherMessage,
  type RtdeReply,
  type RtdeRequest,
  rtdeSize,
} from '../../../src/robots/ur/rtdeMessages.js'
import { sizedDecoder } from '../../../src/robots/ur/sizedFrames.js'
import { simulateUr5 } from '../../../src/robots/urSimulator/simulateUr5.js'
import { pause, until } from '../../links/running.js'
import { rests, simulatedArm } from '../urRig.js'

/** A raw connection. */
const connected = async (port: number) => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}
/** A client of RTDE that asks and reads the answer; data comes to `data`. */
const client = async (port: number) => {
  const socket = await connected(port)
  const replies: (RtdeReply | OtherMessage)[] = []
  const data: number[] = []
  const decoder = sizedDecoder(rtdeSize)
  const state = { version: 1 as 1 | 2 }
  socket.on('data', (bytes) => {
    for (const frame of decoder.decode(bytes)) {
      const reply = decodeReply(frame, state.version)
      if (reply.type === 'data') data.push(performance.now())
      else replies.push(reply)
    }
  })
  const ask = async (request: RtdeRequest): Promise<RtdeReply | OtherMessage> => {
    const count = replies.length
    socket.write(encodeRequest(request, state.version))
    await until('the answer', () => replies.length > count)
    if (request.type === 'protocolVersion') state.version = request.version as 1 | 2
    return replies[count]
  }
  return { socket, ask, data }
}

describe('RTDE', () => {
  test('shakes hands with real types, and refuses what it does not have', async () => {
    const { ports } = await simulatedArm()
    const { ask, data } = await client(ports.rtde)
    expect(await ask({ type: 'protocolVersion', version: 2 })).toEqual({ type: 'protocolVersion', accepted: true })
    expect(await ask({ type: 'controllerVersion' })).toMatchObject({ major: 3, minor: 15 })
    expect(await ask({ type: 'start' })).toEqual({ type: 'start', accepted: false })
    expect(await ask({ type: 'outputs', frequency: 125, names: ['timestamp', 'no_field'] })).toEqual({
      type: 'outputs',
      recipe: 0,
      types: ['DOUBLE', 'NOT_FOUND'],
    })
    // A frequency above the greatest one is that one.
    expect(await ask({ type: 'outputs', frequency: 500, names: ['timestamp', 'actual_q'] })).toEqual({
      type: 'outputs',
      recipe: 1,
      types: ['DOUBLE', 'VECTOR6D'],
    })
    expect(await ask({ type: 'start' })).toEqual({ type: 'start', accepted: true })
    await until('data', () => data.length > 50)
    expect((data.at(-1)! - data[0]) / (data.length - 1)).toBeGreaterThan(7)
    expect(await ask({ type: 'pause' })).toEqual({ type: 'pause', accepted: true })
    const count = data.length
    await pause(50)
    expect(data.length).toBe(count)
  })

  test('sends fewer samples where that was asked for', async () => {
    const { ports } = await simulatedArm()
    const { ask, data } = await client(ports.rtde)
    await ask({ type: 'protocolVersion', version: 2 })
    await ask({ type: 'outputs', frequency: 25, names: ['timestamp'] })
    await ask({ type: 'start' })
    await pause(1000)
    expect(data.length).toBeGreaterThan(20)
    expect(data.length).toBeLessThan(30)
  })

  test('gives an input to one client, until that one is gone', async () => {
    const { ports } = await simulatedArm()
    const names = ['speed_slider_mask', 'speed_slider_fraction']
    const [one, other] = [await client(ports.rtde), await client(ports.rtde)]
    for (const each of [one, other]) await each.ask({ type: 'protocolVersion', version: 2 })
    const granted = { type: 'inputs', recipe: 1, types: ['UINT32', 'DOUBLE'] }
    expect(await one.ask({ type: 'inputs', names })).toEqual(granted)
    expect(await other.ask({ type: 'inputs', names })).toEqual({
      type: 'inputs',
      recipe: 0,
      types: ['IN_USE', 'IN_USE'],
    })
    expect(await other.ask({ type: 'inputs', names: ['none'] })).toMatchObject({ recipe: 0, types: ['NOT_FOUND'] })
    one.socket.destroy()
    await until('the input', async () => ((await other.ask({ type: 'inputs', names })) as { recipe?: number }) !== null)
    await pause(20)
    expect(await other.ask({ type: 'inputs', names })).toMatchObject({ types: ['UINT32', 'DOUBLE'] })
  })

  test('disconnects a client whose bytes are no frames', async () => {
    const { ports } = await simulatedArm()
    const socket = await connected(ports.rtde)
    socket.write(Uint8Array.of(0, 1, 2, 3))
    await once(socket, 'close')
  })
})

test('the realtime interface sends 125 packets a second', async () => {
  const simulator = await simulatedArm()
  const socket = await connected(simulator.ports.realtime)
  const decoder = sizedDecoder(realtimeSize)
  const times: number[] = []
  socket.on('data', (bytes) => {
    for (const packet of decoder.decode(bytes)) times.push(decodePacket(packet)!.time)
  })
  await until('packets', () => times.length > 60)
  for (let i = 1; i < times.length; i++) expect(times[i] - times[i - 1]).toBeCloseTo(0.008, 6)
})

test('the dashboard greets, answers, and refuses to unlock within five seconds', async () => {
  const simulator = await simulatedArm()
  const socket = await connected(simulator.ports.dashboard)
  let text = ''
  socket.on('data', (bytes) => (text += String(bytes)))
  const ask = async (line: string): Promise<string> => {
    await until('the answer before', () => text.endsWith('\n'))
    const from = text.length
    socket.write(`${line}\n`)
    await until('the answer', () => text.length > from && text.endsWith('\n'))
    return text.slice(from).trim()
  }
  expect(await ask('robotmode')).toBe('Robotmode: RUNNING')
  expect(text).toMatch(/^Connected: Universal Robots Dashboard Server\n/)
  expect(await ask('unlock protective stop')).toBe('Failed to execute: unlock protective stop')
  simulator.protectiveStop()
  expect(await ask('safetymode')).toBe('Safetymode: PROTECTIVE_STOP')
  expect(await ask('unlock protective stop')).toBe('Failed to execute: unlock protective stop')
  expect(await ask('PolyscopeVersion')).toBe('URSoftware 3.15.8.106339')
  expect(await ask('brake release')).toBe('Brake releasing')
  expect(await ask('dance')).toBe('could not understand: "dance"')
  expect(await ask('quit')).toBe('Disconnected')
  await until('the end', () => socket.destroyed)
})

test('a joint at the end of its range is a protective stop, after which no motion is obeyed', async () => {
  const simulator = await simulatedArm({ q: [0, -1.5, 0, 0, 0, 6.25] })
  const socket = await connected(simulator.ports.realtime)
  socket.on('data', () => {})
  socket.write('speedj([0,0,0,0,0,1], 10, 2)\n')
  await until('the stop', () => simulator.state().safetyMode === 3)
  socket.write('speedj([0,0,0,0,0,-1], 10, 2)\n')
  await until('the refusal', () => simulator.state().refused.includes('speedj: the arm is stopped'))
  expect(simulator.state().refused[0]).toBe('joint 5 has reached its limit')
  await until('the rest', () => rests(simulator))
})

test('an arm that touches its table has a protective stop, with the touch at the joint', async () => {
  const simulator = await simulatedArm({ q: [0, -0.4, 0.3, 0, 0, 0] })
  const socket = await connected(simulator.ports.realtime)
  socket.on('data', () => {})
  socket.write('movej([0,0.2,0.3,0,0,0], a=1.4, v=1.05)\n')
  await until('the stop', () => simulator.state().safetyMode === 3)
  expect(simulator.state().refused[0]).toMatch(/^the arm has touched something: \d+ Nm at a joint$/)
  await until('the rest', () => rests(simulator))
})

test('wrong options, and a port that is taken', async () => {
  const { ports } = await simulatedArm()
  await expect(simulateUr5({ damage: { split: 2 } })).rejects.toThrow('simulate ur5: split: expected a probability')
  await expect(simulateUr5({ q: [1] })).rejects.toThrow('simulate ur5: q: expected 6 angles, got 1')
  await expect(simulateUr5({ generation: 'x' as never })).rejects.toThrow('generation: expected cb3 or eSeries, got x')
  await expect(simulateUr5({ ports: { realtime: ports.rtde } })).rejects.toThrow(
    `SensorError: simulate ur5: port ${ports.rtde} of 127.0.0.1 cannot be had`.replace('SensorError: ', ''),
  )
})
