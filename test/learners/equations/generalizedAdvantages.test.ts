import { describe, expect, test } from 'vitest'
import { generalizedAdvantages } from '../../../src/learners/equations/generalizedAdvantages.js'
import { tdTarget } from '../../../src/learners/equations/tdTarget.js'
import { seeded } from '../../../src/random.js'

const steps = 9
const draw = (size: number, name: string): Float64Array => {
  const random = seeded(3)(name)
  return Float64Array.from({ length: size }, () => 2 * random.uniform() - 1)
}
const rewards = draw(steps, 'rewards')
const values = draw(steps + 1, 'values')

const advantagesOf = (discounts: Float64Array, traceDecay: number): Float64Array => {
  const advantages = new Float64Array(steps)
  generalizedAdvantages(rewards, discounts, values, traceDecay, advantages)
  return advantages
}

/** γ, but 0 where an episode ends. */
const ending = (at: number): Float64Array => Float64Array.from({ length: steps }, (_, t) => (t === at ? 0 : 0.9))

describe('generalizedAdvantages', () => {
  test('with a decay of 0 they are the TD errors', () => {
    const discounts = ending(4)
    const errors = Array.from(rewards, (reward, t) => tdTarget(reward, discounts[t], values[t + 1]) - values[t])
    expect([...advantagesOf(discounts, 0)]).toEqual(errors)
  })

  test('with a decay of 1 they are the discounted returns, bootstrapped at the end, less the values', () => {
    advantagesOf(ending(-1), 1).forEach((advantage, t) => {
      let [total, weight] = [0, 1]
      for (let s = t; s < steps; s++) {
        total += weight * rewards[s]
        weight *= 0.9
      }
      expect(advantage).toBeCloseTo(total + weight * values[steps] - values[t], 12)
    })
  })

  test('they are sums of later TD errors, each (γλ) as heavy as the one before it', () => {
    const errors = advantagesOf(ending(-1), 0)
    advantagesOf(ending(-1), 0.5).forEach((advantage, t) => {
      let [total, weight] = [0, 1]
      for (let s = t; s < steps; s++) {
        total += weight * errors[s]
        weight *= 0.45
      }
      expect(advantage).toBeCloseTo(total, 12)
    })
  })

  test('nothing flows back over the end of an episode', () => {
    const whole = advantagesOf(ending(4), 0.95)
    const [before, after] = [rewards.slice(0, 5), rewards.slice(5)]
    const first = new Float64Array(5)
    generalizedAdvantages(before, Float64Array.of(0.9, 0.9, 0.9, 0.9, 0), values.slice(0, 6), 0.95, first)
    const second = new Float64Array(4)
    generalizedAdvantages(after, new Float64Array(4).fill(0.9), values.slice(5), 0.95, second)
    expect([...whole]).toEqual([...first, ...second])
  })
})
