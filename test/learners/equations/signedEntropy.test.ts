import { expect, test } from 'vitest'
import {
  entropyByDeviation,
  logProbabilityByDeviation,
  logProbabilityByMean,
  normalEntropy,
  normalLogProbability,
} from '../../../src/learners/equations/normal.js'
import {
  signedEntropyObjective,
  signedEntropySlope,
  signedEntropyWeight,
} from '../../../src/learners/equations/signedEntropy.js'
import { softplusDeviation, softplusDeviationSlope } from '../../../src/learners/equations/softplusDeviation.js'
import { expectSlope } from './differences.js'

test('the entropy has the sign of the TD error, so that a step of it always raises the entropy', () => {
  expect([2.5, -0.1, 0, -0].map((tdError) => signedEntropyWeight(0.25, tdError))).toEqual([0.25, -0.25, 0, 0])
  expect(signedEntropyObjective(-1.5, -0.25, 4)).toBe(-2.5)
})

test.each([1.3, -0.4, 0])(
  'its slope goes into the actor’s heads, the action held still, at a TD error of %d',
  (tdError) => {
    const [action, mean, head] = [0.9, 0.3, -0.8]
    const weight = signedEntropyWeight(0.2, tdError)
    const objective = (mu: number, x: number): number => {
      const s = softplusDeviation(x)
      return signedEntropyObjective(normalLogProbability(action, mu, s), weight, normalEntropy(s))
    }
    const s = softplusDeviation(head)
    expectSlope(signedEntropySlope(logProbabilityByMean(action, mean, s), weight, 0), mean, (x) => objective(x, head))
    const byDeviation = signedEntropySlope(logProbabilityByDeviation(action, mean, s), weight, entropyByDeviation(s))
    expectSlope(byDeviation * softplusDeviationSlope(head), head, (x) => objective(mean, x))
  },
)
