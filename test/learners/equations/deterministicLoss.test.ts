import { expect, test } from 'vitest'
import { deterministicLoss } from '../../../src/learners/equations/deterministicLoss.js'
import { expectSlope } from './differences.js'

test('an action of a higher value costs less, by as much', () => {
  expect(deterministicLoss(2.5)).toBe(-2.5)
  expectSlope(-1, 0.3, deterministicLoss)
})
