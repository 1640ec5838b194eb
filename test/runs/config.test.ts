import { isLeft, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decode, renderFailure } from '../../src/edge/decode.js'
import type { Values } from '../../src/edge/settings.js'
import { taskIds, taskSpec } from '../../src/environments/tasks.js'
import { defaultHyperparameters, publishedSettings } from '../../src/learners/avg/publishedSettings.js'
import { algorithms } from '../../src/runs/algorithms.js'
import { defaultsFor, runConfig, runConflicts, runSettings, settingsIn, type RunConfig } from '../../src/runs/config.js'
import { learnerSpec } from '../../src/runs/learnerSpec.js'
import { provenance } from '../../src/runs/versions.js'

const config: RunConfig = { ...defaultsFor(await taskSpec('Hopper-v4')), ...provenance() }

describe('defaultsFor', () => {
  it.each(taskIds)('%s: passes its own codec, for 100,000 steps of seed 1', async (task) => {
    const defaults = defaultsFor(await taskSpec(task))
    expect(decode(runSettings)(defaults)).toEqual(right(defaults))
    expect(defaults).toMatchObject({ task, algorithm: 'avg', steps: 100_000, seed: 1, normalizeObservation: true })
  })

  it('takes the settings of the paper, and its clipped actions, for its tasks', async () => {
    for (const task of ['Hopper-v4', 'HalfCheetah-v4'] as const) {
      const paper = { actionRange: 'clip', settings: publishedSettings(task) }
      expect(defaultsFor(await taskSpec(task))).toMatchObject(paper)
    }
  })

  it('takes settings of our own and the whole range of actions for other tasks', async () => {
    expect(defaultsFor(await taskSpec('Pendulum-v1'))).toMatchObject({
      actionRange: 'rescale',
      settings: defaultHyperparameters,
    })
  })
})

const spec = await taskSpec('Hopper-v4')

describe('runConflicts', () => {
  const run = defaultsFor(spec)

  it('has none for the defaults, and none for what the task and the algorithm allow', () => {
    expect(runConflicts(run, algorithms[0], spec)).toEqual([])
    expect(
      runConflicts({ appendTime: true, normalizeReward: 'gymnasium', actionRange: 'clip' }, algorithms[0], spec),
    ).toEqual([])
  })

  it.each([
    [
      { appendTime: true },
      { name: 'avg', fields: algorithms[0].fields },
      'appendTime: expected false with Hopper-v4, whose episodes have no limit; got true',
    ],
    [
      { normalizeReward: 'gymnasium' as const },
      { name: 'toy', fields: {} },
      'normalizeReward: expected none with toy, which has no discount; got gymnasium',
    ],
  ])('refuses %j', (changed, algorithm, line) => {
    const endless = { ...spec, stepLimit: Infinity }
    expect(runConflicts({ ...run, ...changed }, algorithm, endless).map(renderFailure)).toEqual([line])
  })
})

describe('learnerSpec', () => {
  it('is the spec of the world, with the time behind it if that is appended', async () => {
    expect(await learnerSpec({ appendTime: false }, spec)).toBe(spec)
    const { observation } = await learnerSpec({ appendTime: true }, spec)
    expect(observation.size).toBe(spec.observation.size + 1)
    expect(observation.names.at(-1)).toBe('time in the episode')
  })
})

describe('runConfig', () => {
  it('is the same after it was written and read', () => {
    expect(decode(runConfig)(JSON.parse(JSON.stringify(config)))).toEqual(right(config))
  })

  it('takes configs of before the commit and the processor were written', () => {
    const { commit: _commit, cpu: _cpu, ...earlier } = config
    expect(decode(runConfig)(earlier)).toEqual(right(earlier))
    expect(settingsIn(earlier as RunConfig)).toEqual(defaultsFor(spec))
    expect(settingsIn(config)).toEqual(defaultsFor(spec))
  })

  it('is the same for the other engine too', () => {
    const { kernels: _ofFused, threads: _likewise, ...shared }: Values = { ...config }
    const onTensorFlow = { ...shared, engine: 'tfjs', backend: 'wasm' }
    expect(decode(runConfig)(onTensorFlow)).toEqual(right(onTensorFlow))
  })

  const linesOf = (changed: object): string[] => {
    const result = decode(runConfig)({ ...config, ...changed })
    return isLeft(result) ? result.left.map(renderFailure) : []
  }
  const { settings } = config

  it.each([
    [{ task: 'Hoper-v4' }, /^task: expected a task \(rivulet tasks lists them\); got "Hoper-v4"; nearest: Hopper-v4$/],
    [{ engine: 'fusd' }, /^engine: expected one of fused, tfjs; got "fusd"; nearest: fused$/],
    [{ engine: undefined }, /^engine: expected one of fused, tfjs; got nothing$/],
    [{ backend: 'cpu' }, /^backend: expected one of engine, kernels, .*; got "backend"$/],
    [{ engine: 'tfjs', backend: 'cpu' }, /^kernels: expected one of engine, backend, .*; got "kernels"$/],
    [{ steps: 0 }, /^steps: expected a positive integer; got 0$/],
    [{ seed: -1 }, /^seed: expected an integer from 0 to 2\^53 - 1; got -1$/],
    [{ settings: { ...settings, discount: 1.01 } }, /^settings\.discount: expected a number >= 0 and <= 1; got 1\.01$/],
    [{ settings: { ...settings, adamBeta1: 1 } }, /^settings\.adamBeta1: expected a number >= 0 and < 1; got 1$/],
    [{ settings: { ...settings, hidden: [] } }, /^settings\.hidden: expected one or more positive integers; got \[\]$/],
    [{ settings: { ...settings, actorStepSize: undefined } }, /^settings\.actorStepSize: .*; got nothing$/],
    [{ settings: { ...settings, actorStepsize: 1 } }, /^settings\.actorStepsize: .*; nearest: actorStepSize$/],
    [{ versions: { rivulet: '1' } }, /^versions\.mujoco: expected a text; got nothing$/],
    [{ clipReward: 0 }, /^clipReward: expected a positive number, or none; got 0$/],
    [{ clipObservation: null }, /^clipObservation: expected a positive number, or none; got null$/],
    [{ normalizeReward: 'ppo' }, /^normalizeReward: expected one of none, gymnasium, stream-ac; got "ppo"/],
    [{ onDivergence: 'halt' }, /^onDivergence: expected one of stop, rollback; got "halt"$/],
    [{ sede: 1 }, /^sede: expected one of .*; got "sede"; nearest: seed$/],
  ])('refuses %j', (changed, line) => {
    expect(linesOf(changed)[0]).toMatch(line)
  })

  it('takes a config from before onDivergence, of which the run stops', () => {
    const { onDivergence, ...earlier } = config
    expect(onDivergence).toBe('stop')
    expect(decode(runConfig)(earlier)).toEqual(right(earlier))
  })
})
