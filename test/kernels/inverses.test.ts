import { describe, expect, test } from 'vitest'
import { acos, acosh, asinh, atanh, logOnePlus } from '../../src/kernels/inverses.js'
import { seeded } from '../../src/random.js'

/** Relative error against the platform's function, which is good to about one unit in the last place (1.1e-16). */
const worst = (ours: (x: number) => number, theirs: (x: number) => number, points: readonly number[]): number =>
  Math.max(...points.map((x) => Math.abs(ours(x) - theirs(x)) / Math.abs(theirs(x))))

const random = seeded(1)('points')
const spread = (low: number, high: number): number[] =>
  Array.from({ length: 20_000 }, () => low + (high - low) * random.uniform())
const sizes = (low: number, high: number): number[] => spread(Math.log(low), Math.log(high)).map(Math.exp)

describe('inverses of elementary functions agree with the platform', () => {
  test('logOnePlus', () => {
    expect(worst(logOnePlus, Math.log1p, [...sizes(1e-300, 1e300), ...spread(-0.999, 1)])).toBeLessThan(7e-16)
    expect([0, -1, -2, Infinity, NaN].map(logOnePlus)).toEqual([0, -Infinity, NaN, Infinity, NaN])
    expect(logOnePlus(5e-324)).toBe(5e-324)
  })
  test('asinh', () => {
    const points = sizes(1e-300, 1e300)
    expect(
      worst(
        asinh,
        Math.asinh,
        [...points, ...spread(0, 10)].flatMap((x) => [x, -x]),
      ),
    ).toBeLessThan(7e-16)
    expect([0, Infinity, -Infinity, NaN].map(asinh)).toEqual([0, Infinity, -Infinity, NaN])
  })
  test('acosh', () => {
    expect(worst(acosh, Math.acosh, [...sizes(1.001, 1e300), ...spread(1.001, 3)])).toBeLessThan(7e-16)
    expect([1, Infinity, 0.5, NaN].map(acosh)).toEqual([0, Infinity, NaN, NaN])
    // Near 1 the platform's own loses digits: acosh(1 + d) = √(2d) (1 - d / 12 + ...).
    expect(acosh(1 + 2 ** -40) / (Math.sqrt(2 ** -39) * (1 - 2 ** -40 / 12))).toBeCloseTo(1, 15)
  })
  test('atanh', () => {
    const points = [...spread(0, 0.999), ...sizes(1e-300, 0.5)].flatMap((x) => [x, -x])
    expect(worst(atanh, Math.atanh, points)).toBeLessThan(7e-16)
    expect([0, 1, -1, 2, NaN].map(atanh)).toEqual([0, Infinity, -Infinity, NaN, NaN])
  })
  test('acos', () => {
    expect(Math.max(...spread(-1, 1).map((x) => Math.abs(acos(x) - Math.acos(x))))).toBeLessThan(9e-16)
    expect([1, -1, 1.5, -1.5, NaN].map(acos)).toEqual([0, Math.PI, NaN, NaN, NaN])
    expect(acos(0)).toBeCloseTo(Math.PI / 2, 15)
  })
})
