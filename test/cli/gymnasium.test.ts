/** `rivulet train gymnasium:<id>`: with a program in the place of Python, and with Python where it is there. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { needs } from '../absent.js'
import { fakePython } from '../drivers/gymnasium/fakePython.js'
import { absentPython, python, worldsFolder } from '../drivers/gymnasium/python.js'
import { rivulet } from './program.js'

// Each run is a process of its own, which is slow on a slow machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-gymnasium-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))
const fake = fakePython()

const small = ['--hidden', '8,8', '--no-progress']
const run = (...words: string[]) => rivulet(words, place)
const noCheckpoints = (task: string): string =>
  `rivulet: ${task}: its state is in Python and cannot be saved: the run writes no checkpoints, and cannot be resumed\n`
const rows = (name: string): string[] =>
  readFileSync(join(place, name, 'episodes.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)

describe('a run on an environment in another process', () => {
  needs('a shell', process.platform !== 'win32')

  it('writes all of a run but checkpoints, says so once, and is not resumed', () => {
    const { stdout, stderr, status } = run(
      'train',
      'gymnasium:whole',
      '--python',
      fake,
      '--steps',
      '60',
      ...small,
      '--out',
      'whole',
    )
    expect([status, stderr]).toEqual([0, noCheckpoints('gymnasium:whole')])
    expect(stdout).toMatch(/^gymnasium:whole: 60 steps in .*; written to whole\.\n$/)
    expect(readdirSync(join(place, 'whole')).toSorted()).toEqual([
      'config.json',
      'episodes.csv',
      'metrics.csv',
      'policy.safetensors',
      'weights.safetensors',
    ])
    expect(rows('whole')).toHaveLength(12)
    const resumed = run('resume', 'whole')
    expect(resumed.status).toBe(2)
    expect(resumed.stderr).toMatch(/^rivulet: whole: a run of gymnasium:whole cannot be resumed, since .*\n$/)
    expect(resumed.stderr.trim().split('\n')).toHaveLength(1)
  })

  it('is repeated by its config, and its policy is evaluated', () => {
    const words = ['train', '--config', 'whole/config.json', '--python', fake, '--no-progress', '--out', 'again']
    expect(run(...words).status).toBe(0)
    const numbers = (name: string) => rows(name).map((row) => row.split(',').slice(0, 5))
    expect(numbers('again')).toEqual(numbers('whole'))
    const evaluated = () => run('evaluate', 'whole', '--python', fake, '--episodes', '3', '--no-progress', '--json')
    const { stdout, status } = evaluated()
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ task: 'gymnasium:whole', episodes: 3, lengths: [5, 5, 5] })
    expect(evaluated().stdout).toBe(stdout)
  })

  it.each([
    ['crash late', 'step 25: Python exited with code 7: ValueError: no legs'],
    ['killed late', 'step 25: Python was ended by SIGKILL'],
  ])('keeps everything when the process ends: %s', (flaw, message) => {
    const name = flaw.replace(' ', '-')
    const { stderr, status } = run(
      'train',
      `gymnasium:${flaw}`,
      '--python',
      fake,
      '--steps',
      '60',
      ...small,
      '--out',
      name,
    )
    expect(status).toBe(1)
    expect(stderr).toContain(`rivulet: gymnasium:${flaw}: ${message}; `)
    expect(rows(name)).toHaveLength(4)
    for (const file of ['policy.safetensors', 'weights.safetensors'])
      expect(existsSync(join(place, name, file))).toBe(true)
  })

  it.each([
    [
      ['gymnasium:absent', '--python', fake],
      /^rivulet: gymnasium:absent: .* cannot import gymnasium .*: install it with .*\n$/,
    ],
    [
      ['gymnasium:whole', '--python', '/nowhere'],
      /^rivulet: gymnasium:whole: there is no program \/nowhere: install Python .*\n$/,
    ],
    [['gymnasium:', '--python', fake], /^rivulet: task: expected a task .*; got "gymnasium:"/],
    [
      ['Hopper-v4', '--python', fake],
      /^rivulet: --python: expected nothing with Hopper-v4, whose id does not begin with gymnasium:; got/,
    ],
    [
      ['gymnasium:unbounded', '--python', fake],
      /^rivulet: --action-range: expected clip with gymnasium:unbounded, whose action 0 has no bounds; got rescale\n$/,
    ],
    [['gymnasium:whole', '--task-option', 'g'], /^rivulet: --task-option: expected name=value; got "g"\n$/],
  ])('is refused with one line, and nothing is written: %j', (words, message) => {
    const { stderr, status } = run('train', ...words, '--out', 'refused')
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)])
    expect(existsSync(join(place, 'refused'))).toBe(false)
  })
})

describe('a sweep with environments in another process', () => {
  needs('a shell', process.platform !== 'win32')
  const write = (name: string, tasks: readonly string[]) => {
    const settings = { hidden: [8, 8] }
    writeFileSync(join(place, name), JSON.stringify({ tasks, algorithms: ['avg'], seeds: 1, steps: 60, settings }))
  }
  const sweep = (...words: string[]) => run('sweep', ...words, '--python', fake, '--no-progress', '--jobs', '1')

  it('carries them out beside tasks of its own, begins those again that were broken off, and no other', () => {
    write('both.json', ['gymnasium:whole', 'Pendulum-v1'])
    expect(sweep('both.json')).toMatchObject({ status: 0, stdout: '2 runs finished; written to runs/both.\n' })
    const folder = 'runs/both/gymnasium-whole-avg-s1'
    expect(rows(folder)).toHaveLength(12)
    // As if the process had been killed: a row, and no entry in the log of the sweep.
    const log = join(place, 'runs/both/sweep.jsonl')
    const lines = readFileSync(log, 'utf8').trim().split('\n')
    writeFileSync(log, lines.filter((line) => !line.includes('gymnasium')).join('\n') + '\n')
    rmSync(join(place, folder, 'policy.safetensors'))
    expect(sweep('both.json').status).toBe(0)
    expect(rows(folder)).toHaveLength(12)
    expect(existsSync(join(place, folder, 'policy.safetensors'))).toBe(true)
    expect(readFileSync(log, 'utf8').match(/Pendulum/g)).toHaveLength(1)
  })

  it('says why an environment is refused, in one line', () => {
    write('absent.json', ['gymnasium:absent'])
    expect(sweep('absent.json')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^rivulet: gymnasium:absent: .*cannot import gymnasium.*\n$/),
    })
  })

  it('is compared by the same option', () => {
    const words = ['compare', '--tasks', 'gymnasium:whole', '--algorithms', 'avg,iac', '--seeds', '1', '--steps', '40']
    const { status, stderr } = run(...words, '--python', fake, '--no-progress', '--jobs', '1', '--out', 'compared')
    expect([status, stderr]).toEqual([0, ''])
    expect(existsSync(join(place, 'compared', 'report.html'))).toBe(true)
  })
})

describe('a run in Python', () => {
  needs(absentPython, python !== null)

  it('has the options of its environment in its config, and what the environment prints on standard error', () => {
    vi.stubEnv('PYTHONPATH', worldsFolder)
    const words = ['train', 'gymnasium:worlds:World-v0', '--python', python!, '--task-option', 'kind=prints']
    const { stdout, stderr, status } = run(...words, '--steps', '30', ...small, '--log', 'json', '--out', 'prints')
    vi.unstubAllEnvs()
    expect(status).toBe(0)
    for (const line of stdout.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
    for (const line of ['a line in Python', 'a line below it', 'a line of another process'])
      expect(stderr).toContain(line)
    const config = JSON.parse(readFileSync(join(place, 'prints', 'config.json'), 'utf8'))
    expect(config).toMatchObject({ task: 'gymnasium:worlds:World-v0', taskOptions: { kind: 'prints' } })
  })
})
