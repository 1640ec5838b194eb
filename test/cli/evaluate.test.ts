import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { lastValueFrom, take, toArray } from 'rxjs'
import { actuate } from '../../operators/actuate.js'
import { appendTime } from '../../operators/appendTime.js'
import { clipAction } from '../../operators/clipAction.js'
import { clipObservation } from '../../operators/clipObservation.js'
import { episodes } from '../../operators/episodes.js'
import { normalizeObservation } from '../../operators/normalizeObservation.js'
import { rescaleAction } from '../../operators/rescaleAction.js'
import { sampleAction } from '../../operators/sampleAction.js'
import { evaluationWorld } from '../../src/drivers/evaluationWorld.js'
import { simulate } from '../../src/drivers/simulate.js'
import { policyToBytes } from '../../src/learners/policy/policyBytes.js'
import { readPolicy } from '../../src/learners/policy/policyFiles.js'
import { pipe } from '../../src/streams/pipe.js'
import { algorithms } from '../../src/runs/algorithms.js'
import { readRunConfig } from '../../src/runs/configFile.js'
import { environmentRandom, openAgent, train, trainCells } from '../../src/runs/train.js'
import { rightOf } from '../learners/interchange/learners.js'
import { rivulet, started } from './program.js'

// Each run is a process of its own, which is slow on a slow machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-evaluate-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const run = (...words: string[]) => rivulet(words, place)
const trained = (name: string, ...words: string[]) => {
  const small = ['--steps', '260', '--no-progress', '--out', name]
  const ended = run('train', 'Pendulum-v1', ...small, ...words)
  if (ended.status !== 0 || ended.stderr !== '') throw new Error(ended.stderr)
}
const evaluated = (...words: string[]) => run('evaluate', ...words, '--no-progress')
const policyBytes = (name: string): Buffer => readFileSync(join(place, name, 'policy.safetensors'))

/** The returns of the learner itself, in the pipeline of its run without learning. */
const ownReturns = async (name: string, seed: number, count: number): Promise<number[]> => {
  const {
    versions: _versions,
    platform: _platform,
    architecture: _architecture,
    ...settings
  } = rightOf(await readRunConfig(join(place, name))())
  const training = await simulate('Pendulum-v1', { random: environmentRandom(settings) })
  const agent = await openAgent(settings, training.spec)
  await lastValueFrom(train(settings, { world: training, agent, cells: trainCells(), writeEpisode: () => undefined }))
  training.close()
  const world = await evaluationWorld('Pendulum-v1', seed)
  const { learner, moments } = agent
  const unchanged = <T>(source: T): T => source
  const sampled = pipe(
    world.timeSteps,
    settings.normalizeObservation ? normalizeObservation(moments, { update: false }) : unchanged,
    settings.clipObservation === 'none' ? unchanged : clipObservation(settings.clipObservation),
    settings.appendTime ? appendTime(world.spec.stepLimit) : unchanged,
    sampleAction(learner, { deterministic: true }),
  )
  const { action } = world.spec
  const sent = settings.actionRange === 'clip' ? clipAction(action)(sampled) : rescaleAction(action)(sampled)
  const done = await lastValueFrom(pipe(sent, actuate(world), episodes()).pipe(take(count), toArray()))
  world.close()
  learner.close()
  return done.map((episode) => episode.return)
}

beforeAll(() => trained('first'))

describe('the policy of a run', () => {
  it.each(algorithms.map(({ name }) => name))('of %s evaluates as the learner itself, bit for bit', async (name) => {
    trained(name, '--algorithm', name, '--hidden', '24,16')
    const { status, stdout, stderr } = evaluated(name, '--episodes', '2', '--seed', '3', '--json')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ returns: await ownReturns(name, 3, 2), lengths: [200, 200], seed: 3 })
    const { provenance } = await readPolicy(join(place, name, 'policy.safetensors'))
    expect(provenance).toMatchObject({ algorithm: name, engine: 'fused', seed: 1, steps: 260 })
    expect(Object.keys(provenance.versions ?? {})).toEqual(['rivulet', 'mujoco', 'node'])
  })

  it('of the engine tfjs evaluates as its learner, to rounding', async () => {
    trained('tfjs', '--engine', 'tfjs', '--backend', 'cpu', '--hidden', '16,16')
    const { returns } = JSON.parse(evaluated('tfjs', '--episodes', '2', '--seed', '3', '--json').stdout) as {
      returns: number[]
    }
    const own = await ownReturns('tfjs', 3, 2)
    own.forEach((value, i) => expect(Math.abs(returns[i] / value - 1)).toBeLessThan(1e-3))
  })

  it('is written at Ctrl-C, and again by resume, as an unbroken run writes it', async () => {
    const { child, ended } = started(
      ['train', 'Pendulum-v1', '--steps', '100000000', '--hidden', '8,8', '--out', 'cut'],
      place,
    )
    while (!readdirHas('cut', 'episodes.csv')) await new Promise((resolve) => setTimeout(resolve, 20))
    child.kill('SIGINT')
    expect((await ended).status).toBe(130)
    const { steps = 0 } = (await readPolicy(join(place, 'cut', 'policy.safetensors'))).provenance
    expect(steps).toBeGreaterThan(0)
    cpSync(join(place, 'first'), join(place, 'again'), { recursive: true })
    rmSync(join(place, 'again', 'policy.safetensors'))
    expect(evaluated('again').stderr).toBe(
      "rivulet: again: expected a policy.safetensors in it; got a run without one; 'rivulet resume again' ends it and writes one\n",
    )
    expect(run('resume', 'again', '--no-progress').status).toBe(0)
    expect(policyBytes('again')).toEqual(policyBytes('first'))
  })
})
const readdirHas = (name: string, file: string): boolean => {
  try {
    return readFileSync(join(place, name, file), 'utf8').split('\n').length > 2
  } catch {
    return false
  }
}

