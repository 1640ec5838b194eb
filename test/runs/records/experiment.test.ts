import { isLeft } from 'fp-ts/lib/Either.js'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { renderFailure } from '../../../src/edge/decode.js'
import { experimentOf, randomOf, stepsReached } from '../../../src/runs/records/experiment.js'
import { experiment, folder, recorded, type TestRun } from './runs.js'

const place = folder()
const episodes = [[1000, -5]] as const
const seeds = (count: number, run: TestRun = {}): readonly TestRun[] =>
  Array.from({ length: count }, (_, i) => ({ episodes, ...run, seed: i + 1 }))

describe('experimentOf', () => {
  it('groups by algorithm, in the order of the lists, with runs sorted by seed', async () => {
    const { tasks, groups } = await experiment(join(place, 'algorithms'), [
      { algorithm: 'iac', episodes },
      ...seeds(2, { task: 'HalfCheetah-v4' }).toReversed(),
      { episodes },
    ])
    expect(tasks).toEqual(['Pendulum-v1', 'HalfCheetah-v4'])
    expect(groups.map(({ algorithm, differing }) => [algorithm, differing])).toEqual([
      ['avg', {}],
      ['iac', {}],
    ])
    expect(groups[0].runs['HalfCheetah-v4']?.map(({ config }) => config.seed)).toEqual([1, 2])
    expect(groups[1].runs['HalfCheetah-v4']).toBeUndefined()
  })

  it('groups by the settings that differ on a task, sorted by their values; the defaults of tasks are no difference', async () => {
    const { groups } = await experiment(join(place, 'settings'), [
      { episodes, settings: { discount: 0.99 } },
      { episodes, settings: { discount: 0.9 } },
      { episodes, settings: { discount: 0.99 }, task: 'Hopper-v4' },
    ])
    expect(groups.map(({ differing, runs }) => [differing, Object.keys(runs)])).toEqual([
      [{ discount: 0.9 }, ['Pendulum-v1']],
      [{ discount: 0.99 }, ['Pendulum-v1', 'Hopper-v4']],
    ])
  })

  it('takes settings around the learner, and of the engine, for differences as well', async () => {
    const { groups } = await experiment(join(place, 'around'), [
      { episodes, run: { actionRange: 'clip' } },
      { episodes, run: { kernels: 'typescript' } },
      { episodes, run: { weights: 'old.safetensors' } },
      { episodes },
    ])
    expect(groups).toHaveLength(4)
    expect(Object.keys(groups[0].differing)).toEqual(['actionRange', 'kernels', 'weights'])
  })

  it('takes what a config may lack for a difference, too, if another run has it', async () => {
    const published = { episodes }
    const { groups } = await experiment(join(place, 'lacking'), [
      published,
      { episodes, run: { taskOptions: { g: 9.81 } } },
      { episodes, run: { onDivergence: 'rollback' } },
      { episodes, run: { onDivergence: undefined }, seed: 2 },
    ])
    expect(groups.map(({ differing, runs }) => [differing, runs['Pendulum-v1']?.length])).toEqual([
      [{ onDivergence: 'rollback', taskOptions: {} }, 1],
      [{ onDivergence: 'stop', taskOptions: { g: 9.81 } }, 1],
      [{ onDivergence: 'stop', taskOptions: {} }, 2],
    ])
  })

  it('takes steps and seeds for no difference', async () => {
    const { groups } = await experiment(join(place, 'steps'), [
      { episodes, seed: 1, steps: 1000 },
      { episodes, seed: 2, steps: 2000 },
    ])
    expect(groups).toHaveLength(1)
  })

  it('leaves out runs in which no episode has ended, and names them', async () => {
    const { groups, unfinished } = await experiment(join(place, 'unfinished'), [{ seed: 3 }, { episodes }])
    expect(groups).toHaveLength(1)
    expect(unfinished.map(({ path }) => path)).toEqual([join(place, 'unfinished', 'a')])
  })

  it('refuses two runs with one seed, which would count as two', async () => {
    const runs = await recorded(join(place, 'seeds'), [{ episodes }, { episodes }])
    const result = experimentOf(runs)
    expect(isLeft(result) && result.left.map(renderFailure)).toEqual([
      `${join(place, 'seeds', 'b')}: expected a seed that no other run of avg on Pendulum-v1 with the same settings has; got 1, as in ${join(place, 'seeds', 'a')}`,
    ])
  })

  it('refuses runs of which none has an episode', async () => {
    const result = experimentOf(await recorded(join(place, 'none'), [{}, { seed: 2 }]))
    expect(isLeft(result) && result.left.map(renderFailure)).toEqual(['runs: expected an episode that ended; got none'])
  })
})

it.each([
  [
    1000,
    [
      [400, 0],
      [950, 0],
    ],
    1000,
  ],
  [1000, [[900, 0]], 1000],
  [1000, [[899, 0]], 899],
  [10_000, [[1000, 0]], 1000],
] as const)('stepsReached of %i steps with episodes %j is %i', async (steps, ended, reached) => {
  const [run] = await recorded(join(place, `reached-${steps}-${reached}-${ended.length}`), [{ steps, episodes: ended }])
  expect(stepsReached(run)).toBe(reached)
})

it('randomOf depends on the purpose, the task and the settings, and not on other groups', async () => {
  const alone = await experiment(join(place, 'alone'), seeds(2))
  const beside = await experiment(join(place, 'beside'), [...seeds(3), { episodes, settings: { discount: 0.1 } }])
  const first = (of: typeof alone, group: number, purpose = 'curve') =>
    randomOf(purpose, 'Pendulum-v1', of.groups[group]).uniform()
  expect(first(beside, 1)).toBe(first(alone, 0))
  expect(first(beside, 0)).not.toBe(first(alone, 0))
  expect(first(alone, 0, 'final')).not.toBe(first(alone, 0))
})
