/** The Create 2 over a long time: every frame arrives, and a process that is killed at any instant leaves the robot at rest. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { seeded } from '../../src/random.js'
import { pause, until } from '../links/running.js'
import { driven, needsPorts, newPort, simulated } from '../robots/rig.js'
import { program } from '../cli/program.js'

const driving = fileURLToPath(new URL('../robots/driving.mjs', import.meta.url))

describe('a simulated Create 2', () => {
  needsPorts()

  test('SIGKILL at 20 instants: at rest within half a second', async () => {
    const random = seeded(20)('instants')
    const taken: number[] = []
    for (let instant = 0; instant < 20; instant++) {
      const simulator = await simulated({ arena: { width: 40, depth: 2, start: { x: 1, y: 1, heading: 0 } } })
      const child = spawn(process.execPath, [driving, simulator.port, 'none'], { stdio: ['pipe', 'ignore', 'ignore'] })
      onTestFinished(() => void child.kill('SIGKILL'))
      await until('the motion', () => simulator.state().left === 100, 20_000)
      await pause(Math.floor(400 * random.uniform()))
      child.kill('SIGKILL')
      const begun = performance.now()
      await until('the rest', () => simulator.state().left === 0 && simulator.state().right === 0, 3000)
      taken.push(Math.round(performance.now() - begun))
      const { x } = simulator.state().pose
      await pause(400)
      // The last byte has left this process before the robot reads it.
      await until('the end of the interface', () => simulator.state().mode === 0)
      expect(simulator.state()).toMatchObject({ mode: 0, left: 0, right: 0 })
      // A body of 3.6 kg that rolled with 100 mm/s has come to rest within a few millimeters.
      expect(simulator.state().pose.x - x).toBeLessThan(0.01)
      await simulator.close()
    }
    console.log(`milliseconds to rest: ${taken.join(', ')}`)
    expect(Math.max(...taken)).toBeLessThan(500)
  })

  test('ten minutes at frames of 15 ms without one that is missed', async () => {
    const port = newPort()
    const minutes = Number(process.env['CREATE2_MINUTES'] ?? 10)
    // A process of its own, as a robot is: what this one does delays none of its frames.
    const child = spawn(process.execPath, [program, 'simulate', 'create2', '--port-link', port], { stdio: 'pipe' })
    onTestFinished(() => void child.kill('SIGINT'))
    let output = ''
    child.stdout.on('data', (text: Buffer) => (output += String(text)))
    await until('the port', () => output.includes('Ctrl-C'), 20_000)
    const { robot, faults } = await driven(port)
    const begun = performance.now()
    const before = robot.status().frames
    await pause(minutes * 60_000)
    const { frames, skipped, corrupt, longestGap } = robot.status()
    const expected = (performance.now() - begun) / 15
    console.log({
      expected,
      frames: frames - before,
      skipped,
      corrupt,
      longestGap,
      late: faults.filter((kind) => kind === 'late').length,
    })
    expect({ skipped, corrupt, lost: faults.filter((kind) => kind === 'lost') }).toEqual({
      skipped: 0,
      corrupt: 0,
      lost: [],
    })
    expect(Math.abs(frames - before - expected)).toBeLessThan(5)
  })
})