describe('rivulet evaluate', () => {
  it('gives the same result for the same seed, of a directory and of a file', () => {
    const words = ['--episodes', '3', '--seed', '2']
    const first = evaluated('first', ...words)
    expect(first).toMatchObject({ status: 0, stderr: '' })
    expect(first.stdout).toMatch(
      /^Pendulum-v1: mean return -[\d,]+\.\d, deviation [\d,]+\.\d, interquartile mean -[\d,]+\.\d \(95 % interval -[\d,]+\.\d to -[\d,]+\.\d\); 3 episodes of seed 2, actions deterministic\.\n$/,
    )
    expect(evaluated(join('first', 'policy.safetensors'), ...words).stdout).toBe(first.stdout)
    expect(evaluated('first', '--episodes', '3', '--seed', '4').stdout).not.toBe(first.stdout)
    const drawn = ['first', ...words, '--stochastic']
    expect(evaluated(...drawn).stdout).toBe(evaluated(...drawn).stdout)
    expect(evaluated(...drawn).stdout).toMatch(/actions drawn\.\n$/)
    expect(evaluated(...drawn, '--json').stdout).not.toBe(evaluated('first', ...words, '--json').stdout)
  })

  it('sums up the returns that it prints', () => {
    const { returns, mean, deviation, interquartileMean, ...rest } = JSON.parse(
      evaluated('first', '--json').stdout,
    ) as { returns: number[]; mean: number; deviation: number; interquartileMean: Record<string, number> }
    expect(rest).toMatchObject({ task: 'Pendulum-v1', episodes: 10, seed: 1, stochastic: false })
    expect(returns).toHaveLength(10)
    const sum = (values: readonly number[]) => values.reduce((one, other) => one + other, 0)
    expect(mean).toBeCloseTo(sum(returns) / 10, 9)
    expect(deviation).toBeCloseTo(Math.sqrt(sum(returns.map((value) => (value - mean) ** 2)) / 9), 9)
    const middle = returns.toSorted((a, b) => a - b).slice(2, 8)
    expect(interquartileMean['value']).toBeCloseTo(sum(middle) / 6, 9)
    expect(interquartileMean['low']).toBeLessThan(interquartileMean['value'])
    expect(interquartileMean['high']).toBeGreaterThan(interquartileMean['value'])
  })

  it('shows how far it has come, and ends at Ctrl-C in one line without a result', async () => {
    expect(run('evaluate', 'first', '--episodes', '2').stderr).toMatch(/^2\/2 episodes, mean return -[\d,]+\.\d\n$/)
    const { child, ended } = started(['evaluate', 'first', '--episodes', '1000000'], place)
    // The first line of progress comes after ten seconds.
    child.stderr.once('data', () => child.kill('SIGINT'))
    const { status, stdout, stderr } = await ended
    expect({ status, stdout }).toEqual({ status: 130, stdout: '' })
    expect(stderr).toMatch(
      /^\d+\/1,000,000 episodes, mean return -[\d,]+\.\d\n(.*\n)?rivulet: SIGINT: stopped after \d+ of 1,000,000 episodes\n$/,
    )
  })

  it('refuses what is no policy, in one line', async () => {
    mkdirSync(join(place, 'empty'))
    const bytes = policyBytes('first')
    writeFileSync(join(place, 'cut.safetensors'), bytes.subarray(0, -4))
    bytes[bytes.length - 5] ^= 8
    writeFileSync(join(place, 'bit.safetensors'), bytes)
    const saved = await readPolicy(join(place, 'first', 'policy.safetensors'))
    const { spec } = saved
    writeFileSync(join(place, 'other.safetensors'), policyToBytes({ ...saved, spec: { ...spec, name: 'Pendulum-v2' } }))
    const renamed = { ...spec, observation: { ...spec.observation, names: ['a', 'b', 'c'] } }
    writeFileSync(join(place, 'names.safetensors'), policyToBytes({ ...saved, spec: renamed }))
    for (const [path, line] of [
      ['nowhere', /^nowhere: expected a file that can be read; got ENOENT: .*$/],
      ['empty', /^empty: expected a policy\.safetensors in it; got none$/],
      [
        'first/weights.safetensors',
        /^first\/weights\.safetensors: expected a policy of Rivulet; got a safetensors file without rivulet\.policy.*$/,
      ],
      ['first/config.json', /^first\/config\.json: file: expected .*$/],
      ['cut.safetensors', /^cut\.safetensors: actor\.\S+: expected bytes .*truncated$/],
      [
        'bit.safetensors',
        /^bit\.safetensors: rivulet\.checksum: expected \S+; got \S+ the file was changed or damaged$/,
      ],
      [
        'other.safetensors',
        /^other\.safetensors: expected a policy for a task of this version, as rivulet tasks lists them; got "Pendulum-v2"; nearest: Pendulum-v1$/,
      ],
      [
        'names.safetensors',
        /^names\.safetensors: expected a policy for Pendulum-v1 as it is in this version; got "observations of a, b, c"$/,
      ],
    ] as const) {
      const { status, stdout, stderr } = evaluated(path)
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      expect(stderr.replace(/^rivulet: /, '').trimEnd()).toMatch(line)
    }
    expect(evaluated('first', '--episodes', '0')).toMatchObject({
      status: 2,
      stderr: 'rivulet: --episodes: expected a positive integer; got "0"\n',
    })
  })
})
