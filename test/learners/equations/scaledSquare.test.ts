import { expect, test } from 'vitest'
import { scaledSquare, scaledSquareSlope } from '../../../src/learners/equations/scaledSquare.js'
import { tdTarget } from '../../../src/learners/equations/tdTarget.js'
import { expectSlope } from './differences.js'

test('the loss is (δ/σ)², and without a scale δ²', () => {
  expect(scaledSquare(6, 2)).toBe(9)
  expect(scaledSquare(-6, 1)).toBe(36)
})

test.each([
  [2.5, 1],
  [-0.3, 0.2],
  [4, 3],
])('its slope by the value, at a value of %d and a scale of %d', (value, scale) => {
  const loss = (of: number): number => scaledSquare(tdTarget(0.7, 0.9, 1.1) - of, scale)
  expectSlope(scaledSquareSlope(tdTarget(0.7, 0.9, 1.1) - value, scale), value, loss)
})
