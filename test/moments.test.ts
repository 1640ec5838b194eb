import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { NotFiniteError } from '../src/failure.js'
import { type RunningMoments, absorb, runningMoments, standardize } from '../src/moments.js'
import { difference } from '../src/testing/difference.js'

interface Golden {
  readonly sequence: readonly { readonly raw: readonly number[]; readonly normalized: readonly number[] }[]
  readonly final: { readonly mean: readonly number[]; readonly var: readonly number[]; readonly count: number }
}

const golden = JSON.parse(
  readFileSync(new URL('golden/gymnasium/NormalizeObservation.json', import.meta.url), 'utf8'),
) as Golden

/** Vectors of very different sizes and spreads, the same on every call. */
const vectors = (count: number): readonly Float64Array[] =>
  Array.from({ length: count }, (_, i) =>
    Float64Array.of(((i * 7919) % 101) / 50 - 1, 1e6 + ((i * 31) % 17), ((i % 5) - 2) * 1e-6),
  )

const absorbed = (all: readonly Float64Array[]): RunningMoments => {
  const moments = runningMoments({ size: 3 })
  for (const vector of all) absorb(moments, vector)
  return moments
}

/** The two-pass definition, with which the tests compare the running one. */
const counted = (
  all: readonly Float64Array[],
  component: number,
): { readonly mean: number; readonly variance: number } => {
  const values = all.map((vector) => vector[component])
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length
  return { mean, variance }
}

describe('the numbers', () => {
  // Gymnasium keeps its statistics in float64 from the first step on, but returns float32. Rounded in the same way ours are equal; 1e-9
  // leaves room for one more rounding elsewhere.
  test("are those of Gymnasium's NormalizeObservation, over three episodes", () => {
    const moments = runningMoments({ size: 4 })
    for (const { raw, normalized } of golden.sequence) {
      absorb(moments, raw)
      const ours = standardize(moments, raw)
      ours.forEach((value, i) => expect(Math.abs(Math.fround(value) - normalized[i])).toBeLessThan(1e-9))
    }
    expect(moments.count).toBe(golden.final.count)
    golden.final.mean.forEach((mean, i) => expect(Math.abs(moments.mean[i] - mean)).toBeLessThan(1e-9))
    golden.final.var.forEach((variance, i) => expect(Math.abs(moments.variance[i] - variance)).toBeLessThan(1e-9))
  })

  test('starts at mean 0 and variance 1', () => {
    const moments = runningMoments({ size: 2 })
    expect([...moments.mean, ...moments.variance, moments.count]).toEqual([0, 0, 1, 1, 1e-4])
    expect([...standardize(moments, [3, -4])]).toEqual([3 / Math.sqrt(1 + 1e-8), -4 / Math.sqrt(1 + 1e-8)])
  })

  test('maps the first vector to almost 0', () => {
    const moments = runningMoments({ size: 1 })
    absorb(moments, [5])
    expect(standardize(moments, [5])[0]).toBeCloseTo((0.01 * 5) / Math.sqrt(1 + 25), 5)
  })
})

