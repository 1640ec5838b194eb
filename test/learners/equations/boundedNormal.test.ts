import { describe, expect, test } from 'vitest'
import {
  boundedLogDeviation,
  boundedNormal,
  boundedSlopesByC,
  boundedSlopesByMean,
} from '../../../src/learners/equations/boundedNormal.js'
import { squashedNormal } from '../../../src/learners/equations/squashedNormal.js'
import { expectSlope } from './differences.js'

describe('boundedNormal', () => {
  test('has a log deviation between -5 and 2', () => {
    expect([-50, 0, 50].map(boundedLogDeviation)).toEqual([-5, -1.5, 2])
  })

  test.each([
    { mean: 0.3, c: -0.8, noise: 0.7 },
    { mean: -1.2, c: 0.4, noise: -1.5 },
    { mean: 0, c: 1.2, noise: 0.1 },
    { mean: 2.5, c: -2, noise: 3 },
    { mean: 3, c: 0, noise: 0.5 },
  ])('has the slopes of finite differences, at %o', ({ mean, c, noise }) => {
    const drawn = boundedNormal(mean, c, noise)
    const [byMean, byC] = [boundedSlopesByMean(drawn), boundedSlopesByC(drawn, c)]
    for (const of of ['action', 'logProbability'] as const) {
      expectSlope(byMean[of], mean, (x) => boundedNormal(x, c, noise)[of])
      expectSlope(byC[of], c, (x) => boundedNormal(mean, x, noise)[of])
    }
  })

  test('is the squashed normal of the same deviation, but for the constant', () => {
    const [ours, exact] = [boundedNormal(0.4, 0.3, -0.7), squashedNormal(0.4, boundedLogDeviation(0.3), -0.7, 1)]
    expect(ours.action).toBe(exact.action)
    expect(ours.deviation).toBe(exact.deviation)
    expect(ours.logProbability).not.toBe(exact.logProbability)
    expect(ours.logProbability).toBeCloseTo(exact.logProbability, 5)
    // Where tanh rounds to 1 the constant is all that is left.
    expect(boundedNormal(40, 0, 0).logProbability).toBeCloseTo(1.5 - 0.9189385332046727 - Math.log(1e-6), 12)
  })
})
