/** `rivulet train --config`: a run that was made before, once more. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { parse } from '../../src/cli/parse.js'
import { completeTrain } from '../../src/cli/repeatRequest.js'
import type { RepeatWords } from '../../src/cli/trainRequest.js'
import { renderFailure } from '../../src/edge/decode.js'
import { rivulet } from './program.js'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-repeat-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const run = (...words: readonly string[]) => rivulet([...words, '--no-progress'], place)
const made = (out: string, ...words: readonly string[]) =>
  run('train', 'Pendulum-v1', '--steps', '450', '--hidden', '8,8', '--out', out, ...words)
const repeated = (from: string, out: string, ...words: readonly string[]) =>
  run('train', '--config', `${from}/config.json`, '--out', out, ...words)

const json = (path: string) => JSON.parse(readFileSync(join(place, path), 'utf8')) as Readonly<Record<string, unknown>>
/** What a run leaves, without what the clock says. */
const left = (name: string) => ({
  episodes: readFileSync(join(place, name, 'episodes.csv'), 'utf8').replaceAll(/,[\d.]+$/gm, ''),
  weights: readFileSync(join(place, name, 'weights.safetensors')).toString('hex'),
})

beforeAll(() => {
  const { status, stderr } = made('first', '--seed', '7', '--no-normalize-observation', '--discount', '0.9')
  if (status !== 0) throw new Error(stderr)
})

test('equals the run that it repeats, bit for bit, and says nothing', () => {
  expect(repeated('first', 'again')).toMatchObject({ status: 0, stderr: '' })
  expect(left('again')).toEqual(left('first'))
  expect(left('again').episodes.split('\n')).toHaveLength(4)
  const { commit: _then, ...first } = json('first/config.json')
  const { commit: _now, ...again } = json('again/config.json')
  expect(again).toEqual(first)
})

test('options are in the place of its settings, and one line names them', () => {
  const { status, stderr } = repeated('first', 'other', '--seed', '8', '--steps', '300', '--normalize-observation')
  expect([status, stderr]).toEqual([
    0,
    'rivulet: first/config.json: the command line changes ' +
      'steps 300 (was 450), seed 8 (was 7), normalizeObservation true (was false)\n',
  ])
  const whole = made('plain', '--seed', '8', '--steps', '300', '--discount', '0.9')
  expect(whole.status).toBe(0)
  expect(left('other')).toEqual(left('plain'))
  const { settings, ...config } = json('other/config.json')
  expect(config).toMatchObject({ seed: 8, steps: 300, normalizeObservation: true })
  expect(settings).toEqual(json('first/config.json')['settings'])
})

test('begins with the weights that the run began with, also if their file has changed since', () => {
  expect(made('weighted', '--weights', 'first/weights.safetensors')).toMatchObject({ status: 0 })
  writeFileSync(join(place, 'moved.json'), readFileSync(join(place, 'weighted/config.json')))
  rmSync(join(place, 'first/weights.safetensors'))
  expect(repeated('weighted', 'weighted-again')).toMatchObject({ status: 0, stderr: '' })
  expect(left('weighted-again')).toEqual(left('weighted'))
  // Away from its directory a config has only the path that was written on the command line.
  expect(run('train', '--config', 'moved.json', '--out', 'lost')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^rivulet: \S*first\/weights\.safetensors.*\n$/),
  })
})

test('one line names the versions that differ, and the run goes on', () => {
  const config = json('first/config.json')
  const versions = { ...(config['versions'] as object), node: 'v18.1.0', mujoco: '1.0.0' }
  writeFileSync(join(place, 'old.json'), JSON.stringify({ ...config, versions, commit: 'abcdef0' }))
  const { status, stderr } = run('train', '--config', 'old.json', '--out', 'old', '--steps', '450')
  expect(status).toBe(0)
  expect(stderr).toMatch(
    /^rivulet: old\.json: made with other versions, which may compute other numbers: mujoco 1\.0\.0 \(now [\d.]+\), node v18\.1\.0 \(now v[\d.]+\)(, commit abcdef0 \(now [\da-f]{7,}(-dirty)?\))?\n$/,
  )
})

