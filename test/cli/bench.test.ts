import { isRight } from 'fp-ts/lib/Either.js'
import { tmpdir } from 'node:os'
import { describe, expect, it, vi } from 'vitest'
import { decode } from '../../src/edge/decode.js'
import { benchReport } from '../../src/runs/bench/report.js'
import { rivulet, started } from './program.js'

// Each test measures in a process of its own, which is slow on a slow machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const quick = ['--only', 'simulator', '--rounds', '1', '--round-seconds', '0.001']

describe('rivulet bench', () => {
  it('prints tables, and meanwhile its progress on the standard error stream', () => {
    const { status, stdout, stderr } = rivulet(['bench', ...quick], tmpdir())
    expect(status).toBe(0)
    expect(stdout).toMatch(
      /^.+, \d+ cores, .+, Node v\d+\.\d+\.\d+, .+\n\nSimulator +Steps a second +Physics alone +% of them\nPendulum-v1 +\d/,
    )
    expect(stderr).toMatch(/^1\/\d+ measured, simulator: Pendulum-v1\n2\/\d+ measured, simulator: Hopper-v4\n/)
  })

  it('prints JSON and nothing else, which its codec reads', () => {
    const { status, stdout } = rivulet(['bench', '--json', ...quick], tmpdir())
    expect(status).toBe(0)
    expect(isRight(decode(benchReport)(JSON.parse(stdout)))).toBe(true)
  })

  it('measures each row of the table of algorithms in a process of its own', () => {
    const words = ['bench', '--algorithms', '--algorithm', 'avg', '--rounds', '1', '--round-seconds', '0.001', '--json']
    const { status, stdout, stderr } = rivulet(words, tmpdir())
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr:
        '0/2 measured, measuring avg at the shapes of Hopper\n1/2 measured, avg at the shapes of Hopper\n' +
        '1/2 measured, measuring avg at the shapes of Humanoid\n2/2 measured, avg at the shapes of Humanoid\n',
    })
    const report = decode(benchReport)(JSON.parse(stdout))
    const rows = isRight(report) ? report.right.algorithms : []
    expect(rows.map(({ algorithm, shapes, engine }) => [algorithm, shapes, engine])).toEqual([
      ['avg', 'Hopper', 'fused, webassembly'],
      ['avg', 'Humanoid', 'fused, webassembly'],
    ])
    // Two dense networks: some ten operations a weight, and two floats of state.
    const [hopper, humanoid] = rows
    expect(hopper.operationsPerStep! / (hopper.stateBytes / 8)).toBeGreaterThan(10)
    expect(hopper.operationsPerStep! / (hopper.stateBytes / 8)).toBeLessThan(20)
    expect(humanoid.operationsPerStep).toBeGreaterThan(hopper.operationsPerStep!)
    // The processes are as large as their learners make them, and not as both together.
    expect(hopper.residentBytes).toBeLessThan(200e6)
  })

  it('finds a cycle that the agent keeps in real time', () => {
    const words = [
      'bench',
      '--cycle',
      '--shapes',
      'Hopper',
      '--seconds',
      '1',
      '--rounds',
      '1',
      '--round-seconds',
      '0.01',
    ]
    const { status, stdout, stderr } = rivulet([...words, '--json'], tmpdir())
    // On a machine that is so busy that nothing is kept, the command says so.
    if (status !== 0) {
      expect(stderr).toMatch(/\nrivulet: no cycle up to 10 ms was kept at 99.9 %, and longer ones need more seconds\n$/)
      return
    }
    expect(stderr).toMatch(/\n0\/1 measured, cycle of avg at the shapes of Hopper: trying a cycle of \S+ ms for 1 s\n/)
    const report = decode(benchReport)(JSON.parse(stdout))
    const [found] = isRight(report) ? report.right.cycle : []
    expect(found).toMatchObject({ algorithm: 'avg', shapes: 'Hopper', engine: 'fused, webassembly', seconds: 1 })
    expect(found.misses / found.beats).toBeLessThanOrEqual(0.001)
    expect(found.beats).toBe(Math.round(1000 / found.cycleMilliseconds))
    expect(found.lateness.max).toBeGreaterThanOrEqual(found.lateness.p50)
  })

  it.each([['--algorithms'], ['--cycle']])(
    'ends %s cleanly at Ctrl-C, in the middle of a measurement',
    async (part) => {
      const { child, ended } = started(['bench', part, '--rounds', '1000'], tmpdir())
      child.stderr.once('data', () => child.kill('SIGINT'))
      const { status, stdout, stderr } = await ended
      expect({ status, stdout }).toEqual({ status: 130, stdout: '' })
      expect(stderr).toMatch(/^0\/\d+ measured, [^]*\nrivulet: SIGINT: stopped after 0 measurements\n$/)
    },
  )

  it('ends cleanly at Ctrl-C, with exit code 130', async () => {
    const words = ['bench', '--only', 'simulator', '--rounds', '1000', '--round-seconds', '0.001']
    const { child, ended } = started(words, tmpdir())
    child.stderr.once('data', () => child.kill('SIGINT'))
    const { status, stdout, stderr } = await ended
    expect({ status, stdout }).toEqual({ status: 130, stdout: '' })
    expect(stderr).toMatch(
      /^1\/\d+ measured, simulator: Pendulum-v1\n[^]*rivulet: SIGINT: stopped after \d+ measurements?\n$/,
    )
  })
})
