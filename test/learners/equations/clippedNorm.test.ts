import { expect, test } from 'vitest'
import { clippedNorm } from '../../../src/learners/equations/clippedNorm.js'

test('gradients within the bound are left as they are', () => {
  expect(clippedNorm(0.16, 0.5)).toBe(1)
  expect(clippedNorm(0, 0.5)).toBe(1)
})

test('longer ones are cut to it', () => {
  const squares = 9 + 16
  expect(clippedNorm(squares, 0.5) * Math.sqrt(squares)).toBeCloseTo(0.5, 6)
  expect(clippedNorm(squares, 0.5)).toBe(0.5 / (5 + 1e-6))
})
