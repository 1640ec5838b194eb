/** However a program ends, by a real process: the simulated arm is at rest within half a second. */
import { describe, expect, test } from 'vitest'
import { pause, until } from '../../links/running.js'
import { restOf, turnedArm } from '../turningProgram.js'

const lastLine = ({ simulator }: Awaited<ReturnType<typeof turnedArm>>): string =>
  simulator.scripts().at(-1)?.line ?? ''

describe('a program that ends', () => {
  test.each([
    [0, 'rtde'],
    [37, 'realtime'],
  ] as const)('by SIGKILL, %d ms after the arm moves (%s)', async (after, transport) => {
    const run = await turnedArm('none', transport)
    await pause(after)
    run.child.kill('SIGKILL')
    // Nothing sends a stop: the command itself has expired.
    expect(await restOf(run)).toBeLessThan(500)
    expect(lastLine(run)).toMatch(/^speedj\(/)
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)('by %s', async (signal) => {
    const run = await turnedArm('none')
    run.child.kill(signal)
    expect(await restOf(run)).toBeLessThan(500)
    expect(await run.ended).toEqual([null, signal])
    expect(lastLine(run)).toBe('stopj(3)')
    await until('the end of the connections', () => run.simulator.state().clients === 0)
  })

  test.each([
    ['an exception', 'exception', 1],
    ['a rejection that is not handled', 'rejection', 1],
    ['process.exit', 'exit', 3],
  ])('by %s', async (_name, ending, code) => {
    const run = await turnedArm(ending)
    run.child.stdin.write('now')
    expect(await restOf(run)).toBeLessThan(500)
    expect(await run.ended).toEqual([code, null])
    expect(lastLine(run)).toBe('stopj(3)')
  })

  test('by its completion', async () => {
    const run = await turnedArm('completion')
    run.child.stdin.write('now')
    expect(await restOf(run)).toBeLessThan(500)
    run.child.stdin.end()
    expect(await run.ended).toEqual([0, null])
    expect(run.output()).toContain('closed true')
    expect(lastLine(run)).toBe('stopj(3)')
  })

  test('not at all, but whose agent is dead: the driver stops the arm after half a second', async () => {
    const run = await turnedArm('silence')
    run.child.stdin.write('now')
    expect(await restOf(run)).toBeLessThan(1000)
    expect(lastLine(run)).toBe('stopj(3)')
    expect(run.simulator.state().clients).toBe(1)
  })

  test('not at all, but whose event loop is blocked: the command expires', async () => {
    const run = await turnedArm('block')
    run.child.stdin.write('now')
    expect(await restOf(run)).toBeLessThan(500)
  })
})