/** The lines with which the words of a command line are refused. */
const refused = async (...words: readonly string[]): Promise<readonly string[]> => {
  const read = parse(['train', ...words])
  if (isLeft(read)) return read.left.map(renderFailure)
  const completed = await completeTrain(read.right.asked as RepeatWords)
  return isLeft(completed) ? completed.left.map(renderFailure) : []
}
const first = join(place, 'first/config.json')
const none = join(place, 'none.json')

test.each<[string, readonly string[], string]>([
  [
    'a file that is not there',
    ['--config', none],
    `--config: expected the config.json of a run; got "${none}" (ENOENT: no such file or directory)`,
  ],
  [
    'another algorithm',
    ['--config', first, '--algorithm', 'iac'],
    `--algorithm: expected avg, as in ${first}; got iac`,
  ],
  [
    'a value that is refused',
    ['--config', first, '--steps', 'many'],
    '--steps: expected a positive integer; got "many"',
  ],
  [
    'an option of another algorithm',
    ['--config', first, '--rollout', '8'],
    '--rollout: expected nothing with --algorithm avg, since it is a setting of ppo; got "8"',
  ],
  ['no file', ['--config'], '--config: expected a text; got nothing'],
])('%s is one line', async (_what, words, line) => {
  expect(await refused(...words)).toEqual([line])
})

test.each<[string, object, RegExp]>([
  ['a field that is missing', { task: undefined }, /bad\.json: task: expected a task .*; got nothing$/],
  [
    'an option that the task lacks',
    { taskOptions: { healthyReward: 2 } },
    /taskOptions\.healthyReward: expected one of g; got "healthyReward"$/,
  ],
  ['a name that is wrong', { stepz: 3 }, /bad\.json: stepz: expected one of .*; got "stepz"; nearest: steps$/],
])('%s is one line', async (_what, changed, line) => {
  writeFileSync(join(place, 'bad.json'), JSON.stringify({ ...json('first/config.json'), ...changed }))
  expect(await refused('--config', join(place, 'bad.json'))).toEqual([expect.stringMatching(line)])
})

test('the options of a task are repeated, resumed and evaluated, and changed one by one', () => {
  const options = ['--task-option', 'healthyReward=2', '--task-option', 'terminateWhenUnhealthy=false']
  const small = ['--steps', '1200', '--hidden', '8,8']
  expect(run('train', 'Hopper-v5', ...small, ...options, '--out', 'hopper')).toMatchObject({ status: 0, stderr: '' })
  const taskOptions = { healthyReward: 2, terminateWhenUnhealthy: false }
  expect(json('hopper/config.json')).toMatchObject({ taskOptions })
  // An episode that is never terminated lasts 1,000 steps.
  expect(readFileSync(join(place, 'hopper/episodes.csv'), 'utf8')).toMatch(/^1,1000,/m)

  expect(repeated('hopper', 'hopper2')).toMatchObject({ status: 0, stderr: '' })
  expect(left('hopper2')).toEqual(left('hopper'))
  const changed = repeated('hopper', 'hopper3', '--task-option', 'healthyReward=3')
  expect(changed.stderr).toContain('changes taskOptions.healthyReward 3 (was 2)\n')
  expect(json('hopper3/config.json')).toMatchObject({ taskOptions: { ...taskOptions, healthyReward: 3 } })

  expect(run('resume', 'hopper', '--steps', '1500')).toMatchObject({ status: 0, stderr: '' })
  const { lengths } = JSON.parse(run('evaluate', 'hopper', '--episodes', '1', '--json').stdout) as {
    readonly lengths: readonly number[]
  }
  expect(lengths).toEqual([1000])
})
