import { describe, expect, test } from 'vitest'
import { clippedValueLoss, clippedValueSlope } from '../../../src/learners/equations/clippedValueLoss.js'
import { expectSlope } from './differences.js'

const clip = 0.2

describe('clippedValueLoss', () => {
  test.each([
    ['near the old value it is half the squared error', 1.1, 1, 2, 0.5 * 0.9 * 0.9],
    ['a value that ran ahead to its target counts as one that went ε far', 1.9, 1, 2, 0.5 * 0.8 * 0.8],
    ['a value that ran away from its target counts in full', 0.5, 1, 2, 0.5 * 1.5 * 1.5],
  ])('%s', (_, value, oldValue, target, loss) => {
    expect(clippedValueLoss(value, oldValue, target, clip)).toBeCloseTo(loss, 12)
  })

  test.each([1.1, 1.9, 0.5, 3.5, 2.05].flatMap((value) => [2, 0, 1.15].map((target) => [value, target])))(
    'its slope at a value of %d for a target of %d',
    (value, target) => {
      const loss = (x: number): number => clippedValueLoss(x, 1, target, clip)
      expectSlope(clippedValueSlope(value, 1, target, clip), value, loss)
    },
  )
})
