/** Experiments and their runs. */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decode, renderFailure } from '../../../src/edge/decode.js'
import { taskSpec } from '../../../src/environments/tasks.js'
import { defaultsFor } from '../../../src/runs/config.js'
import { experimentFile } from '../../../src/runs/sweep/experimentFile.js'
import { type PlannedRun, plannedRuns } from '../../../src/runs/sweep/plannedRuns.js'

const base = { tasks: ['Pendulum-v1'], algorithms: ['avg'], seeds: 1, steps: 300 }

const planned = async (experiment: object): Promise<readonly PlannedRun[] | readonly string[]> => {
  const decoded = decode(experimentFile)(experiment)
  if (E.isLeft(decoded)) return decoded.left.map(renderFailure)
  const runs = await plannedRuns(decoded.right)
  return E.isLeft(runs) ? runs.left.map(renderFailure) : runs.right
}
const runsOf = async (changed: object): Promise<readonly PlannedRun[]> =>
  (await planned({ ...base, ...changed })) as readonly PlannedRun[]
const namesOf = async (changed: object): Promise<readonly string[]> => (await runsOf(changed)).map(({ name }) => name)

describe('the runs of an experiment', () => {
  it('have the defaults of their task, but for steps and seed', async () => {
    const [run] = await runsOf({ seeds: [7] })
    const defaults = defaultsFor(await taskSpec('Pendulum-v1'))
    expect(run.settings).toEqual({ ...defaults, steps: 300, seed: 7 })
    expect(run).toMatchObject({ name: 'Pendulum-v1-avg-s7', kind: 'Pendulum-v1-avg', written: {} })
  })

  it('have no slash in the names of their directories', async () => {
    const [run] = await runsOf({ tasks: ['dm_control/pendulum-swingup'], seeds: [7] })
    expect(run).toMatchObject({ name: 'dm_control-pendulum-swingup-avg-s7', kind: 'dm_control/pendulum-swingup-avg' })
  })

  it('are tasks x algorithms x settings x seeds, one seed after another', async () => {
    const many = {
      tasks: ['Pendulum-v1', 'Hopper-v4'],
      algorithms: ['avg', { algorithm: 'iac', name: 'small', settings: { hidden: [8, 8], discount: [0.9, 0.99] } }],
      seeds: [3, 1],
    }
    const once = (seed: number) => [
      `Pendulum-v1-avg-s${seed}`,
      `Hopper-v4-avg-s${seed}`,
      `Pendulum-v1-small-discount-0.9-s${seed}`,
      `Pendulum-v1-small-discount-0.99-s${seed}`,
      `Hopper-v4-small-discount-0.9-s${seed}`,
      `Hopper-v4-small-discount-0.99-s${seed}`,
    ]
    expect(await namesOf(many)).toEqual([...once(3), ...once(1)])
    const runs = await runsOf(many)
    expect(runs[3].settings).toMatchObject({ algorithm: 'iac', settings: { hidden: [8, 8], discount: 0.99 } })
  })

  it('have a grid of lists, of which a value that is a list itself is one', async () => {
    expect(await namesOf({ settings: { hidden: [[8, 8], [16]], normalizeObservation: [true, false] } })).toEqual([
      'Pendulum-v1-avg-normalizeObservation-true-hidden-8x8-s1',
      'Pendulum-v1-avg-normalizeObservation-true-hidden-16-s1',
      'Pendulum-v1-avg-normalizeObservation-false-hidden-8x8-s1',
      'Pendulum-v1-avg-normalizeObservation-false-hidden-16-s1',
    ])
    expect(await namesOf({ settings: { hidden: [8, 8] } })).toEqual(['Pendulum-v1-avg-s1'])
  })

  it('take settings of an algorithm before those of all, and count their seeds from 1', async () => {
    const own = { algorithm: 'avg', settings: { discount: 0.8 } }
    const runs = await runsOf({ algorithms: [own], settings: { discount: [0.9, 0.99], hidden: [8] }, seeds: 3 })
    expect(runs.map(({ settings: { seed } }) => seed)).toEqual([1, 2, 3])
    for (const { settings } of runs) expect(settings.settings).toMatchObject({ discount: 0.8, hidden: [8] })
  })

  it('have options of their task, which its own codecs decode', async () => {
    const runs = await runsOf({
      tasks: ['Hopper-v5'],
      settings: { taskOptions: [{}, { healthyZRange: [0.8, 'none'] }] },
    })
    expect(runs.map(({ name, settings: { taskOptions } }) => [name, taskOptions])).toEqual([
      ['Hopper-v5-avg-taskOptions-none-s1', undefined],
      ['Hopper-v5-avg-taskOptions-healthyZRange-0.8xnone-s1', { healthyZRange: [0.8, 'none'] }],
    ])
    expect(await planned({ ...base, settings: { taskOptions: { G: 1 } } })).toEqual([
      'Pendulum-v1-avg: taskOptions.G: expected one of g; got "G"; nearest: g',
    ])
  })

  it('of long labels have short names that differ', async () => {
    const steps = [0.123456789, 0.223456789]
    const names = await namesOf({
      settings: { actorStepSize: steps, criticStepSize: steps, entropyCoefficient: steps, adamBeta2: steps },
    })
    expect(new Set(names).size).toBe(16)
    for (const name of names) expect(name.length).toBeLessThan(40)
  })

  it('of a random search have its configurations, by the names of each algorithm', async () => {
    const runs = await runsOf({ algorithms: ['avg', 'sac-1'], search: { configurations: [122, 129] } })
    expect(runs.map(({ name, settings }) => [name, settings.settings])).toEqual([
      ['Pendulum-v1-avg-h122-s1', expect.objectContaining({ actorStepSize: 1.1e-5, entropyCoefficient: 0.3 })],
      ['Pendulum-v1-avg-h129-s1', expect.objectContaining({ actorStepSize: 6.3e-3, entropyCoefficient: 0.07 })],
      ['Pendulum-v1-sac-1-h122-s1', expect.objectContaining({ actorStepSize: 1.1e-5, temperatureStepSize: 0.3 })],
      ['Pendulum-v1-sac-1-h129-s1', expect.objectContaining({ actorStepSize: 6.3e-3, temperatureStepSize: 0.07 })],
    ])
    expect(await namesOf({ search: { configurations: 3 } })).toEqual(
      [0, 1, 2].map((seed) => `Pendulum-v1-avg-h${seed}-s1`),
    )
  })
})

