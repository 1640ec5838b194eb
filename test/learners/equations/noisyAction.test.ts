import { expect, test } from 'vitest'
import { noisyAction } from '../../../src/learners/equations/noisyAction.js'

test('noise is added by its deviation, and the action cut off at its bounds', () => {
  expect(noisyAction(0.25, 2, 0.125, Infinity)).toBe(0.5)
  expect(noisyAction(0.25, -2, 0.125, Infinity)).toBe(0)
  expect(noisyAction(0.25, 100, 0.125, Infinity)).toBe(1)
  expect(noisyAction(0.25, -100, 0.125, Infinity)).toBe(-1)
  expect(noisyAction(0.25, 3, 0, Infinity)).toBe(0.25)
})

test('the noise of a target is cut off first', () => {
  expect(noisyAction(0.25, 100, 0.2, 0.5)).toBe(0.75)
  expect(noisyAction(0.25, -100, 0.2, 0.5)).toBe(-0.25)
  expect(noisyAction(0.75, 100, 0.2, 0.5)).toBe(1)
  expect(noisyAction(-0.75, -100, 0.2, 0.5)).toBe(-1)
  expect(noisyAction(0.25, 1, 0.125, 0.5)).toBe(0.375)
})

test('NaN is not passed over', () => {
  expect(noisyAction(NaN, 0, 0.1, 0.5)).toBeNaN()
  expect(noisyAction(0, NaN, 0.1, 0.5)).toBeNaN()
})
