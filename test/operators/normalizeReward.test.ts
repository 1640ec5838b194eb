import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type NormalizeRewardOptions, normalizeReward } from '../../operators/normalizeReward.js'
import { cell } from '../../src/cell.js'
import { NotFiniteError } from '../../src/failure.js'
import { absorb, deviationOf, runningMoments } from '../../src/moments.js'
import { momentsFormat, numberFormat } from '../../src/state/formats.js'
import { restorable } from '../../src/state/restorable.js'
import { restorables } from '../../src/state/restorables.js'
import { difference } from '../../src/testing/difference.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { TimeStep } from '../../src/types.js'
import { bytesOf, parsed } from '../state/serialized.js'
import { said } from './resume.js'

const population = () => runningMoments({ size: 1 })
const sample = () => runningMoments({ size: 1, estimator: 'sample' })
const ofStreamAc = { clearedBy: 'last' } as const

describe('suite, advancing', () => {
  const suite = operatorSuite({ make: () => normalizeReward(population(), { cell: cell(0) }), memory: 'caller' })
  for (const { name, run } of suite) test(name, run)
})

describe('suite, frozen', () => {
  const suite = operatorSuite({ make: () => normalizeReward(sample(), { ...ofStreamAc, update: false }) })
  for (const { name, run } of suite) test(name, run)
})

test('passes each step on in its frame, first ones unchanged', () => {
  const source = '--a-b-c-t-a-b-u|'
  const result = '--.-R-R-R-.-R-R|'
  const letter = ({ index, reward }: TimeStep): string => (reward === timeSteps('abctabu')[index].reward ? '.' : 'R')
  expect(play(source, normalizeReward(population()), { letter }).timeline).toBe(result)
})

test("the numbers are those of Gymnasium's NormalizeReward, over five episodes", () => {
  const url = new URL('../golden/gymnasium/NormalizeReward.json', import.meta.url)
  const { sequence, final } = JSON.parse(readFileSync(url, 'utf8')) as {
    readonly sequence: readonly (
      | { readonly reset: true }
      | {
          readonly reset: false
          readonly raw: number
          readonly terminated: boolean
          readonly truncated: boolean
          readonly normalized: number
        }
    )[]
    readonly final: { readonly mean: number; readonly var: number; readonly count: number; readonly return: number }
  }
  const [first, mid] = timeSteps('ab')
  const steps = sequence.map((each, index): TimeStep => {
    if (each.reset) return { ...first, index }
    const { raw: reward, terminated, truncated } = each
    return { ...mid, kind: terminated || truncated ? 'last' : 'mid', reward, terminated, truncated, index }
  })
  const moments = population()
  const running = cell(0)
  const ours = said(normalizeReward(moments, { cell: running }), steps)
  sequence.forEach((each, k) => {
    if (!each.reset) expect(Math.abs(ours[k].reward - each.normalized)).toBeLessThan(1e-12 * Math.abs(each.normalized))
  })
  expect(moments.count).toBe(final.count)
  expect(moments.mean[0]).toBeCloseTo(final.mean, 12)
  expect(moments.variance[0]).toBeCloseTo(final.var, 11)
  expect(running.value).toBeCloseTo(final.return, 12)
})

/** Rewards 1 and 2, which terminates; 3 and 4, which truncates; 5. The discount below is a half. */
const rewards = [0, 1, 2, 0, 3, 4, 0, 5]
const five = timeSteps('abtabuab').map((step, k) => ({ ...step, reward: rewards[k] }))
const normalized = (moments: ReturnType<typeof population>, options: NormalizeRewardOptions) =>
  said(normalizeReward(moments, { discount: 0.5, ...options }), five)
    .filter(({ kind }) => kind !== 'first')
    .map(({ reward }) => reward)

test("PPO's: a truncated step goes on with the return, a terminated one begins the next with its own reward", () => {
  // Returns 1, 2, 2/2 + 3, 4/2 + 4 and 6/2 + 5, that is 1, 2, 4, 6, 8, beside a start of variance 1 that weighs 1e-4.
  const sums = [1, 3, 7, 13, 21]
  const squares = [1, 5, 21, 57, 121]
  const expected = [1, 2, 3, 4, 5].map((reward, k) => {
    const count = k + 1 + 1e-4
    const variance = (1e-4 + squares[k]) / count - (sums[k] / count) * (sums[k] / count)
    return reward / Math.sqrt(variance + 1e-8)
  })
  const ours = normalized(population(), {})
  ours.forEach((reward, k) => expect(reward / expected[k]).toBeCloseTo(1, 9))
  expect(ours).toHaveLength(5)
})

