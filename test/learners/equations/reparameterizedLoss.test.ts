import { expect, test } from 'vitest'
import { reparameterizedLoss, reparameterizedSlope } from '../../../src/learners/equations/reparameterizedLoss.js'
import { softValue } from '../../../src/learners/equations/softValue.js'
import { slopesByC, slopesByMean, squashedNormal } from '../../../src/learners/equations/squashedNormal.js'
import { expectSlope } from './differences.js'

test('what the actor minimizes is the negative of the soft value', () => {
  expect(reparameterizedLoss(0.25, -2, 3)).toBe(-3.5)
  expect(reparameterizedLoss(0.25, -2, 3)).toBe(-softValue(3, 0.25, -2))
})

test.each([0.5, 1])('its slope goes through the action into the actor’s outputs, with k = %d', (k) => {
  /** A value that is no line of the action. */
  const value = (a: number): number => 1.3 * a - 0.6 * a * a
  const loss = (mean: number, c: number): number => {
    const { action, logProbability } = squashedNormal(mean, c, 0.7, k)
    return reparameterizedLoss(0.2, logProbability, value(action))
  }
  const [mean, c] = [0.3, -0.8]
  const drawn = squashedNormal(mean, c, 0.7, k)
  const valueByAction = 1.3 - 1.2 * drawn.action
  const slope = ({ action, logProbability }: { action: number; logProbability: number }): number =>
    reparameterizedSlope(0.2, logProbability, valueByAction, action)
  expectSlope(slope(slopesByMean(drawn)), mean, (x) => loss(x, c))
  expectSlope(slope(slopesByC(drawn, c, k)), c, (x) => loss(mean, x))
})