describe('of a sample', () => {
  const sample = (all: readonly (readonly number[])[]): RunningMoments => {
    const moments = runningMoments({ size: 1, estimator: 'sample' })
    for (const vector of all) absorb(moments, vector)
    return moments
  }

  // 3, then 3 and 7, then 3, 7 and 2: means 3, 5 and 4; squared deviations 0, 4 + 4 and 1 + 9 + 4.
  test.each([
    [[], 0, 1, 0],
    [[[3]], 3, 1, 1],
    [[[3], [7]], 5, 8, 2],
    [[[3], [7], [2]], 4, 7, 3],
  ] as const)(
    'after %j the variance is that of n - 1, and 1 until two vectors have come',
    (all, mean, variance, count) => {
      const moments = sample(all)
      expect(moments.mean[0]).toBeCloseTo(mean, 14)
      expect(moments.variance[0]).toBeCloseTo(variance, 14)
      expect(moments.count).toBe(count)
    },
  )

  test('shows 0 of the first vector, and divides by sqrt(variance + 1e-8)', () => {
    expect(standardize(sample([[3]]), [3])[0]).toBe(0)
    expect(standardize(sample([[3], [7], [2]]), [2])[0]).toBeCloseTo(-2 / Math.sqrt(7 + 1e-8), 14)
  })

  test('long runs come to the two-pass variance, times n / (n - 1)', () => {
    const all = vectors(5000)
    const moments = runningMoments({ size: 3, estimator: 'sample' })
    for (const vector of all) absorb(moments, vector)
    for (const i of [0, 1, 2]) {
      const { mean, variance } = counted(all, i)
      expect(Math.abs(moments.mean[i] - mean)).toBeLessThan(1e-9 * Math.sqrt(variance))
      expect(moments.variance[i] / ((variance * 5000) / 4999)).toBeCloseTo(1, 9)
    }
  })

  test('a snapshot put back goes on bit for bit, from before the first vector on', () => {
    const all = [[3], [7], [2], [-40], [1e-3]]
    for (let cut = 0; cut <= all.length; cut++) {
      const after = runningMoments({ size: 1, estimator: 'sample' })
      after.restore(structuredClone(sample(all.slice(0, cut)).snapshot()))
      for (const vector of all.slice(cut)) absorb(after, vector)
      expect(difference(sample(all).snapshot(), after.snapshot(), 'state')).toBeNull()
    }
  })

  test('refuses the snapshot of a population, and an estimator that does not exist', () => {
    const moments = sample([[3]])
    expect(() => moments.restore(runningMoments({ size: 1 }).snapshot())).toThrow(
      'runningMoments: count of a snapshot: expected an integer from 0 up, got 0.0001',
    )
    expect(moments.count).toBe(1)
    expect(() => runningMoments({ size: 1, estimator: 'median' as 'sample' })).toThrow(
      "runningMoments: expected estimator to be 'population' or 'sample', got median",
    )
  })

  test('a quantity is named by its name', () => {
    expect(() => absorb(sample([]), [NaN], 'discounted return')).toThrow('discounted return[0] is NaN')
    expect(() => absorb(sample([]), [1e200], 'discounted return')).toThrow('squared deviation of discounted return[0]')
  })
})

describe('always', () => {
  test('the moments of a concatenation are the merged moments of its parts', () => {
    const all = vectors(500)
    const [first, second] = [all.slice(0, 180), all.slice(180)]
    const [whole, part] = [absorbed(all), absorbed(first)]
    for (let i = 0; i < 3; i++) {
      const { mean, variance } = counted(second, i)
      const total = part.count + second.length
      const apart = mean - part.mean[i]
      const squares =
        part.variance[i] * part.count + variance * second.length + (apart * apart * part.count * second.length) / total
      expect(whole.mean[i]).toBeCloseTo(part.mean[i] + (apart * second.length) / total, 6)
      expect(whole.variance[i] / (squares / total)).toBeCloseTo(1, 6)
    }
  })

  test('long runs come to the two-pass mean and deviation', () => {
    const all = vectors(20_000)
    const moments = absorbed(all)
    for (const i of [0, 1]) {
      const { mean, variance } = counted(all, i)
      // The start weighs 1e-4 of one vector, but lies a million away from component 1.
      expect(Math.abs(moments.mean[i] - mean)).toBeLessThan(0.01)
      expect(moments.variance[0] / counted(all, 0).variance).toBeCloseTo(1, 5)
      expect(variance).toBeGreaterThan(0)
    }
  })

  test('a restored snapshot continues bit for bit, and later changes do not affect it', () => {
    const all = vectors(60)
    const whole = absorbed(all)
    for (const at of [0, 1, 30, 59]) {
      const before = absorbed(all.slice(0, at))
      const state = before.snapshot()
      const saved = structuredClone(state)
      absorb(before, [1, 2, 3])
      expect(difference(saved, state, 'state')).toBeNull()
      const after = runningMoments({ size: 3 })
      after.restore(saved)
      for (const vector of all.slice(at)) absorb(after, vector)
      expect(difference(whole.snapshot(), after.snapshot(), 'state')).toBeNull()
      expect(difference(absorbed(all.slice(0, at)).snapshot(), saved, 'state')).toBeNull()
    }
  })

  test('standardizing changes nothing, and returns a new array', () => {
    const moments = absorbed(vectors(10))
    const before = moments.snapshot()
    const vector = Float64Array.of(1, 2, 3)
    expect(standardize(moments, vector)).not.toBe(standardize(moments, vector))
    expect([...vector]).toEqual([1, 2, 3])
    expect(difference(before, moments.snapshot(), 'state')).toBeNull()
  })
})

