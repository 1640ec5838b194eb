/** However a program ends, by a real process: the simulated robot is at rest within half a second. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { pause, until } from '../../links/running.js'
import { needsPorts, simulated } from '../rig.js'

const program = fileURLToPath(new URL('../driving.mjs', import.meta.url))

/** A robot that a program of its own drives. */
const driven = async (ending: string) => {
  const simulator = await simulated({ arena: { width: 40, depth: 2, start: { x: 1, y: 1, heading: 0 } } })
  const child = spawn(process.execPath, [program, simulator.port, ending], { stdio: ['pipe', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  child.stdout.on('data', (text: Buffer) => (output += String(text)))
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  await until('the motion', () => output.includes('moving') && simulator.state().left === 100, 20_000)
  return { simulator, child, ended, output: () => output }
}

/** Waits for the rest, and returns how many milliseconds it took. */
const restOf = async ({ simulator }: Awaited<ReturnType<typeof driven>>): Promise<number> => {
  const begun = performance.now()
  await until('the rest', () => simulator.state().left === 0 && simulator.state().right === 0, 3000)
  const taken = performance.now() - begun
  // It stays at rest, and its body does too.
  await pause(150)
  const { x } = simulator.state().pose
  await pause(100)
  expect(simulator.state().left).toBe(0)
  expect(Math.abs(simulator.state().pose.x - x)).toBeLessThan(1e-4)
  return taken
}

describe('a program that ends', () => {
  needsPorts()

  test.each([0, 37])('by SIGKILL, %d ms after the robot moves', async (after) => {
    const run = await driven('none')
    await pause(after)
    run.child.kill('SIGKILL')
    expect(await restOf(run)).toBeLessThan(500)
    // The last byte has left this process before the robot reads it.
    await until('the end of the interface', () => run.simulator.state().mode === 0)
    expect(run.simulator.state()).toMatchObject({ mode: 0, refused: expect.any(Array) as unknown })
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)('by %s', async (signal) => {
    const run = await driven('none')
    run.child.kill(signal)
    expect(await restOf(run)).toBeLessThan(500)
    expect(await run.ended).toEqual([null, signal])
    expect(run.simulator.state().mode).toBe(0)
  })

  test.each([
    ['an exception', 'exception', 1],
    ['a rejection that is not handled', 'rejection', 1],
    ['process.exit', 'exit', 3],
  ])('by %s', async (_name, ending, code) => {
    const run = await driven(ending)
    run.child.stdin.write('now')
    expect(await restOf(run)).toBeLessThan(500)
    expect(await run.ended).toEqual([code, null])
    await until('the closed interface', () => run.simulator.state().mode === 0)
  })

  test('by its completion', async () => {
    const run = await driven('completion')
    run.child.stdin.write('now')
    expect(await restOf(run)).toBeLessThan(500)
    run.child.stdin.end()
    expect(await run.ended).toEqual([0, null])
    expect(run.output()).toContain('closed true')
    expect(run.simulator.state().mode).toBe(0)
  })

  test('not at all, but does nothing any more: the watchdog halts the robot after its latch of 500 ms', async () => {
    const run = await driven('block')
    run.child.stdin.write('now')
    expect(await restOf(run)).toBeLessThan(1000)
    // It may go on: the interface stays open.
    expect(run.simulator.state().mode).toBe(2)
  })
})
