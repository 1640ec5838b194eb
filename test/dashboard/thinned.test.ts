import { describe, expect, test } from 'vitest'
import { type Row, type Summary, type ThinnedState, thinned } from '../../src/dashboard/thinned.js'
import { seeded } from '../../src/random.js'

/** Rows whose values are whole numbers, and of which some lack one. */
const rows = (count: number): readonly Row[] => {
  const random = seeded(7)('rows')
  const draws = new Float64Array(2 * count)
  random.uniforms(draws)
  return Array.from({ length: count }, (_, i) => ({
    step: 10 * (i + 1),
    values: { a: Math.round(100 * draws[2 * i]), ...(i % 3 === 0 ? {} : { b: Math.round(100 * draws[2 * i + 1]) }) },
  }))
}
const stateOf = (all: readonly Row[], most: number): ThinnedState => {
  const each = thinned(most)
  all.forEach(each.add)
  return each.state
}

test('rows that fit stay as they are', () => {
  expect(stateOf(rows(8), 8)).toEqual({
    span: 1,
    points: rows(8).map(({ step, values }) => ({
      step,
      rows: 1,
      values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [1, value, value, value]])),
    })),
  })
})

test.each([9, 16, 17, 100, 1000, 1023])(
  '%i rows become points of equal length, each the summary of its rows',
  (count) => {
    const all = rows(count)
    const { span, points } = stateOf(all, 8)
    expect(points.length).toBeLessThanOrEqual(8)
    expect(points.length).toBe(Math.ceil(count / span))
    points.forEach((point, i) => {
      const own = all.slice(i * span, (i + 1) * span)
      expect(point.step).toBe(own.at(-1)?.step)
      expect(point.rows).toBe(own.length)
      for (const name of ['a', 'b']) {
        const values = own.flatMap((row) => (row.values[name] === undefined ? [] : [row.values[name]]))
        if (values.length === 0) {
          expect(point.values[name]).toBeUndefined()
          continue
        }
        const [n, mean, low, high] = point.values[name] as Summary
        expect([n, low, high]).toEqual([values.length, Math.min(...values), Math.max(...values)])
        expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 9)
      }
    })
  },
)

test('a copy that got the state at any time, as JSON, and each row since has the same points', () => {
  const all = rows(200)
  for (const cut of [0, 1, 7, 8, 9, 31, 32, 33, 120]) {
    const copy = thinned(8, JSON.parse(JSON.stringify(stateOf(all.slice(0, cut), 8))) as ThinnedState)
    all.slice(cut).forEach(copy.add)
    expect(copy.state).toEqual(stateOf(all, 8))
  }
})

describe('a number that is not finite', () => {
  test.each([NaN, Infinity, -Infinity])('%d is left out', (value) => {
    const { points } = stateOf([{ step: 1, values: { a: value, b: 2 } }], 8)
    expect(points).toEqual([{ step: 1, rows: 1, values: { b: [1, 2, 2, 2] } }])
  })
})

test('a state that was taken does not change with later rows', () => {
  const each = thinned(4)
  rows(3).forEach(each.add)
  const before = JSON.stringify(each.state)
  const { state } = each
  rows(50).forEach(each.add)
  expect(JSON.stringify(state)).toBe(before)
})
