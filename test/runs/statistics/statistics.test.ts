import { describe, expect, it } from 'vitest'
import { seeded } from '../../../src/random.js'
import { interquartileMean, meanOfTasks } from '../../../src/runs/statistics/aggregates.js'
import { bootstrapIntervals, resampled, resampledScores } from '../../../src/runs/statistics/bootstrap.js'
import { performanceProfile } from '../../../src/runs/statistics/performanceProfile.js'
import { probabilityOfImprovement } from '../../../src/runs/statistics/probabilityOfImprovement.js'
import { quantile } from '../../../src/runs/statistics/quantile.js'
import { mean } from '../../../src/mean.js'

const draws = (name = 'test') => seeded(1)(name)
/** Normal numbers around a mean. */
const normals = (count: number, around: number, name = 'normals'): number[] => {
  const out = new Float32Array(count)
  seeded(7)(name).normal(out)
  return Array.from(out, (each) => each + around)
}

describe('quantile', () => {
  it.each([
    [[5], 0.3, 5],
    [[1, 2], 0.5, 1.5],
    [[1, 2, 4], 0, 1],
    [[1, 2, 4], 1, 4],
    [[1, 2, 4], 0.75, 3],
    [[0, 10, 20, 30, 40], 0.025, 1],
    [[0, 10, 20, 30, 40], 0.975, 39],
    [[-1.7e308, 1.7e308], 0.5, 0],
  ])('of %j at %f is %f', (sorted, share, expected) => expect(quantile(sorted, share)).toBe(expected))

  it('has no value for no numbers, nor for a share outside of [0, 1]', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError)
    for (const share of [-0.1, 1.1, NaN]) expect(() => quantile([1, 2], share)).toThrow(RangeError)
  })
})

describe('interquartileMean', () => {
  it.each([
    [[3], 3],
    [[1, 2, 30], 11],
    // One of four at each end is left out, two of eight, and two of eleven.
    [[100, 1, 2, -50], 1.5],
    [[8, 7, 6, 5, 4, 3, 2, 1], 4.5],
    [[-9, -9, 1, 2, 3, 4, 5, 6, 7, 99, 99], 4],
  ])('of %j is %f', (values, expected) => expect(interquartileMean(values)).toBe(expected))

  it('does not depend on the order, nor on how far out the outer values are', () => {
    const values = normals(40, 3)
    expect(interquartileMean(values.toReversed())).toBe(interquartileMean(values))
    const stretched = values.map((each) => (each === Math.max(...values) ? 1e9 : each))
    expect(interquartileMean(stretched)).toBe(interquartileMean(values))
    expect(mean(stretched)).toBeGreaterThan(1e7)
  })

  it('moves and stretches with its values', () => {
    const values = normals(13, 0)
    expect(interquartileMean(values.map((each) => 2 * each + 5))).toBeCloseTo(2 * interquartileMean(values) + 5, 12)
  })
})

it('meanOfTasks counts each task as much as any other', () => {
  expect(meanOfTasks([[1, 1, 1, 1], [3]])).toBe(2)
})

