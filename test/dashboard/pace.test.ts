import { expect, test } from 'vitest'
import { recentPace } from '../../src/dashboard/pace.js'

test('is null for the first record, then of the last two seconds', () => {
  const pace = recentPace()
  const at = (seconds: number, steps: number) => pace({ seconds, steps })
  expect(at(0, 0)).toBeNull()
  expect(at(1, 100)).toBe(100)
  expect(at(2, 200)).toBe(100)
  // A second later the first record no longer counts.
  expect(at(3, 400)).toBe(150)
  expect(at(4, 800)).toBe(300)
})

test('is of the last two records if they are further apart', () => {
  const pace = recentPace()
  pace({ seconds: 0, steps: 0 })
  expect(pace({ seconds: 10, steps: 20 })).toBe(2)
  expect(pace({ seconds: 20, steps: 120 })).toBe(10)
})

test('holds few records, however many come', () => {
  const pace = recentPace()
  for (let i = 0; i <= 10_000; i++) pace({ seconds: i / 10, steps: i })
  expect(pace({ seconds: 1000.1, steps: 10_101 })).toBeCloseTo(60, 6)
})

test('is null as long as the clock stands still', () => {
  const pace = recentPace()
  pace({ seconds: 1, steps: 1 })
  expect(pace({ seconds: 1, steps: 5 })).toBeNull()
})
