/** More faults of a robot on a port: what it sends besides, how it sleeps, and what takes its mode from it. */
import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { block, pause, until } from '../../links/running.js'
import { driven, needsPorts, simulated } from '../rig.js'

describe('a robot', () => {
  needsPorts()

  test('frames with a packet that was not requested: each number is reported once, and no other frame is lost', async () => {
    const simulator = await simulated({ damage: { unknown: 0.5 } })
    const { robot, faults, lines } = await driven(simulator.port)
    const before = robot.status()
    await until('many frames', () => robot.status().frames > before.frames + 100)
    expect(robot.status().unknown).toBeGreaterThan(before.unknown + 20)
    expect(robot.status()).toMatchObject({ connected: true, skipped: 0, corrupt: 0 })
    const reported = lines.filter((_line, i) => faults[i] === 'unknownPacket')
    const line = (id: number): string =>
      `a frame with packet ${id}, which was not requested, was skipped, and further ones are`
    expect(reported.toSorted()).toEqual([59, 60, 61, 62].map(line))
    expect(faults).not.toContain('corrupt')
    // Not again after another connection.
    const back = simulator.unplug(50)
    await until('the restoration', () => faults.includes('restored'))
    await back
    await until('more of them', () => robot.status().unknown > before.unknown + 40)
    expect(faults.filter((kind) => kind === 'unknownPacket')).toHaveLength(4)
  })

  test('a program that reads nothing and blocks the event loop again and again: every frame is read', async () => {
    const simulator = await simulated()
    const { robot, faults } = await driven(simulator.port)
    // Nothing is subscribed to `frames`.
    const earlier = faults.length
    const before = { ticks: simulator.state().ticks, frames: robot.status().frames }
    for (let i = 0; i < 6; i++) {
      await pause(20)
      block(200)
    }
    const sent = simulator.state().ticks - before.ticks
    expect(sent).toBeGreaterThan(70)
    // One may be under way at either end.
    await until('the frames', () => robot.status().frames - before.frames >= sent - 1)
    expect(robot.status()).toMatchObject({ connected: true, skipped: 0, corrupt: 0 })
    expect(faults.slice(earlier)).not.toContain('lost')
  })

  test('a mode that is lost without a cause: a typed fault, and the robot is put back', async () => {
    const simulator = await simulated()
    const { robot, faults } = await driven(simulator.port)
    await robot.drive(100, 100)
    await until('the wheels', () => simulator.state().left === 100)
    // Another program sends Start, which is passive mode.
    await pause(500)
    writeFileSync(simulator.port, Uint8Array.of(128))
    await until('the fault', () => faults.includes('modeLost'))
    await until('safe mode', () => simulator.state().mode === 2)
    expect(faults).toContain('rearmed')
    // The motion is not repeated.
    expect(simulator.state()).toMatchObject({ left: 0, right: 0 })
    expect(await robot.drive(80, 80)).toBe(true)
  })

  test('a charger: the robot stops by itself, and is put back only when it is off its dock', async () => {
    const simulator = await simulated({ arena: 'docker' })
    const { robot, faults } = await driven(simulator.port)
    await pause(500)
    simulator.place({ x: 0.18, y: 0.6, heading: Math.PI })
    await until('the fault', () => faults.includes('charger'))
    await pause(700)
    expect(simulator.state().mode).toBe(1)
    expect(faults).not.toContain('rearmed')
    simulator.place({ x: 0.9, y: 0.6, heading: Math.PI })
    await until('safe mode', () => simulator.state().mode === 2)
    expect(faults).toContain('rearmed')
    expect(await robot.drive(80, 80)).toBe(true)
  })

  test.each([
    ['wakes it', true],
    ['does not wake it, until its button is pressed', false],
  ])(
    'sleeps on its dock, in which its stream stops: the driver connects again, and Start %s',
    async (_name, startWakes) => {
      const simulator = await simulated({ arena: 'docker', startWakes, dockSleep: 2 })
      simulator.place({ x: 0.18, y: 0.6, heading: Math.PI })
      const { robot, faults } = await driven(simulator.port, { mode: 'passive' })
      // A pseudo-terminal has no line RTS: that is no failure.
      expect(faults.filter((kind) => kind === 'notWoken')).toHaveLength(1)
      expect(robot.status().values).toMatchObject({ mode: 1, chargingSources: 2 })
      await until('the loss', () => faults.includes('lost'), 20_000)
      expect(faults).toContain('stale')
      // The stream has begun within the two seconds.
      const { frames } = robot.status()
      expect(frames).toBeGreaterThan(50)
      if (!startWakes) {
        // Longer than an attempt to connect takes.
        await pause(2000)
        expect(faults).not.toContain('restored')
        expect(robot.status()).toMatchObject({ connected: false, frames })
        simulator.pressClean()
      }
      await until('the restoration', () => faults.includes('restored'))
      await until('more frames', () => robot.status().frames > frames + 20)
      expect(robot.status()).toMatchObject({ connected: true, values: { mode: 1, chargingSources: 2 } })
    },
  )
})