describe('bootstrapIntervals', () => {
  it('draws as many values as there are, each of them and none other', () => {
    const drawn = resampled(['a', 'b', 'c', 'd'], draws())
    expect(drawn).toHaveLength(4)
    const many = Array.from({ length: 200 }, (_, i) => resampled(['a', 'b', 'c', 'd'], draws(String(i)))).flat()
    for (const each of ['a', 'b', 'c', 'd']) {
      expect(many.filter((other) => other === each).length / many.length).toBeCloseTo(0.25, 1)
    }
    expect(new Set(many).size).toBe(4)
  })

  it('draws the runs of a task from that task alone', () => {
    for (let i = 0; i < 50; i++) {
      const [first, second] = resampledScores(
        [
          [1, 2, 3],
          [10, 20],
        ],
        draws(String(i)),
      )
      expect(first).toHaveLength(3)
      expect(second).toHaveLength(2)
      expect(first.every((each) => each < 10)).toBe(true)
      expect(second.every((each) => each >= 10)).toBe(true)
    }
  })

  it('is a point for one run, and for three goes from the lowest to the highest', () => {
    const intervalOf = (values: readonly number[]) =>
      bootstrapIntervals((random) => [mean(resampled(values, random))], { random: draws() })
    expect(intervalOf([4])).toEqual([{ low: 4, high: 4 }])
    expect(intervalOf([4, -2, 9])).toEqual([{ low: -2, high: 9 }])
  })

  it('takes the quantiles of each statistic, in its place', () => {
    let count = 0
    const statistics = () => [count, -10 * count++]
    const intervals = bootstrapIntervals(statistics, { random: draws(), resamples: 101, level: 0.9 })
    expect(intervals.map(({ low, high }) => [Math.round(low), Math.round(high)])).toEqual([
      [5, 95],
      [-950, -50],
    ])
    expect(count).toBe(101)
  })

  it('is the same for the same stream of random numbers', () => {
    const values = normals(9, 0)
    const once = () => bootstrapIntervals((random) => [mean(resampled(values, random))], { random: draws() })
    expect(once()).toEqual(once())
  })

  it('of a mean is about 1.96 standard errors to each side, and holds the true mean in about 95 % of samples', () => {
    const values = normals(400, 0)
    const [{ low, high }] = bootstrapIntervals((random) => [mean(resampled(values, random))], { random: draws() })
    expect(high - low).toBeGreaterThan(2 * 1.96 * 0.05 * 0.9)
    expect(high - low).toBeLessThan(2 * 1.96 * 0.05 * 1.1)
    const held = Array.from({ length: 200 }, (_, i) => {
      const sample = normals(60, 3, String(i))
      const [interval] = bootstrapIntervals((random) => [mean(resampled(sample, random))], {
        random: draws(String(i)),
        resamples: 400,
      })
      return interval.low <= 3 && 3 <= interval.high
    })
    expect(held.filter((each) => each).length).toBeGreaterThan(178)
  })
})

describe('performanceProfile', () => {
  it('is the part of runs above each threshold, as the mean over tasks', () => {
    // Above 0.5: two of three, and none of one; a score that equals the threshold is not above it.
    expect(performanceProfile([[0.2, 0.6, 0.9], [0.5]], [0, 0.5, 0.8, 1])).toEqual([1, 1 / 3, 1 / 6, 0])
  })

  it('falls, and the area under it is the mean score', () => {
    const scores = [normals(30, 5, 'a'), normals(20, 6, 'b')]
    const width = 0.01
    const thresholds = Array.from({ length: 1200 }, (_, i) => (i + 0.5) * width)
    const profile = performanceProfile(scores, thresholds)
    for (let i = 1; i < profile.length; i++) expect(profile[i]).toBeLessThanOrEqual(profile[i - 1])
    expect(profile.reduce((sum, each) => sum + each * width, 0)).toBeCloseTo(meanOfTasks(scores), 2)
  })
})

describe('probabilityOfImprovement', () => {
  it('is the part of pairs that the first wins, as the mean over tasks; a draw is one half', () => {
    expect(probabilityOfImprovement([[3, 1]], [[2, 0]])).toBe(0.75)
    expect(probabilityOfImprovement([[1, 1]], [[1]])).toBe(0.5)
    expect(probabilityOfImprovement([[1], [1, 1, 2]], [[0], [1, 3]])).toBe((1 + 2 / 6) / 2)
  })

  it('of the other order is the rest, of itself is one half, and any rising scale leaves it as it is', () => {
    const first = [normals(7, 0, 'a'), normals(5, 1, 'b')]
    const second = [normals(4, 0.5, 'c'), normals(6, 0, 'd')]
    const there = probabilityOfImprovement(first, second)
    expect(there + probabilityOfImprovement(second, first)).toBeCloseTo(1, 14)
    expect(probabilityOfImprovement(first, first)).toBeCloseTo(0.5, 14)
    const cubed = (scores: readonly (readonly number[])[]) =>
      scores.map((runs) => runs.map((each) => each * each * each))
    expect(probabilityOfImprovement(cubed(first), cubed(second))).toBe(there)
  })

  it('needs the same tasks', () => {
    expect(() => probabilityOfImprovement([[1]], [[1], [2]])).toThrow(RangeError)
  })
})
