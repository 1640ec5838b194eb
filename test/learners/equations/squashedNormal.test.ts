import { describe, expect, test } from 'vitest'
import { arena } from '../../../src/kernels/arena.js'
import { typescriptKernels } from '../../../src/kernels/typescript.js'
import { slopesByC, slopesByMean, squashedNormal } from '../../../src/learners/equations/squashedNormal.js'
import { expectSlope } from './differences.js'

const points = [
  { mean: 0.3, c: -0.8, noise: 0.7 },
  { mean: -1.2, c: 0.4, noise: -1.5 },
  { mean: 0, c: 1.9, noise: 0.1 },
  { mean: 2.5, c: -6, noise: 3 },
]

describe.each([0.5, 1])('squashedNormal with k = %d', (k) => {
  test('is a density: over all actions it integrates to 1', () => {
    // By the substitution a = tanh u, with du = s dε, a sum over the noise is one over the actions.
    const [step, mean, c] = [1e-3, 0.4, -0.5]
    const deviation = Math.exp(k * c)
    let mass = 0
    for (let noise = -12; noise <= 12; noise += step) {
      const { action, logProbability } = squashedNormal(mean, c, noise, k)
      mass += Math.exp(logProbability) * (1 - action * action) * deviation * step
    }
    expect(mass).toBeCloseTo(1, 9)
  })

  test.each(points)('its slopes are those of finite differences, at %o', ({ mean, c, noise }) => {
    const drawn = squashedNormal(mean, c, noise, k)
    const [byMean, byC] = [slopesByMean(drawn), slopesByC(drawn, c, k)]
    for (const of of ['action', 'logProbability'] as const) {
      expectSlope(byMean[of], mean, (x) => squashedNormal(x, c, noise, k)[of])
      expectSlope(byC[of], c, (x) => squashedNormal(mean, x, noise, k)[of])
    }
  })

  test.each([-21, 2.5])('a clamped c of %d moves nothing', (c) => {
    const drawn = squashedNormal(0.2, c, 0.5, k)
    expect(slopesByC(drawn, c, k)).toEqual({ action: 0, logProbability: 0 })
    expect(drawn).toEqual(squashedNormal(0.2, c < 0 ? -20 : 2, 0.5, k))
  })

  test('the mode has no deviation, and keeps its digits where tanh rounds to 1', () => {
    const { action, deviation, logProbability } = squashedNormal(30, 0, 0, k)
    expect([action, deviation]).toEqual([1, 0])
    // -½ log 2π - 2 (log 2 - 30)
    expect(logProbability).toBeCloseTo(-0.9189385332046727 - 2 * (0.6931471805599453 - 30), 12)
  })

  test('the kernel gives the same sample, to the rounding of a float', () => {
    const on = arena(4 * points.length, 2 * points.length + 1)
    points.forEach(({ mean, c, noise }, i) => {
      on.f32.set([mean], i)
      on.f32.set([c], points.length + i)
      on.f32.set([noise], 2 * points.length + i)
    })
    typescriptKernels(on).squash(0, 2 * points.length, points.length, k, 3 * points.length, 0)
    const drawn = points.map(({ mean, c, noise }) => squashedNormal(mean, c, noise, k))
    drawn.forEach(({ action }, i) => expect(on.f32[3 * points.length + i]).toBeCloseTo(action, 6))
    const sum = drawn.reduce((total, { logProbability }) => total + logProbability, 0)
    expect(on.f64[2 * points.length]).toBeCloseTo(sum, 5)
  })
})
