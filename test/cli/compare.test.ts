/** `rivulet compare`: the real command on a small comparison. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { afterAll, expect, test, vi } from 'vitest'
import { completeCompare, readCompare } from '../../src/cli/compareOptions.js'
import { parse } from '../../src/cli/parse.js'
import { renderFailure } from '../../src/edge/decode.js'
import { defaultsFor } from '../../src/runs/config.js'
import { algorithmNamed } from '../../src/runs/algorithms.js'
import { taskSpec } from '../../src/environments/tasks.js'
import { started } from './program.js'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-compare-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

test('runs each algorithm on each seed, and writes the report', async () => {
  const words = '--tasks Pendulum-v1 --algorithms avg,td3-1 --seeds 2 --steps 450 --jobs 2 --no-progress --out small'
  const { status, stdout, stderr } = await started(['compare', ...words.split(' ')], place).ended
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toBe('small/report.html: report of 4 runs of avg and td3-1 on Pendulum-v1.\n')
  const runs = ['avg-s1', 'avg-s2', 'td3-1-s1', 'td3-1-s2'].map((name) => `Pendulum-v1-${name}`)
  expect(readdirSync(join(place, 'small'))).toEqual([...runs, 'experiment.json', 'report.html', 'sweep.jsonl'])
  expect(readFileSync(join(place, 'small/report.html'), 'utf8')).toContain('avg above td3-1')
})

test('is by default the comparison of the paper, with the settings that were published', async () => {
  const words = readCompare({})
  if (isLeft(words)) throw new Error(JSON.stringify(words.left))
  expect(words.right).toMatchObject({ seeds: 5, steps: 100_000, out: 'runs/compare', progress: true })
  const request = await completeCompare(words.right)
  if (isLeft(request)) throw new Error(JSON.stringify(request.left))
  const { planned } = request.right
  const algorithms = ['avg', 'iac', 'sac-1', 'td3-1', 'sac', 'td3', 'ppo']
  expect([...new Set(planned.map(({ settings }) => settings.algorithm))]).toEqual(algorithms)
  expect(planned).toHaveLength(algorithms.length * 4 * 5)
  for (const { settings } of planned) {
    const spec = await taskSpec(settings.task)
    const defaults = defaultsFor(spec, algorithmNamed(settings.algorithm), undefined, 100_000)
    expect(settings).toEqual({ ...defaults, seed: settings.seed })
  }
})

test.each([
  ['--tasks Hopper', /^--tasks: expected a task .*; got "Hopper"; nearest: Hopper-v4$/],
  ['--algorithms avg,td', /^--algorithms: expected one of .*; got "td"/],
  ['--seeds 0', /^--seeds: expected a positive integer; got "0"$/],
  ['--steps', /^--steps: expected a positive integer; got nothing$/],
  ['--taks Hopper-v4', /^unknown option '--taks' for 'rivulet compare'; .*; nearest: --tasks$/],
])('%s is one line', (words, line) => {
  const read = parse(['compare', ...words.split(' ')])
  expect(isLeft(read) ? read.left.map(renderFailure) : []).toEqual([expect.stringMatching(line)])
})
