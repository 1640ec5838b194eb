/** More faults of an arm on its ports: clients that do not read, connections that are reset, and commands that are not run. */
import { connect, createServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { block, listening, pause, until } from '../../links/running.js'
import type { SimulatedUr5 } from '../../../src/robots/urSimulator/simulateUr5.js'
import { drivenArm, driverOf, rests, simulatedArm } from '../urRig.js'

describe('a slow consumer', () => {
  test('a client that does not read is disconnected by the simulator, and no other one is', async () => {
    // Many large packets, so that the buffers of the system are filled in seconds, and not in minutes.
    const simulator = await simulatedArm({ generation: 'eSeries', damage: { duplicated: 1 } })
    const [reader, idle] = [1, 2].map(() => connect(simulator.ports.realtime, simulator.host))
    for (const socket of [reader, idle]) {
      socket.on('error', () => {})
      onTestFinished(() => void socket.destroy())
    }
    let read = 0
    reader.on('data', (bytes) => (read += bytes.length))
    idle.pause()
    await until('the end of the connection', () => simulator.state().dropped > 0, 60_000)
    const before = read
    await until('more packets', () => read > before + 100_000)
    expect(simulator.state().dropped).toBe(1)
    expect([reader.destroyed, idle.readableFlowing]).toEqual([false, false])
  }, 90_000)

  test.each(['rtde', 'realtime'] as const)(
    'a program that blocks the event loop again and again: every sample is read, and the newest is the last one (%s)',
    async (transport) => {
      const simulator = await simulatedArm()
      const { robot, faults } = await drivenArm(simulator, { transport })
      const [first, before] = [robot.status().sample!.timestamp, robot.status().samples]
      const earlier = faults.length
      for (let i = 0; i < 6; i++) {
        await pause(20)
        block(200)
      }
      const { uptime } = simulator.state()
      await until('the newest sample', () => robot.status().sample!.timestamp >= uptime)
      const { sample, samples } = robot.status()
      expect(samples - before).toBe(Math.round((sample!.timestamp - first) * 125))
      expect(samples - before).toBeGreaterThan(100)
      expect(robot.status()).toMatchObject({ connected: true, skipped: 0 })
      expect(simulator.state().dropped).toBe(0)
      expect(faults.slice(earlier)).not.toContain('lost')
    },
  )
})

/** The port of a controller behind a program that cuts its connections, or keeps the commands of its clients back. */
const between = async (simulator: SimulatedUr5, port: 'rtde' | 'realtime') => {
  const clients: Socket[] = []
  const state = { isDeaf: false }
  const server = createServer((client) => {
    clients.push(client)
    const controller = connect(simulator.ports[port], simulator.host)
    for (const socket of [client, controller]) socket.on('error', () => {})
    client.on('close', () => controller.destroy())
    client.on('data', (bytes) => state.isDeaf || controller.write(bytes))
    controller.pipe(client)
  })
  const running = await listening(server, 0)
  onTestFinished(() => running.stop())
  const { port: own } = server.address() as { readonly port: number }
  return { clients, state, own, ends: { host: simulator.host, ports: { ...simulator.ports, [port]: own } } }
}
const turning = [0, 0.2, -0.2, 0, 0, 0]
const moves = (simulator: SimulatedUr5): boolean => simulator.state().qd[1] > 0.19

test.each(['rtde', 'realtime'] as const)(
  'a connection that is reset (%s): the driver connects again, and repeats no command',
  async (port) => {
    const simulator = await simulatedArm()
    const { clients, own, ends } = await between(simulator, port)
    const { robot, faults, lines } = driverOf(ends)
    await until('the connection', () => robot.status().connected && robot.status().sample !== null)
    await robot.speed(turning)
    await until('the motion', () => moves(simulator))
    const [earlier, connections] = [faults.length, clients.length]
    // RST, and no end of the connection.
    clients.at(-1)!.resetAndDestroy()
    await until('the loss', () => faults.indexOf('lost', earlier) >= 0)
    expect(lines[faults.indexOf('lost', earlier)]).toContain(`ur5 ${simulator.host}:${own}: `)
    await until('the restoration', () => faults.includes('restored', earlier) && robot.status().connected)
    await until('the rest', () => rests(simulator))
    expect(clients.length).toBeGreaterThan(connections)
    expect(await robot.speed(turning)).toBe(true)
    await until('the motion', () => moves(simulator))
  },
)

test.each(['rtde', 'realtime'] as const)(
  'a controller that has left remote control and runs no command (%s): a typed fault, reported once until it runs one',
  async (transport) => {
    const simulator = await simulatedArm()
    const { state, ends } = await between(simulator, 'realtime')
    const { robot, faults, lines } = driverOf(ends, { transport })
    const count = (): number => faults.filter((kind) => kind === 'notObeyed').length
    await until('the connection', () => robot.status().connected && robot.status().sample !== null)
    // Without a command nothing is expected of it.
    await pause(700)
    expect(count()).toBe(0)
    const beat = setInterval(() => void robot.speed(turning), 40)
    onTestFinished(() => clearInterval(beat))
    await until('the motion', () => moves(simulator))
    await pause(700)
    expect(count()).toBe(0)
    state.isDeaf = true
    await until('the fault', () => count() === 1)
    expect(rests(simulator)).toBe(true)
    expect(lines[faults.indexOf('notObeyed')]).toBe(
      'the controller has run no command for 500 ms; see whether it is in remote control, and whether its program was stopped',
    )
    await pause(700)
    expect(count()).toBe(1)
    state.isDeaf = false
    await until('the motion', () => moves(simulator))
    state.isDeaf = true
    await until('the fault', () => count() === 2)
  },
)