describe('fails', () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    test(`on ${value}, naming the component, before anything has changed`, () => {
      const moments = runningMoments({ size: 2, names: ['hip', 'knee'] })
      absorb(moments, [1, 2])
      const before = moments.snapshot()
      expect(() => absorb(moments, [0, value])).toThrow(
        new NotFiniteError('observation', { index: 1, name: 'knee' }, value),
      )
      expect(() => standardize(moments, [value, 0])).toThrow(
        new NotFiniteError('observation', { index: 0, name: 'hip' }, value),
      )
      expect(difference(before, moments.snapshot(), 'state')).toBeNull()
    })
  }

  test('on a finite number that would have made the variance infinite', () => {
    const moments = runningMoments({ size: 2 })
    expect(() => absorb(moments, [0, 1e200])).toThrow('squared deviation of observation[1] is Infinity')
    expect(moments.count).toBe(1e-4)
  })

  test.each([
    // The deviation overflows, its square does, the sum of squares does, and that only in the end.
    [[[1.7e308]], [-1.7e308], 'squared deviation of observation[0] (hip) is Infinity'],
    [[[0]], [1e200], 'squared deviation of observation[0] (hip) is Infinity'],
    [
      Array.from({ length: 8 }, (_, i) => [i % 2 === 0 ? 1e153 : -1e153]),
      [1.2e154],
      'variance of observation[0] (hip) is Infinity',
    ],
  ])(
    'on finite numbers that statistics near the largest double cannot hold: after %j comes %j',
    (before, last, message) => {
      const moments = runningMoments({ size: 1, names: ['hip'] })
      for (const vector of before) {
        try {
          absorb(moments, vector)
        } catch {
          moments.mean.set(vector)
        }
      }
      const state = moments.snapshot()
      expect(() => absorb(moments, last)).toThrow(`${message}, expected a finite number`)
      expect(difference(state, moments.snapshot(), 'state')).toBeNull()
      absorb(moments, [moments.mean[0]])
      expect([...moments.mean, ...moments.variance].every(Number.isFinite)).toBe(true)
    },
  )

  test('numbers of every size are absorbed and standardized, or refused with nothing changed', () => {
    const sizes = [
      5e-324,
      1e-160,
      1e-3,
      1,
      1e19,
      1e100,
      1e150,
      1e153,
      1e154,
      1.3e154,
      1e160,
      1e200,
      1e308,
      Number.MAX_VALUE,
    ]
    const all = sizes.flatMap((size) => [size, -size])
    for (const first of all) {
      for (const second of all) {
        const moments = runningMoments({ size: 1 })
        for (const value of [first, second, first, second]) {
          const before = moments.snapshot()
          try {
            absorb(moments, [value])
          } catch (error) {
            expect(error).toBeInstanceOf(NotFiniteError)
            expect(difference(before, moments.snapshot(), 'state')).toBeNull()
          }
          expect([...moments.mean, ...moments.variance, moments.count].every(Number.isFinite)).toBe(true)
          try {
            expect(Number.isFinite(standardize(moments, [value])[0])).toBe(true)
          } catch (error) {
            expect(error).toBeInstanceOf(NotFiniteError)
          }
        }
      }
    }
  })

  test('on a finite number that is infinitely many deviations away', () => {
    const moments = runningMoments({ size: 1 })
    for (let i = 0; i < 5; i++) absorb(moments, [0])
    moments.variance.fill(0)
    expect(() => standardize(moments, [1e305])).toThrow('standardized observation[0] is Infinity')
    expect(() => standardize(moments, [-1e305])).toThrow('standardized observation[0] is -Infinity')
  })

  const good = { mean: [1, 2], variance: [1, 0], count: 3 }
  test.each([
    [null, 'runningMoments: expected a snapshot, got null'],
    [7, 'runningMoments: expected a snapshot, got 7'],
    [
      JSON.parse(JSON.stringify(runningMoments({ size: 2 }).snapshot())) as object,
      'runningMoments: mean of a snapshot: expected a vector of 2 numbers, got an object with indexes as keys, which JSON makes of a typed array: save it as [...array]',
    ],
    [{ ...good, mean: undefined }, 'runningMoments: mean of a snapshot: expected a vector of 2 numbers, got undefined'],
    [{ ...good, mean: '12' }, 'runningMoments: mean of a snapshot: expected a vector of 2 numbers, got 12'],
    [{ ...good, mean: [1] }, 'runningMoments: mean of a snapshot: expected a vector of 2 components, got one of 1'],
    [{ ...good, mean: [1, NaN] }, 'runningMoments: mean[1] (knee) of a snapshot: expected a finite number, got NaN'],
    [{ ...good, mean: [1, null] }, 'runningMoments: mean[1] (knee) of a snapshot: expected a finite number, got null'],
    [{ ...good, variance: [1, 2, 3] }, 'runningMoments: variance of a snapshot: expected a vector of 2 components'],
    [
      { ...good, variance: [-1, 2] },
      'runningMoments: variance[0] (hip) of a snapshot: expected a finite number from 0 up, got -1',
    ],
    [
      { ...good, variance: [1, -1e-300] },
      'runningMoments: variance[1] (knee) of a snapshot: expected a finite number from 0 up',
    ],
    [
      { ...good, variance: [1, Infinity] },
      'runningMoments: variance[1] (knee) of a snapshot: expected a finite number from 0 up',
    ],
    [{ ...good, count: undefined }, 'runningMoments: count of a snapshot: expected a number above 0, got undefined'],
    [{ ...good, count: -1 }, 'runningMoments: count of a snapshot: expected a number above 0, got -1'],
    [{ ...good, count: 0 }, 'runningMoments: count of a snapshot: expected a number above 0, got 0'],
    [{ ...good, count: NaN }, 'runningMoments: count of a snapshot: expected a number above 0, got NaN'],
    [{ ...good, count: Infinity }, 'runningMoments: count of a snapshot: expected a number above 0, got Infinity'],
    [{ ...good, count: '3' }, 'runningMoments: count of a snapshot: expected a number above 0, got 3'],
  ])('to restore %j, in one line, and keeps what it had', (state, message) => {
    const moments = runningMoments({ size: 2, names: ['hip', 'knee'] })
    absorb(moments, [1, 2])
    const before = moments.snapshot()
    expect(() => moments.restore(state as never)).toThrow(message)
    expect(difference(before, moments.snapshot(), 'state')).toBeNull()
  })

  test('no snapshot whose vectors JSON saved as plain arrays', () => {
    const moments = absorbed(vectors(9))
    const { mean, variance, count } = moments.snapshot()
    const saved: unknown = JSON.parse(JSON.stringify({ mean: [...mean], variance: [...variance], count }))
    const other = runningMoments({ size: 3 })
    other.restore(saved as never)
    expect(difference(moments.snapshot(), other.snapshot(), 'state')).toBeNull()
  })

  test('on another size, and on a size that is not a positive integer', () => {
    const moments = runningMoments({ size: 2 })
    expect(() => absorb(moments, [1])).toThrow('expected a vector of 2 components, got one of 1')
    expect(() => standardize(moments, [1, 2, 3])).toThrow('expected a vector of 2 components, got one of 3')
    expect(() => moments.restore(absorbed([]).snapshot())).toThrow('expected a vector of 2 components, got one of 3')
    for (const size of [0, -1, 1.5, NaN]) expect(() => runningMoments({ size })).toThrow(RangeError)
  })
})