test("Stream AC's: a truncated step clears the return as well, and the variance is that of a sample", () => {
  // Returns 1, 2, 2/2 + 3, 4 and 4/2 + 5: of 1, 2, 4, 4, 7 the variances are 1 (one alone), 1/2, 7/3, 9/4 and 53/10.
  const variances = [1, 1 / 2, 7 / 3, 9 / 4, 53 / 10]
  const ours = normalized(sample(), ofStreamAc)
  ours.forEach((reward, k) => expect(reward).toBeCloseTo((k + 1) / Math.sqrt(variances[k] + 1e-8), 13))
  expect(ours).toHaveLength(5)
})

test('the default discount is 0.99, and a first step changes neither return nor moments', () => {
  const moments = population()
  const running = cell(0)
  said(normalizeReward(moments, { cell: running }), timeSteps('abcta'))
  // Rewards 1.125 and 1.25, then 1.375 which terminates.
  expect(running.value).toBe(1.375)
  const theirs = population()
  for (const value of [1.125, 0.99 * 1.125 + 1.25, 1.375]) absorb(theirs, [value])
  expect(difference(theirs.snapshot(), moments.snapshot(), 'moments')).toBeNull()
})

test('changes nothing but the reward', () => {
  const ours = said(normalizeReward(sample()), five)
  expect(ours.map((step, k) => ({ ...step, reward: five[k].reward }))).toEqual(five)
})

test('frozen, it leaves return and moments as they are, and divides by the deviation', () => {
  const moments = sample()
  const running = cell(7)
  for (const value of [3, 7, 2]) absorb(moments, [value])
  const before = moments.snapshot()
  const ours = said(normalizeReward(moments, { update: false, cell: running }), five)
  expect(difference(before, moments.snapshot(), 'moments')).toBeNull()
  expect(running.value).toBe(7)
  expect(ours.map(({ reward }) => reward)).toEqual(rewards.map((reward) => reward / deviationOf(moments, 0)))
})

test('a run that is stopped, saved and resumed equals one that is never stopped', () => {
  const begin = () => {
    const [moments, running] = [population(), cell(0)]
    const state = restorables({
      moments: restorable(moments, momentsFormat),
      running: restorable(running, numberFormat),
    })
    return { operator: normalizeReward(moments, { cell: running }), state }
  }
  const steps = timeSteps('abctabcuab')
  const never = begin()
  const whole = said(never.operator, steps)
  for (let cut = 0; cut <= steps.length; cut++) {
    const [stopped, resumed] = [begin(), begin()]
    const before = said(stopped.operator, steps.slice(0, cut))
    resumed.state.restore(parsed(bytesOf(stopped.state)))
    const after = said(resumed.operator, steps.slice(cut))
    expect(difference(whole, [...before, ...after], 'values')).toBeNull()
    expect(bytesOf(resumed.state).equals(bytesOf(never.state))).toBe(true)
  }
})

describe('a number that is not finite is an error with the step, and nothing has changed', () => {
  test.each([
    [NaN, new NotFiniteError('reward', null, NaN, 2)],
    [-Infinity, new NotFiniteError('reward', null, -Infinity, 2)],
    [1e200, new NotFiniteError('squared deviation of discounted return', { index: 0 }, Infinity, 2)],
  ])('%s', (reward, expected) => {
    const source = '--a-b-c-b|'
    const failed = '--.-.-#'
    const moments = population()
    const running = cell(0)
    const { timeline, error } = play(source, normalizeReward(moments, { cell: running }), {
      letter: () => '.',
      prepare: (step) => (step.index === 2 ? { ...step, reward } : step),
    })
    expect(timeline).toBe(failed)
    expect(error).toEqual(expected)
    const before = population()
    absorb(before, [1.125])
    expect(difference(before.snapshot(), moments.snapshot(), 'moments')).toBeNull()
    expect(running.value).toBe(1.125)
  })

  test('a result', () => {
    const moments = sample()
    moments.restore({ mean: Float64Array.of(0), variance: Float64Array.of(0), count: 2 })
    const steps = timeSteps('ab').map((step) => ({ ...step, reward: step.index * 1e306 }))
    expect(() => said(normalizeReward(moments, { update: false }), steps)).toThrow(
      new NotFiniteError('normalized reward', null, Infinity, 1),
    )
  })
})

test('throws when built on what it cannot use', () => {
  expect(() => normalizeReward(runningMoments({ size: 3 }))).toThrow('expected moments of size 1, got 3')
  for (const discount of [-0.1, 1.1, NaN]) {
    expect(() => normalizeReward(population(), { discount })).toThrow(
      `normalizeReward: expected discount to be a number from 0 to 1, got ${discount}`,
    )
  }
  expect(() => normalizeReward(population(), { clearedBy: 'truncated' as 'last' })).toThrow(
    "normalizeReward: expected clearedBy to be 'terminated' or 'last', got truncated",
  )
})
