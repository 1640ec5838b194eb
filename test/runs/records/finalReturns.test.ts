import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { renderFailure } from '../../../src/edge/decode.js'
import { finalReturn, finalReturns } from '../../../src/runs/records/finalReturns.js'
import { experiment, folder, rising } from './runs.js'

const place = folder()
const rows = (ended: readonly (readonly [number, number])[]) =>
  ended.map(([step, sum], i) => ({ episode: i + 1, step, length: 1, return: sum, terminated: false, seconds: 0 }))

it.each([
  [
    [
      [900, 1],
      [901, 3],
      [1000, 5],
      [1001, 99],
    ],
    1000,
    4,
  ],
  [
    [
      [100, 1],
      [900, 2],
    ],
    1000,
    2,
  ],
  [
    [
      [100, 1],
      [900, 2],
    ],
    500,
    1,
  ],
  [[[100, 1]], 99, null],
] as const)('finalReturn of episodes %j at step %i is %f', (ended, steps, expected) =>
  expect(finalReturn(rows(ended), steps)).toBe(expected),
)

describe('finalReturns', () => {
  it('are those of all runs, with mean, interquartile mean and intervals, task by task', async () => {
    const finals = [10, 20, 30, 40, 1000]
    const result = finalReturns(
      await experiment(join(place, 'five'), [
        ...finals.map((final, i) => ({ seed: i, episodes: rising(1000, 100, 0, final) })),
        { task: 'Hopper-v4' as const, episodes: [[1000, 7] as const] },
      ]),
      null,
    )
    if (isLeft(result)) throw new Error('refused')
    const [pendulum, hopper] = result.right
    expect(pendulum).toMatchObject({ task: 'Pendulum-v1', steps: 1000, endedBy: null, first: 110 })
    const [group] = pendulum.groups
    expect(group.runs.map(({ final }) => final)).toEqual(finals)
    expect(group.mean.value).toBe(220)
    expect(group.interquartileMean.value).toBe(30)
    expect(group.mean.low).toBeGreaterThanOrEqual(10)
    expect(group.mean.low).toBeLessThan(40)
    expect(group.mean.high).toBeGreaterThan(400)
    expect(group.interquartileMean.high).toBeGreaterThan(40)
    expect(hopper.groups).toMatchObject([{ mean: { value: 7, low: 7, high: 7 } }])
  })

  it('begin with the first ten episodes, or as many as there are', async () => {
    const result = finalReturns(
      await experiment(join(place, 'first'), [
        { seed: 1, episodes: rising(1000, 50, 0, 19) },
        { seed: 2, episodes: [[1000, 10]] },
      ]),
      null,
    )
    expect(isLeft(result) ? result.left : result.right[0].first).toBe((4.5 + 10) / 2)
  })

  it('are compared at the step that all runs of the task reached, which the run that ends there names', async () => {
    const runs = await experiment(join(place, 'short'), [
      { seed: 1, episodes: rising(500, 50, 0, 9) },
      { seed: 1, algorithm: 'iac', episodes: rising(1000, 50, 0, 19) },
      { task: 'Hopper-v4', episodes: [[1000, 7]] },
    ])
    const all = finalReturns(runs, null)
    if (isLeft(all)) throw new Error('refused')
    expect(all.right).toMatchObject([
      { task: 'Pendulum-v1', steps: 500, endedBy: { config: { algorithm: 'avg' } } },
      { task: 'Hopper-v4', steps: 1000, endedBy: null },
    ])
    expect(all.right[0].groups.map(({ runs: [{ final }] }) => final)).toEqual([9, 9])
    const few = finalReturns({ ...runs, tasks: ['Pendulum-v1'] }, 250)
    expect(isLeft(few) ? few.left : few.right).toMatchObject([
      { steps: 250, endedBy: null, groups: [{ mean: { value: 4 } }, { mean: { value: 4 } }] },
    ])
  })

  it('refuse a run of which no episode has ended by then', async () => {
    const runs = await experiment(join(place, 'late'), [
      {
        episodes: [
          [200, 1],
          [1000, 1],
        ],
      },
      { seed: 2, episodes: [[600, 1]] },
    ])
    const result = finalReturns(runs, 300)
    expect(isLeft(result) && result.left.map(renderFailure)).toEqual([
      `${join(place, 'late', 'b')}: expected an episode that ended within 300 steps, at which the runs of Pendulum-v1 are compared; got the first one at 600`,
    ])
  })
})
