import { expect, test } from 'vitest'
import { softValue } from '../../../src/learners/equations/softValue.js'

test('the value of an action falls by η for each unit of its log-probability', () => {
  expect(softValue(3, 0.25, -2)).toBe(3.5)
  expect(softValue(3, 0.25, 2)).toBe(2.5)
  expect(softValue(3, 0, 1e9)).toBe(3)
})
