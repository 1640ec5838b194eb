import { describe, expect, test } from 'vitest'
import {
  entropyByDeviation,
  logProbabilityByDeviation,
  logProbabilityByMean,
  normalEntropy,
  normalEntropyOfLog,
  normalLogProbability,
  normalLogProbabilityOfLog,
  scoreByLogDeviation,
  scoreByMean,
} from '../../../src/learners/equations/normal.js'
import { expectSlope } from './differences.js'

const points = [
  { value: 0.3, mean: -0.8, deviation: 0.7 },
  { value: -2, mean: 1, deviation: 1.5 },
  { value: 0.1, mean: 0.1, deviation: 0.05 },
]

describe('the normal distribution', () => {
  test.each(points)('its log-probability is the logarithm of its density, at %o', ({ value, mean, deviation }) => {
    const density =
      Math.exp(-((value - mean) ** 2) / (2 * deviation * deviation)) / (deviation * Math.sqrt(2 * Math.PI))
    expect(normalLogProbability(value, mean, deviation)).toBeCloseTo(Math.log(density), 12)
  })

  test.each(points)('its log-probability from z and log s is the same, at %o', ({ value, mean, deviation }) => {
    const z = (value - mean) / deviation
    const want = normalLogProbability(value, mean, deviation)
    expect(normalLogProbabilityOfLog(z, Math.log(deviation))).toBeCloseTo(want, 12)
  })

  test.each(points)('its slopes are those of finite differences, at %o', ({ value, mean, deviation }) => {
    const h = 1e-6
    expectSlope(logProbabilityByMean(value, mean, deviation), mean, (x) => normalLogProbability(value, x, deviation), h)
    const slope = logProbabilityByDeviation(value, mean, deviation)
    const of = (x: number): number => normalLogProbability(value, mean, x)
    expect((of(deviation + h) - of(deviation - h)) / (2 * h)).toBeCloseTo(slope, 6)
  })

  test('by a head c that is the logarithm of a variance, the slope is ½ ((u - μ)²/v - 1): IAC’s', () => {
    const [value, mean, c] = [0.9, 0.2, -0.6]
    const [deviation, variance] = [Math.exp(c / 2), Math.exp(c)]
    // ds/dc = s/2.
    const slope = (logProbabilityByDeviation(value, mean, deviation) * deviation) / 2
    expect(slope).toBeCloseTo(0.5 * ((value - mean) ** 2 / variance - 1), 12)
  })

  test.each([-1.7, 1e-40, 0])('the scores of a sample by the noise %d are those slopes', (noise) => {
    const [mean, deviation] = [0.2, 0.8]
    const distance = deviation * noise
    expect(scoreByMean(noise, distance)).toBeCloseTo(logProbabilityByMean(mean + distance, mean, deviation), 12)
    const byLog = logProbabilityByDeviation(mean + distance, mean, deviation) * deviation
    expect(scoreByLogDeviation(noise)).toBeCloseTo(byLog, 12)
    expect(normalEntropyOfLog(Math.log(deviation))).toBeCloseTo(normalEntropy(deviation), 12)
  })

  test('its entropy is the mean of -log N, and grows by 1 / s', () => {
    const [mean, deviation, step] = [0.4, 1.7, 1e-3]
    let entropy = 0
    for (let z = -12; z <= 12; z += step) {
      const logProbability = normalLogProbability(mean + z * deviation, mean, deviation)
      entropy -= Math.exp(logProbability) * logProbability * deviation * step
    }
    expect(normalEntropy(deviation)).toBeCloseTo(entropy, 9)
    expectSlope(entropyByDeviation(deviation), deviation, normalEntropy)
  })
})
