/** More faults of an arm on its ports: clients that do not read, and connections that are reset. */
import { connect, createServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { block, listening, pause, until } from '../../links/running.js'
import { drivenArm, driverOf, simulatedArm } from '../urRig.js'

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

test.each(['rtde', 'realtime'] as const)(
  'a connection that is reset (%s): the driver connects again, and repeats no command',
  async (port) => {
    const simulator = await simulatedArm()
    // Between the two, so that the client sees RST and no end.
    const clients: Socket[] = []
    const between = createServer((client) => {
      clients.push(client)
      const controller = connect(simulator.ports[port], simulator.host)
      for (const socket of [client, controller]) socket.on('error', () => {})
      client.on('close', () => controller.destroy())
      client.pipe(controller).pipe(client)
    })
    const running = await listening(between, 0)
    onTestFinished(() => running.stop())
    const { port: own } = between.address() as { readonly port: number }
    const ends = { host: simulator.host, ports: { ...simulator.ports, [port]: own } }
    const { robot, faults, lines } = driverOf(ends)
    await until('the connection', () => robot.status().connected && robot.status().sample !== null)
    await robot.speed([0, 0.2, -0.2, 0, 0, 0])
    await until('the motion', () => simulator.state().qd[1] > 0.19)
    clients.at(-1)!.resetAndDestroy()
    await until('the loss', () => faults.includes('lost'))
    expect(lines[faults.indexOf('lost')]).toContain(`ur5 ${simulator.host}:${own}: `)
    await until('the restoration', () => faults.includes('restored') && robot.status().connected)
    await until('the rest', () => simulator.state().qd.every((speed) => speed === 0))
    expect(clients).toHaveLength(2)
    expect(await robot.speed([0, 0.2, -0.2, 0, 0, 0])).toBe(true)
    await until('the motion', () => simulator.state().qd[1] > 0.19)
  },
)
