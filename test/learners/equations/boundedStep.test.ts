import { expect, test } from 'vitest'
import { boundedStep } from '../../../src/learners/equations/boundedStep.js'

test('a step that does not overshoot keeps its size', () => {
  expect(boundedStep(0.1, 2, 0.5, 4)).toBe(0.1)
  expect(boundedStep(0.1, 2, 0, 0)).toBe(0.1)
})

test.each([
  [1, 3, 0.5, 10],
  [1, 2, -7, 3],
  [0.5, 4, 2, 1e6],
])(
  'one that would is cut, so that weights move by |δ| / κ at most in all: %d, %d, %d, %d',
  (stepSize, kappa, tdError, norm) => {
    const step = boundedStep(stepSize, kappa, tdError, norm)
    expect(step).toBeLessThan(stepSize)
    // When the bound is active the step size itself drops out: 1 / (κ max(|δ|, 1) ‖z‖₁).
    expect(step).toBeCloseTo(1 / (kappa * Math.max(Math.abs(tdError), 1) * norm), 15)
    expect(step * Math.abs(tdError) * norm).toBeLessThanOrEqual((Math.abs(tdError) / kappa) * (1 + 1e-12))
  },
)
