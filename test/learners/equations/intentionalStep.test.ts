import { expect, test } from 'vitest'
import { intentionalStep, movedMean } from '../../../src/learners/equations/intentionalStep.js'

test.each([0.5, 0.05])('along one gradient the estimate moves by the fraction %d of the error', (fraction) => {
  const [g, scale, tdError] = [[0.3, -1.2, 2], [0.5, 2, 0.1], -3]
  // Of the first step: z = g, and q̂ = Σ g²/D.
  const squares = g.reduce((sum, value, i) => sum + (value * value) / scale[i], 0)
  const step = intentionalStep(fraction, squares, squares)
  const moved = g.reduce((sum, value, i) => sum + value * ((step * tdError * value) / scale[i]), 0)
  expect(moved).toBeCloseTo(fraction * tdError, 12)
})

test('where nothing has a gradient the step is finite', () => {
  expect(intentionalStep(0.5, 0, 3)).toBe(0.5 / 1e-8)
})

test('a mean moves by 1 - β of the way to the number', () => {
  expect(movedMean(2, 6, 0.75)).toBe(3)
})
