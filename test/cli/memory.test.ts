import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rivulet } from './program.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rivulet-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('widths too large for any memory', () => {
  it.each([
    [['--hidden', '100000,100000'], '[100000,100000]', '149'],
    [['--hidden', '100000,100000', '--kernels', 'typescript'], '[100000,100000]', '149'],
    [['--hidden', '100000,100000', '--threads', '2'], '[100000,100000]', '149'],
    [['--hidden', '9007199254740991'], '[9007199254740991]', '1340000000'],
    [['--engine', 'tfjs', '--hidden', '10000,10000'], '[10000,10000]', '9.69'],
  ])('%j are refused by name, with the memory that they need', (words, widths, takes) => {
    const run = rivulet(['train', 'Pendulum-v1', '--steps', '1', ...words], folder)
    expect(run).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'rivulet: --hidden: expected widths of a learner that fits into 4 GiB; ' +
        `got ${widths}, which takes ${takes} GiB\n`,
    })
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('a run says what it will take before its first step', () => {
  const words = (algorithm: string, ...more: readonly string[]) =>
    ['train', 'Pendulum-v1', '--algorithm', algorithm, '--steps', '1', '--out', 'run', ...more] as const

  it.each([
    ['sac', '--buffer-size', '1000000', 'memory: 33 MB for a replay buffer (--buffer-size)\n'],
    ['td3', '--hidden', '1024,1024', 'memory: 82 MB for widths of a learner (--hidden)\n'],
    ['td3', '--buffer-size', '1000', ''],
  ])('%s %s %s', (algorithm, flag, value, line) => {
    const small = flag === '--buffer-size' ? [] : ['--buffer-size', '1000', '--batch-size', '1']
    const { status, stderr } = rivulet([...words(algorithm, flag, value, ...small)], folder)
    expect(status).toBe(0)
    expect(stderr.slice(0, stderr.lastIndexOf('1/1 steps'))).toBe(line)
  })

  it('with --no-progress it does not', () => {
    expect(rivulet([...words('sac'), '--no-progress'], folder).stderr).toBe('')
  })
})
