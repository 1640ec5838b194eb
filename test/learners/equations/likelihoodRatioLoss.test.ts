import { expect, test } from 'vitest'
import { likelihoodRatioLoss, likelihoodRatioSlope } from '../../../src/learners/equations/likelihoodRatioLoss.js'
import {
  normalEntropy,
  normalLogProbability,
  scoreByLogDeviation,
  scoreByMean,
} from '../../../src/learners/equations/normal.js'
import { logDeviationByC, logDeviationOf } from '../../../src/learners/equations/squashedNormal.js'
import { expectSlope } from './differences.js'

test('what is minimized is the negative of the advantage times log π, and of the entropy bonus', () => {
  expect(likelihoodRatioLoss(2, -1.5, 0.25, 4)).toBe(2)
  expect(likelihoodRatioLoss(-2, -1.5, 0, 4)).toBe(-3)
})

test.each([0.5, 1])('its slope goes into the actor’s outputs, the action held still, with k = %d', (k) => {
  const [mean, c, noise, advantage, eta] = [0.3, -0.8, 0.7, -1.7, 0.2]
  const deviation = Math.exp(logDeviationOf(c, k))
  const unsquashed = mean + deviation * noise
  const loss = (m: number, head: number): number => {
    const s = Math.exp(logDeviationOf(head, k))
    return likelihoodRatioLoss(advantage, normalLogProbability(unsquashed, m, s), eta, normalEntropy(s))
  }
  const byC = logDeviationByC(c, k)
  expectSlope(likelihoodRatioSlope(advantage, scoreByMean(noise, deviation * noise), eta, 0), mean, (x) => loss(x, c))
  expectSlope(likelihoodRatioSlope(advantage, scoreByLogDeviation(noise) * byC, eta, byC), c, (x) => loss(mean, x))
})
