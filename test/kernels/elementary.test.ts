import { describe, expect, test } from 'vitest'
import { acos, atan2, cos, exp, expMinusOne, log, sin, softplus, tanh } from '../../src/kernels/elementary.js'
import { seeded } from '../../src/random.js'

/** Relative error against the platform's function, which is good to about one unit in the last place (1.1e-16). */
const worst = (ours: (x: number) => number, theirs: (x: number) => number, points: readonly number[]): number =>
  Math.max(...points.map((x) => Math.abs(ours(x) - theirs(x)) / Math.abs(theirs(x))))

const random = seeded(1)('points')
const spread = (low: number, high: number): number[] =>
  Array.from({ length: 20_000 }, () => low + (high - low) * random.uniform())
const sizes = (low: number, high: number): number[] => spread(Math.log(low), Math.log(high)).map(Math.exp)

describe('elementary functions agree with the platform', () => {
  test('exp', () => {
    expect(worst(exp, Math.exp, [...spread(-700, 700), ...spread(-1, 1)])).toBeLessThan(5e-16)
    expect([exp(0), exp(-Infinity), exp(Infinity), exp(NaN), exp(-1000), exp(710)]).toEqual([
      1,
      0,
      Infinity,
      NaN,
      0,
      Infinity,
    ])
    expect(exp(-740)).toBeCloseTo(Math.exp(-740), 322)
  })
  test('expMinusOne', () => {
    const points = [...spread(-700, 700), ...spread(-0.4, 0.4), ...sizes(1e-300, 1).flatMap((x) => [x, -x])]
    expect(worst(expMinusOne, Math.expm1, points)).toBeLessThan(6e-16)
    expect([expMinusOne(0), expMinusOne(-Infinity), expMinusOne(Infinity), expMinusOne(NaN)]).toEqual([
      0,
      -1,
      Infinity,
      NaN,
    ])
  })
  test('log', () => {
    expect(worst(log, Math.log, [...sizes(1e-300, 1e300), ...spread(0.5, 0.99), ...spread(1.01, 2)])).toBeLessThan(
      5e-16,
    )
    expect(worst(log, Math.log, spread(1 - 1e-6, 1 + 1e-6))).toBeLessThan(5e-16)
    expect([log(1), log(0), log(-1), log(Infinity)]).toEqual([0, -Infinity, NaN, Infinity])
    expect(log(5e-324)).toBeCloseTo(Math.log(5e-324), 12)
  })
  test('tanh', () => {
    expect(worst(tanh, Math.tanh, [...spread(-20, 20), ...sizes(1e-12, 1)])).toBeLessThan(7e-16)
    expect([tanh(0), tanh(1000), tanh(-1000)]).toEqual([0, 1, -1])
  })
  test('softplus', () => {
    expect(worst(softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), spread(-600, 600))).toBeLessThan(
      6e-16,
    )
    expect(softplus(0)).toBeCloseTo(Math.LN2, 15)
  })
  test('atan2 and acos', () => {
    let worst = 0
    for (let i = 0; i < 20_000; i++) {
      const angle = (i / 20_000 - 0.5) * 2 * Math.PI
      const size = 10 ** ((i % 41) - 20)
      const [y, x] = [size * Math.sin(angle), size * Math.cos(angle)]
      worst = Math.max(worst, Math.abs(atan2(y, x) - Math.atan2(y, x)))
      const c = i / 10_000 - 1
      worst = Math.max(worst, Math.abs(acos(c) - Math.acos(c)))
    }
    expect(worst).toBeLessThan(1e-15)
    expect([atan2(0, 0), atan2(0, 1), atan2(1, 0), atan2(-1, 0)]).toEqual([0, 0, Math.PI / 2, -Math.PI / 2])
    expect([atan2(NaN, 1), atan2(Infinity, 1), acos(1.1), acos(1), acos(-1)]).toEqual([NaN, NaN, NaN, 0, Math.PI])
  })
  test('sin and cos', () => {
    const angles = [...spread(-1000, 1000), ...spread(-4, 4)]
    const error = (ours: (x: number) => number, theirs: (x: number) => number): number =>
      Math.max(...angles.map((x) => Math.abs(ours(x) - theirs(x))))
    expect(error(sin, Math.sin)).toBeLessThan(4e-16)
    expect(error(cos, Math.cos)).toBeLessThan(4e-16)
    expect([sin(Infinity), cos(NaN)]).toEqual([NaN, NaN])
  })
  test('sin and cos of angles of every size, up to the largest double', () => {
    const large = [
      ...sizes(1e5, 1e7),
      ...sizes(1e6, 1e22),
      ...sizes(1e15, 1e308),
      1e6,
      1e6 - 2 ** -33,
      1e22,
      2 ** 1023,
      Number.MAX_VALUE,
      // The double that comes nearest to a multiple of π/2.
      6381956970095103 * 2 ** 797,
    ]
    for (const x of large.flatMap((angle) => [angle, -angle])) {
      expect(Math.abs(sin(x) - Math.sin(x)), `sin ${x}`).toBeLessThan(4e-16)
      expect(Math.abs(cos(x) - Math.cos(x)), `cos ${x}`).toBeLessThan(4e-16)
    }
    // Known digits, independent of the platform.
    expect(sin(1e22)).toBeCloseTo(-0.8522008497671888, 15)
    expect(cos(6381956970095103 * 2 ** 797) / -4.687165924254628e-19).toBeCloseTo(1, 14)
  })
})