describe('a bad experiment is one line', () => {
  it.each<[object, RegExp | string]>([
    [{ task: ['Pendulum-v1'] }, /^task: expected one of tasks, algorithms, .*; got "task"; nearest: tasks$/],
    [{ tasks: ['Pendulm-v1'] }, /^tasks\[0\]: expected a task .*; got "Pendulm-v1"; nearest: Pendulum-v1$/],
    [{ tasks: [] }, 'tasks: expected one or more tasks; got []'],
    [{ seeds: 0 }, 'seeds: expected a positive integer at most 100000, or a list of seeds; got 0'],
    [{ seeds: [1, -1] }, 'seeds[1]: expected an integer from 0 to 2^53 - 1; got -1'],
    [{ steps: 1.5 }, 'steps: expected a positive integer; got 1.5'],
    [{ algorithms: ['avgg'] }, /^algorithms\[0\]: expected one of avg, .*; got "avgg"; nearest: avg$/],
    [
      { algorithms: [{ algorithm: 'icc' }] },
      /^algorithms\[0\]\.algorithm: expected one of .*; got "icc"; nearest: iac$/,
    ],
    [{ algorithms: [{ algorithm: 'avg', name: 'a/b' }] }, /^algorithms\[0\]\.name: expected a name of .*; got "a\/b"$/],
    [
      { algorithms: [{ algorithm: 'avg', settings: { discont: 1 } }] },
      /^algorithms\[0\]\.settings\.discont: expected one of .*; got "discont"; nearest: discount$/,
    ],
    [
      { algorithms: [{ algorithm: 'avg', settings: { discount: [0.9, 1.1] } }] },
      'algorithms[0].settings.discount[1]: expected a number >= 0 and <= 1; got 1.1',
    ],
    [
      { settings: { actionRange: 'clp' } },
      'settings.actionRange: expected one of clip, rescale, or a list of such; got "clp"; nearest: clip',
    ],
    [{ settings: { discount: [] } }, 'settings.discount: expected a number >= 0 and <= 1, or a list of such; got []'],
    [
      { algorithms: ['avg', 'td3'], settings: { entropyCoefficient: 0.1 } },
      'settings.entropyCoefficient: expected a setting of every algorithm of the experiment, but td3 has none; got 0.1',
    ],
    [
      { settings: { kernels: 'typescript', threads: 2 } },
      'Pendulum-v1-avg: threads: expected 1 with the kernels in TypeScript; got 2',
    ],
    [
      { settings: { engine: 'tfjs', threads: 1 } },
      'Pendulum-v1-avg: threads: expected nothing with the engine tfjs; got 1',
    ],
    [{ algorithms: ['avg', 'avg'] }, /^runs: expected names that differ; .*; got Pendulum-v1-avg-s1 twice$/],
    [{ seeds: [1, 1] }, /^runs: expected names that differ; .*; got Pendulum-v1-avg-s1 twice$/],
    [{ algorithms: ['td3'], search: { configurations: 2 } }, /^search: expected algorithms with .*; got td3$/],
    [
      { search: { configurations: 2 }, settings: { discount: 0.9 } },
      'settings.discount: expected nothing beside search, which draws it; got [0.9]',
    ],
    [{ search: { seeds: 2 } }, /^search\.seeds: expected one of configurations; got "seeds"/],
    [
      { search: { configurations: [2 ** 32] } },
      'search.configurations[0]: expected an integer from 0 to 2^32 - 1; got 4294967296',
    ],
  ])('%j', async (changed, line) => {
    const lines = await planned({ ...base, ...changed })
    const last = lines.filter((each) => !(typeof each === 'string' && /configurations: .*got nothing$/.test(each)))
    expect(last).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)])
  })
})
