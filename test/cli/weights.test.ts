import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isLeft } from 'fp-ts/lib/Either.js'
import { lastValueFrom } from 'rxjs'
import { decode } from '../../src/edge/decode.js'
import { simulate } from '../../src/drivers/simulate.js'
import { parseSafetensors } from '../../src/learners/interchange/safetensors.js'
import { weightsOf } from '../../src/learners/interchange/weights.js'
import { runConfig } from '../../src/runs/config.js'
import { openAgent, environmentRandom, train, trainCells } from '../../src/runs/train.js'
import { rivulet, started } from './program.js'

// Each test trains in a process of its own, which is slow on a slow machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-cli-weights-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const small = ['train', 'Pendulum-v1', '--hidden', '8,8', '--no-progress']
const bytes = (...names: string[]): Buffer => readFileSync(join(place, ...names))
const run = (...words: string[]) => rivulet(words, place)

beforeAll(() => {
  const { status, stderr } = run(...small, '--steps', '250', '--out', 'first')
  if (status !== 0) throw new Error(stderr)
})

describe('the weights of a run', () => {
  it('are those that its agent ended with', async () => {
    const config = decode(runConfig)(JSON.parse(bytes('first', 'config.json').toString()))
    if (isLeft(config)) throw new Error('no config')
    const world = await simulate('Pendulum-v1', { random: environmentRandom(config.right) })
    const agent = await openAgent(config.right, world.spec)
    await lastValueFrom(train(config.right, { world, agent, cells: trainCells(), writeEpisode: () => undefined }))
    expect(parseSafetensors(bytes('first', 'weights.safetensors'))).toEqual({
      _tag: 'Right',
      right: weightsOf(agent.learner.parameters, true),
    })
    expect(existsSync(join(place, 'first', 'initial.safetensors'))).toBe(false)
  })

  it('are the initial weights of another run, which saves them', () => {
    const words = ['--weights', 'first/weights.safetensors', '--steps', '50', '--out', 'second']
    expect(run(...small, ...words).status).toBe(0)
    expect(bytes('second', 'initial.safetensors')).toEqual(bytes('first', 'weights.safetensors'))
    expect(bytes('second', 'weights.safetensors')).not.toEqual(bytes('first', 'weights.safetensors'))
    expect(JSON.parse(bytes('second', 'config.json').toString())).toMatchObject({
      weights: 'first/weights.safetensors',
    })
    const again = ['--weights', 'second/initial.safetensors', '--steps', '50', '--out', 'again']
    expect(run(...small, ...again).status).toBe(0)
    expect(bytes('again', 'weights.safetensors')).toEqual(bytes('second', 'weights.safetensors'))
  })

  it('are written at Ctrl-C as well', async () => {
    mkdirSync(join(place, 'stopped'))
    const changes = watch(join(place, 'stopped'))
    const { child, ended } = started([...small, '--steps', '100000000', '--out', 'stopped'], place)
    changes.on('change', (_event, file) => {
      if (file === 'episodes.csv' && child.kill('SIGINT')) changes.close()
    })
    expect((await ended).status).toBe(130)
    expect(parseSafetensors(bytes('stopped', 'weights.safetensors'))._tag).toBe('Right')
  })

  it('are written for a run that failed: the last finite ones', () => {
    const { status } = run(...small, '--critic-step-size', '1e38', '--out', 'diverged')
    expect(status).toBe(1)
    expect(existsSync(join(place, 'diverged', 'weights.safetensors'))).toBe(true)
  })
})

describe('rivulet convert', () => {
  it('makes layers models of a safetensors file, and the same file of them', () => {
    expect(run('convert', 'first/weights.safetensors', 'models')).toEqual({
      status: 0,
      stdout: 'first/weights.safetensors: 243 weights written to models.\n',
      stderr: '',
    })
    expect(run('convert', 'models', 'back.safetensors').status).toBe(0)
    expect(bytes('back.safetensors')).toEqual(bytes('first', 'weights.safetensors'))
  })

  it('makes models that a run can begin with', () => {
    run('convert', 'first/weights.safetensors', 'beginning')
    expect(run(...small, '--weights', 'beginning', '--steps', '10', '--out', 'from-models').status).toBe(0)
    expect(bytes('from-models', 'initial.safetensors')).toEqual(bytes('first', 'weights.safetensors'))
  })
})

describe('bad input: one line, exit code 2, and nothing is made', () => {
  beforeAll(() => {
    run('convert', 'first/weights.safetensors', 'good')
    writeFileSync(join(place, 'cut.safetensors'), bytes('first', 'weights.safetensors').subarray(0, 1500))
    cpSync(join(place, 'good'), join(place, 'without'), { recursive: true })
    rmSync(join(place, 'without', 'critic', 'weights.bin'))
  })

  const none = 'ENOENT: no such file or directory'
  it.each([
    [
      'train Hopper-v4 --hidden 8,8 --weights good',
      'good: actor.phi.0.weight: expected shape [8, 11]; got [8, 3] (and 5 more)',
    ],
    ['train Pendulum-v1 --weights good', 'good: actor.phi.0.weight: expected shape [256, 3]; got [8, 3] (and 10 more)'],
    [
      'train Pendulum-v1 --hidden 8,8 --weights good --no-normalize-penultimate',
      "good: expected weights of plain networks, as the learner's are; got those of normalized ones",
    ],
    [
      'train Pendulum-v1 --hidden 8,8 --weights without',
      `without/critic/weights.bin: expected a file that can be read; got ${none}`,
    ],
    [
      'train Pendulum-v1 --weights none',
      `none: expected a .safetensors file or a directory of layers models; got ${none}`,
    ],
    ['train Pendulum-v1 --weights', '--weights: expected a text; got nothing'],
    ['convert good good', 'good: expected a directory that is new or empty; got a directory that holds "actor"'],
    [
      'convert good models.h5',
      'models.h5: expected a name that ends in .safetensors, or a directory\'s; got ".h5"; nearest: .safetensors',
    ],
    ['convert none some', `none: expected a .safetensors file or a directory of layers models; got ${none}`],
  ])('%s', (line, said) => {
    expect(rivulet(line.split(' '), place)).toEqual({ status: 2, stdout: '', stderr: `rivulet: ${said}\n` })
    expect(existsSync(join(place, 'runs'))).toBe(false)
  })

  it('a truncated file', () => {
    const { status, stderr } = run('train', 'Pendulum-v1', '--hidden', '8,8', '--weights', 'cut.safetensors')
    expect(status).toBe(2)
    expect(stderr).toMatch(
      /^rivulet: cut\.safetensors: \S+: expected bytes \d+ to \d+ of the tensors; got a file that ends after \d+: it is truncated\n$/,
    )
  })
})
