import { expect, test } from 'vitest'
import { standardizeAdvantages } from '../../../src/learners/equations/standardizedAdvantages.js'

test('advantages get mean 0 and, over n - 1, deviation 1', () => {
  const advantages = Float64Array.of(1, 2, 4, 9)
  standardizeAdvantages(advantages)
  const mean = advantages.reduce((sum, value) => sum + value, 0) / 4
  expect(mean).toBeCloseTo(0, 12)
  expect(advantages.reduce((sum, value) => sum + value * value, 0) / 3).toBeCloseTo(1, 7)
  // (1 - 4) / √((9 + 4 + 0 + 25) / 3)
  expect(advantages[0]).toBeCloseTo(-3 / Math.sqrt(38 / 3), 7)
})

test('equal ones become 0, and no NaN', () => {
  const advantages = Float64Array.of(3, 3)
  standardizeAdvantages(advantages)
  expect([...advantages]).toEqual([0, 0])
})
