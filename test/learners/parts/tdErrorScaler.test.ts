import { describe, expect, test } from 'vitest'
import { SCALE, SCALER_DOUBLES, scaleTdError } from '../../../src/learners/parts/tdErrorScaler.js'
import { seeded } from '../../../src/random.js'

interface Step {
  readonly reward: number
  readonly discount: number
  readonly closes: boolean
}

/** The definition, from whole lists: population variances, and returns summed from one closing step to the next. */
const byDefinition = (steps: readonly Step[], returnDiscount = 1): number => {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
  const variance = (values: readonly number[]): number => mean(values.map((value) => (value - mean(values)) ** 2))
  const returns: number[] = []
  let sum = 0
  for (const { reward, closes } of steps) {
    sum = returnDiscount * sum + reward
    if (closes) {
      returns.push(sum)
      sum = 0
    }
  }
  const squares = returns.length === 0 ? 0 : mean(returns.map((value) => value * value))
  const all = variance(steps.map((step) => step.reward)) + variance(steps.map((step) => step.discount)) * squares
  return all <= 0.01 && returns.length === 0 ? 1 : Math.sqrt(Math.max(all, 1e-4))
}

const run = (steps: readonly Step[], returnDiscount = 1): number[] => {
  const state = new Float64Array(SCALER_DOUBLES)
  return steps.map(({ reward, discount, closes }) => {
    scaleTdError(state, 0, reward, discount, returnDiscount, closes)
    return state[SCALE]
  })
}

const ordinary = (reward: number): Step => ({ reward, discount: 0.99, closes: false })
const terminated = (reward: number): Step => ({ reward, discount: 0, closes: true })
const truncated = (reward: number): Step => ({ reward, discount: 0.99, closes: true })

describe('a statistic that would not be finite', () => {
  const sane = Array.from({ length: 9 }, (_, i) => ordinary(i % 3))
  const closed = [...sane, terminated(1)]
  test.each([
    ['at the tenth step', sane, ordinary(-1e160), 'sum of squared entropyReward is Infinity'],
    ['at the tenth step', sane, ordinary(1e200), 'sum of squared entropyReward is Infinity'],
    ['that closes a return', [], terminated(-1e160), 'squared return is Infinity'],
    ['after a return', closed, ordinary(1e160), 'sum of squared entropyReward is Infinity'],
    ['of no number', sane, ordinary(NaN), 'entropyReward is NaN'],
    ['of infinite size', closed, terminated(Infinity), 'entropyReward is Infinity'],
    ['that makes the sum of the return too large', [ordinary(1.7e308)], ordinary(1.7e308), 'return is Infinity'],
  ])('is refused, and nothing is changed: a reward %s', (_, before, step, message) => {
    const state = new Float64Array(SCALER_DOUBLES)
    const take = ({ reward, discount, closes }: Step): void => scaleTdError(state, 0, reward, discount, 1, closes)
    before.forEach(take)
    const kept = state.slice()
    expect(() => take(step)).toThrow(`${message}, expected a finite number`)
    expect(state).toEqual(kept)
  })
})

describe('sigma', () => {
  test('is the definition over whole lists, at every step of a random stream with ends of both kinds', () => {
    const random = seeded(3)('rewards')
    const steps = Array.from({ length: 400 }, (_, i) => {
      const reward = 4 * random.uniform() - 1
      return i % 37 === 36 ? terminated(reward) : i % 53 === 52 ? truncated(reward) : ordinary(reward)
    })
    run(steps).forEach((sigma, i) => expect(sigma).toBeCloseTo(byDefinition(steps.slice(0, i + 1)), 9))
    const discounted = steps.slice(0, 120)
    run(discounted, 0.9).forEach((sigma, i) => expect(sigma).toBeCloseTo(byDefinition(steps.slice(0, i + 1), 0.9), 9))
    expect(run(discounted, 0.9)[119]).not.toBeCloseTo(run(discounted)[119], 3)
  })

  test('is 1 on the first step and as long as the variance is up to 0.01 and no return is known', () => {
    expect(run([ordinary(5)])).toEqual([1])
    expect(run([ordinary(0), ordinary(0.19)])).toEqual([1, 1])
    expect(run([ordinary(0), ordinary(0.21)])[1]).toBeCloseTo(0.105, 12)
  })

  test('is never below 0.01 once a return is known', () => {
    expect(run([terminated(0)])).toEqual([0.01])
    expect(run([ordinary(0), ordinary(0), terminated(0)])[2]).toBe(0.01)
  })

  test('takes a terminated step’s reward into the return that it closes', () => {
    const sigma = run([ordinary(2), terminated(3)])[1]
    expect(sigma).toBeCloseTo(Math.sqrt(0.25 + (0.99 / 2) ** 2 * 25), 12)
  })
})
