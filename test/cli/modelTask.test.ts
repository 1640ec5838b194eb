/** `mjcf:<path>` wherever the command takes a task. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { rivulet } from './program.js'

// Each run is a process of its own, which is slow on a slow machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-mjcf-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))
const arm = readFileSync(new URL('../../examples/arm.xml', import.meta.url), 'utf8')
writeFileSync(join(place, 'arm.xml'), arm)
writeFileSync(join(place, 'broken.xml'), arm.replace('<motor joint="elbow"/>', '<motor joint="elbo"/>'))

const run = (...words: string[]) => rivulet(words, place)
const task = ['mjcf:arm.xml', '--task-option', 'reward=-1*to target', 'stepLimit=20', 'resetNoiseScale=0.1']
const small = ['--hidden', '8,8', '--no-progress']
const rows = (name: string): string => readFileSync(join(place, name, 'episodes.csv'), 'utf8')

it('is trained on, repeated, resumed and evaluated', () => {
  const trained = run('train', ...task, '--steps', '60', ...small, '--out', 'arm')
  expect(trained).toMatchObject({ status: 0, stderr: '' })
  expect(trained.stdout).toMatch(/^mjcf:arm\.xml: 60 steps in /)
  const { task: id, taskOptions } = JSON.parse(readFileSync(join(place, 'arm', 'config.json'), 'utf8'))
  expect([id, taskOptions]).toEqual(['mjcf:arm.xml', { reward: ['-1*to target'], stepLimit: 20, resetNoiseScale: 0.1 }])
  expect(run('resume', 'arm', '--steps', '120', '--no-progress').status).toBe(0)
  expect(run('train', ...task, '--steps', '120', ...small, '--out', 'whole').status).toBe(0)
  const returnsOf = (name: string) =>
    rows(name)
      .split('\n')
      .map((row) => row.split(',').slice(0, 3))
  expect(returnsOf('arm')).toEqual(returnsOf('whole'))
  const evaluated = run('evaluate', 'arm', '--episodes', '2', '--json', '--no-progress')
  expect(JSON.parse(evaluated.stdout)).toMatchObject({ task: 'mjcf:arm.xml', lengths: [20, 20] })
})

it('has a default directory without a slash or colon', () => {
  expect(run('train', ...task, '--steps', '20', ...small).stdout).toMatch(
    /written to runs\/mjcf-arm\.xml-avg-s1-[\d-]+\.\n$/,
  )
})

it('is described with its sensors', () => {
  const { stdout, status } = run('tasks', 'mjcf:arm.xml')
  expect(status).toBe(0)
  for (const line of [
    /^shoulder yaw angle +rad/m,
    /^to target z +m/m,
    /^elbow +1 +-1 +1$/m,
    /^observation +qpos,qvel,to target/m,
  ])
    expect(stdout).toMatch(line)
})

it.each([
  [
    ['train', 'mjcf:arm.xml'],
    /^rivulet: mjcf:arm\.xml: expected --task-option reward=\.\.\.: one or more terms, each a sensor with a factor, .*\(sensors of the model: to target\); got nothing\n$/,
  ],
  [['train', 'mjcf:gone.xml'], /^rivulet: gone\.xml: expected a file of MJCF, got none\n$/],
  [['tasks', 'mjcf:gone.xml'], /^rivulet: gone\.xml: expected a file of MJCF, got none\n$/],
  [['train', 'mjcf:broken.xml'], /^rivulet: mjcf:broken\.xml: MuJoCo Error: .*'elbo'.* line 41\n$/],
  [['train', 'mjcf:'], /^rivulet: task: expected a task .*; got "mjcf:"/],
  [
    ['train', 'mjcf:arm.xml', '--task-option', 'reward=-1*to targe'],
    /^rivulet: --task-option reward\[0\]: expected a sensor with a factor, .* got "-1\*to targe"; nearest: to target\n$/,
  ],
])('is refused with one line: %j', (words, message) => {
  const { status, stderr } = run(...words)
  expect(stderr).toMatch(message)
  expect(status).toBe(2)
})
