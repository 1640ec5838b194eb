import { expect, test } from 'vitest'
import { temperatureLoss } from '../../../src/learners/equations/temperatureLoss.js'
import { expectSlope } from './differences.js'

test('the temperature falls while the entropy is above its target, and rises below it', () => {
  expect(temperatureLoss(0.5, -3, 2)).toBe(0.5)
  expect(temperatureLoss(0.5, -1, 2)).toBe(-0.5)
  expect(temperatureLoss(0.5, 2, -2)).toBe(0)
})

test.each([
  [-2.3, -1.2],
  [0, 3],
  [1.1, 0.4],
])('its slope by log α = %d is the loss itself, at log π = %d', (logTemperature, logProbability) => {
  const loss = (x: number): number => temperatureLoss(Math.exp(x), logProbability, -2)
  expectSlope(loss(logTemperature), logTemperature, loss)
})
