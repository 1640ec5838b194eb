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
    expect(stdout).toMatch(/^.+, \d+ cores, .+, Node v\d+\.\d+\.\d+, .+\n\nSimulator +Steps a second\nPendulum-v1 +\d/)
    expect(stderr).toMatch(/^1\/\d+ measured, simulator: Pendulum-v1\n2\/\d+ measured, simulator: Hopper-v4\n/)
  })

  it('prints JSON and nothing else, which its codec reads', () => {
    const { status, stdout } = rivulet(['bench', '--json', ...quick], tmpdir())
    expect(status).toBe(0)
    expect(isRight(decode(benchReport)(JSON.parse(stdout)))).toBe(true)
  })

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
