import { expect, test } from 'vitest'
import { cappedTdError, relativeTdError } from '../../../src/learners/equations/cappedTdError.js'

test('an error keeps its sign, and its size as far as the cap', () => {
  expect([-7, -6, -1, 0, 5, 100].map((tdError) => cappedTdError(tdError, 3, 4))).toEqual([-6, -6, -1, 0, 5, 6])
})

test('it is divided by the mean size, by 1e-12 at least', () => {
  expect(relativeTdError(-3, 1.5)).toBe(-2)
  expect(relativeTdError(0, 0)).toBe(0)
  expect(relativeTdError(1e-12, 0)).toBe(1)
})
