import { expect, test } from 'vitest'
import { clippedDoubleQ } from '../../../src/learners/equations/clippedDoubleQ.js'

test('the lower one of two values counts, and NaN is not passed over', () => {
  expect(clippedDoubleQ(1, -2)).toBe(-2)
  expect(clippedDoubleQ(-3, 4)).toBe(-3)
  expect(clippedDoubleQ(NaN, 1)).toBeNaN()
  expect(clippedDoubleQ(1, NaN)).toBeNaN()
})
