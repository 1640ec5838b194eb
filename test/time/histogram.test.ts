import { describe, expect, it } from 'vitest'
import { histogram } from '../../src/time/histogram.js'
import { seeded } from '../../src/random.js'

/** The nearest rank among all values, sorted. */
const exact = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)]

const filled = (values: readonly number[], options = {}) => {
  const counted = histogram(options)
  for (const value of values) counted.add(value)
  return counted
}

describe('histogram', () => {
  it('knows nothing before the first duration', () => {
    const empty = histogram()
    expect([empty.quantile(0.5), empty.longest, empty.count]).toEqual([0, 0, 0])
  })

  it.each([0.001, 0.016, 0.5, 1, 7.9, 40, 1000, 60_000])(
    'tells the quantiles of powers around %d ms within 7 %',
    (unit) => {
      const random = seeded(1)('durations')
      const values = Array.from({ length: 1000 }, () => unit * (1 + 20 * random.uniform()))
      const counted = filled(values)
      for (const share of [0, 0.01, 0.5, 0.9, 0.99, 1]) {
        const told = counted.quantile(share)
        const wanted = exact(values, share)
        // Half a microsecond is lost to rounding.
        expect(told).toBeGreaterThanOrEqual(wanted - 0.0005)
        expect(told).toBeLessThanOrEqual(wanted * 1.07 + 0.0005)
      }
      expect(counted.longest).toBe(Math.max(...values))
      expect(counted.count).toBe(1000)
    },
  )

  it('never tells more than the longest', () => {
    expect(filled([10.01]).quantile(0.99)).toBe(10.01)
  })

  it('puts what is longer than half an hour, or below 0, into the outermost bins', () => {
    expect(filled([1e12]).quantile(0.5)).toBeCloseTo((2 ** 31 - 1) / 1000)
    expect(filled([1e12]).longest).toBe(1e12)
    expect(filled([-5, -5, 1]).quantile(0.5)).toBe(0)
  })

  it('counts the latest only, with a window', () => {
    const random = seeded(2)('durations')
    const values = Array.from({ length: 500 }, (_, i) => (i % 100 === 0 ? 90 : random.uniform()))
    const counted = histogram({ window: 64 })
    values.forEach((value, i) => {
      counted.add(value)
      const latest = values.slice(Math.max(0, i - 63), i + 1)
      expect(counted.count).toBe(latest.length)
      expect(Math.abs(counted.quantile(0.9) - exact(latest, 0.9))).toBeLessThan(0.07 * exact(latest, 0.9) + 0.0005)
    })
    expect(counted.longest).toBe(90)
  })

  it('forgets all but the longest', () => {
    const counted = filled([5, 6, 7], { window: 2 })
    counted.clear()
    expect([counted.quantile(0.99), counted.count, counted.longest]).toEqual([0, 0, 7])
    for (const value of [1, 2, 3]) counted.add(value)
    expect(counted.quantile(0)).toBeCloseTo(2, 0)
  })

  it.each([0, 1.5, NaN])('refuses a window of %d', (window) => {
    expect(() => histogram({ window })).toThrow(
      new RangeError(`histogram: window: expected a positive integer or Infinity, got ${window}`),
    )
  })

  it.each([Infinity, 1, 20, 64])(
    'saved and restored it goes on as if it had never been, with a window of %d',
    (window) => {
      const random = seeded(3)('durations')
      const values = Array.from({ length: 150 }, () => 30 * random.uniform())
      for (const cut of [0, 1, 19, 20, 21, 100]) {
        const never = filled(values.slice(0, cut), { window })
        const restored = filled([99, 5, 7], { window })
        restored.restore(structuredClone(never.snapshot()))
        for (const value of values.slice(cut)) {
          expect(restored.snapshot()).toEqual(never.snapshot())
          for (const counted of [never, restored]) counted.add(value)
          const looks = [never, restored].map(({ quantile, longest, count }) => [
            quantile(0.5),
            quantile(0.99),
            longest,
            count,
          ])
          expect(looks[1]).toEqual(looks[0])
        }
      }
    },
  )

  it('remembers the longest after it forgot the others', () => {
    const cleared = filled([3, 8], { window: 4 })
    cleared.clear()
    expect(cleared.snapshot()).toEqual({ longest: 8, counts: null, latest: [] })
  })

  const counts = new Array<number>(448).fill(0)
  it.each([
    [4, null, 'histogram: expected a snapshot, got null'],
    [4, { longest: NaN, counts: null, latest: [] }, 'longest of a snapshot: expected a number from 0 up, got NaN'],
    [4, { longest: 1, counts, latest: null }, 'counts of a snapshot: expected null with a window, got an array of 448'],
    [4, { longest: 1, counts: null, latest: [1, 2, 3, 4, 5] }, 'latest of a snapshot: expected 4 bins at most'],
    [
      4,
      { longest: 1, counts: null, latest: [448] },
      'latest of a snapshot: expected 4 bins at most, integers from 0 to 447',
    ],
    [4, { longest: 1, counts: null, latest: [0.5] }, 'latest of a snapshot: expected 4 bins at most'],
    [Infinity, { longest: 1, counts: [1], latest: null }, 'counts of a snapshot: expected 448 integers from 0 up'],
    [Infinity, { longest: 1, counts: counts.with(3, -1), latest: null }, 'counts of a snapshot: expected 448 integers'],
    [
      Infinity,
      { longest: 1, counts, latest: [] },
      'latest of a snapshot: expected null without a window, got an array of 0',
    ],
  ])('with a window of %d refuses to restore %j, and stays as it was', (window, state, message) => {
    const counted = filled([1, 2, 3], { window })
    const before = counted.snapshot()
    expect(() => counted.restore(state as never)).toThrow(message)
    expect(counted.snapshot()).toEqual(before)
  })
})
