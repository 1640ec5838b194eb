import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { compare } from '../../../src/runs/records/comparison.js'
import { finalReturns } from '../../../src/runs/records/finalReturns.js'
import { experiment, folder, type TestRun } from './runs.js'

const place = folder()

/** Runs that begin with ten episodes of return 0, and end with these returns. */
const runs = (task: 'Pendulum-v1' | 'Hopper-v4', algorithm: string, finals: readonly number[]): readonly TestRun[] =>
  finals.map((final, i) => ({
    task,
    algorithm,
    seed: i + 1,
    episodes: [...Array.from({ length: 10 }, (_, k) => [10 * (k + 1), 0] as const), [1000, final] as const],
  }))

const comparisonOf = async (name: string, written: readonly TestRun[]) => {
  const { groups, ...rest } = await experiment(join(place, name), written)
  const returns = finalReturns({ groups, ...rest }, null)
  if (isLeft(returns)) throw new Error(JSON.stringify(returns.left))
  return compare(groups, returns.right)
}

describe('compare', () => {
  it('makes scores of returns: 0 at the start, 1 at the highest final return of any run', async () => {
    const { scales, scores, thresholds } = await comparisonOf('scores', [
      ...runs('Pendulum-v1', 'avg', [100, 50]),
      ...runs('Pendulum-v1', 'iac', [50, 0]),
      ...runs('Hopper-v4', 'avg', [4, 4]),
      ...runs('Hopper-v4', 'iac', [8, 2]),
    ])
    expect(scales).toEqual([
      { task: 'Pendulum-v1', zero: 0, one: 100 },
      { task: 'Hopper-v4', zero: 0, one: 8 },
    ])
    // AVG: 1, 0.5 and 0.5, 0.5; IAC: 0.5, 0 and 1, 0.25. Of four runs the interquartile mean leaves out the lowest and the highest.
    expect(scores.map((each) => [each.mean.value, each.interquartileMean.value])).toEqual([
      [0.625, 0.5],
      [0.4375, 0.375],
    ])
    const at = (threshold: number) => scores.map(({ profile }) => profile[thresholds.indexOf(threshold)].value)
    expect(at(0)).toEqual([1, 0.75])
    expect(at(0.25)).toEqual([1, 0.5])
    expect(at(0.5)).toEqual([0.25, 0.25])
    expect(at(1)).toEqual([0, 0])
    for (const { mean, profile } of scores) {
      expect(mean.low).toBeLessThanOrEqual(mean.value)
      expect(mean.high).toBeGreaterThanOrEqual(mean.value)
      expect(profile.every(({ low, value, high }) => low <= value && value <= high)).toBe(true)
    }
    // Runs of a task are drawn from this task: AVG cannot score below 0.5 nor above 0.75.
    expect(scores[0].mean).toMatchObject({ low: 0.5, high: 0.75 })
  })

  it('finds how likely each group improves on each later one', async () => {
    const { improvements, tasks } = await comparisonOf('improvements', [
      ...runs('Pendulum-v1', 'avg', [3, 1]),
      ...runs('Pendulum-v1', 'iac', [2, 0]),
      ...runs('Hopper-v4', 'avg', [1]),
      ...runs('Hopper-v4', 'iac', [1]),
    ])
    expect(tasks).toEqual(['Pendulum-v1', 'Hopper-v4'])
    expect(improvements).toMatchObject([
      { first: { algorithm: 'avg' }, second: { algorithm: 'iac' }, value: (0.75 + 0.5) / 2, low: 0.25, high: 0.75 },
    ])
  })

  it('compares on the tasks that all groups have runs of, and names the others', async () => {
    const { scales, missing, tasks } = await comparisonOf('missing', [
      ...runs('Pendulum-v1', 'avg', [3]),
      ...runs('Pendulum-v1', 'iac', [2]),
      ...runs('Hopper-v4', 'avg', [1]),
    ])
    expect({ tasks, missing, scales: scales.length }).toEqual({
      tasks: ['Pendulum-v1'],
      missing: ['Hopper-v4'],
      scales: 1,
    })
  })

  it('has no scores of a task on which no run ended above the start, and names it', async () => {
    const { scales, unlearned, scores, improvements } = await comparisonOf('unlearned', [
      ...runs('Pendulum-v1', 'avg', [-3]),
      ...runs('Pendulum-v1', 'iac', [-2]),
    ])
    expect({ scales, unlearned, scores }).toEqual({ scales: [], unlearned: ['Pendulum-v1'], scores: [] })
    expect(improvements).toMatchObject([{ value: 0 }])
  })

  it('has nothing to compare where no task has runs of every group', async () => {
    const comparison = await comparisonOf('apart', [
      ...runs('Pendulum-v1', 'avg', [3]),
      ...runs('Hopper-v4', 'iac', [2]),
    ])
    expect(comparison).toMatchObject({ tasks: [], scores: [], improvements: [], missing: ['Pendulum-v1', 'Hopper-v4'] })
  })
})
