import { describe, expect, it } from 'vitest'
import { type Sigmoid, tolerance } from '../../../src/environments/dmControl/tolerance.js'

const sigmoids: readonly Sigmoid[] = [
  'gaussian',
  'hyperbolic',
  'long_tail',
  'reciprocal',
  'cosine',
  'linear',
  'quadratic',
  'tanh_squared',
]
const thatReachZero: readonly Sigmoid[] = ['cosine', 'linear', 'quadratic']
const thatDoNot = sigmoids.filter((sigmoid) => !thatReachZero.includes(sigmoid))

describe('tolerance', () => {
  it.each(sigmoids)('of %s is 1 within the bounds and at them, and less just outside', (sigmoid) => {
    const options = { bounds: [-1, 3], margin: 2, sigmoid } as const
    expect([-1, 0, 3].map((x) => tolerance(options)(x))).toEqual([1, 1, 1])
    for (const x of [-1.001, 3.001]) {
      expect(tolerance(options)(x)).toBeLessThan(1)
      expect(tolerance(options)(x)).toBeGreaterThan(0.99)
    }
  })

  it.each(sigmoids)('of %s has the value at the margin, on both sides', (sigmoid) => {
    for (const valueAtMargin of [1e-6, 0.1, 0.5, 0.999]) {
      const options = { bounds: [-1, 3], margin: 0.25, sigmoid, valueAtMargin } as const
      for (const x of [-1.25, 3.25]) expect(tolerance(options)(x)).toBeCloseTo(valueAtMargin, 14)
    }
  })

  it.each(sigmoids)('of %s falls with the distance, and never below 0', (sigmoid) => {
    const values = Array.from({ length: 100 }, (_, i) => tolerance({ margin: 1, sigmoid })(i / 20))
    values.slice(1).forEach((value, i) => expect(value).toBeLessThanOrEqual(values[i]))
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
    expect(tolerance({ margin: 1, sigmoid })(-2.5)).toBe(tolerance({ margin: 1, sigmoid })(2.5))
  })

  it.each([
    ['gaussian', 0.1 ** 4],
    ['hyperbolic', 1 / 199],
    ['long_tail', 1 / 37],
    ['reciprocal', 1 / 19],
    ['cosine', 0],
    ['linear', 0],
    ['quadratic', 0],
    ['tanh_squared', 1 - Math.tanh(2 * Math.atanh(Math.sqrt(0.9))) ** 2],
  ] as const)('of %s at two margins, by hand', (sigmoid, value) => {
    expect(tolerance({ margin: 1, sigmoid })(2)).toBeCloseTo(value, 14)
  })

  it('has its values at half a margin, by hand, where a sigmoid has reached 0 at the margin', () => {
    const half = (sigmoid: Sigmoid) => tolerance({ margin: 1, sigmoid, valueAtMargin: 0 })(0.5)
    expect(half('linear')).toBe(0.5)
    expect(half('quadratic')).toBe(0.75)
    expect(half('cosine')).toBeCloseTo(0.5, 15)
  })

  it('is 0 or 1 without a margin, with any value at the margin', () => {
    expect([-1e-9, 0, 1, 1 + 1e-9].map((x) => tolerance({ bounds: [0, 1], valueAtMargin: 7 })(x))).toEqual([0, 1, 1, 0])
    expect([0, 1e-300].map((x) => tolerance({})(x))).toEqual([1, 0])
  })

  it('takes infinite bounds', () => {
    const above = { bounds: [2, Infinity], margin: 1, sigmoid: 'linear', valueAtMargin: 0 } as const
    expect([0, 1.5, 2, 1e300, Infinity].map((x) => tolerance(above)(x))).toEqual([0, 0.5, 1, 1, 1])
    expect(tolerance({ bounds: [-Infinity, Infinity] })(-5)).toBe(1)
  })

  it('refuses bounds in the wrong order and a negative margin', () => {
    expect(() => tolerance({ bounds: [1, 0] })(0)).toThrow(
      new RangeError('tolerance: expected bounds in ascending order, got 1 and 0'),
    )
    expect(() => tolerance({ bounds: [NaN, 0] })(0)).toThrow(RangeError)
    expect(() => tolerance({ margin: -1 })(0)).toThrow('tolerance: expected a margin from 0 up, got -1')
  })

  it.each(thatReachZero)('refuses a value at the margin that %s cannot have', (sigmoid) => {
    for (const valueAtMargin of [1, -0.1, NaN]) {
      expect(() => tolerance({ margin: 1, sigmoid, valueAtMargin })(0)).toThrow(
        `tolerance: expected a valueAtMargin from 0 to below 1 for ${sigmoid}, got ${valueAtMargin}`,
      )
    }
  })

  it.each(thatDoNot)('refuses a value at the margin that %s cannot have, 0 too', (sigmoid) => {
    for (const valueAtMargin of [1, 0, NaN]) {
      expect(() => tolerance({ margin: 1, sigmoid, valueAtMargin })(0)).toThrow(
        `tolerance: expected a valueAtMargin above 0 and below 1 for ${sigmoid}, got ${valueAtMargin}`,
      )
    }
  })
})
