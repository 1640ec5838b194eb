import { describe, expect, it } from 'vitest'
import { pendulumSpec } from '../../../src/environments/classic/pendulum.js'
import { TraceScalar } from '../../../src/kernels/kernels.js'
import { memoryLimit } from '../../../src/learners/learnerBytes.js'
import { intentionalAcAlgorithm } from '../../../src/learners/intentionalAc/intentionalAcAlgorithm.js'
import { intentionalAcDefaults } from '../../../src/learners/intentionalAc/intentionalAcSettings.js'
import { seeded } from '../../../src/random.js'

describe('the defaults of Intentional AC', () => {
  it('are those of the published program, for every task', () => {
    expect(intentionalAcDefaults).toEqual({
      hidden: [128, 128],
      actorFraction: 0.05,
      criticFraction: 0.5,
      discount: 0.99,
      traceDecay: 0.8,
      entropyCoefficient: 0.01,
      beta2: 0.999,
      epsilon: 1e-8,
      clipMultiple: 20,
      deltaDecay: 0.9998,
      sparsity: 0.9,
    })
    for (const name of ['Pendulum-v1', 'Hopper-v4']) {
      const defaults = intentionalAcAlgorithm.defaultsFor({ ...pendulumSpec, name })
      expect(defaults).toEqual({ settings: intentionalAcDefaults, origin: 'program' })
    }
  })

  it('of what stands around the learner are the published wrappers, without the time', () => {
    const { actionRange, normalizeObservation, varianceEstimator, normalizeReward, appendTime } = intentionalAcAlgorithm
    expect([actionRange, normalizeObservation, varianceEstimator, normalizeReward]).toMatchObject(
      ['clip', true, 'sample', 'stream-ac'].map((value) => ({ default: value })),
    )
    expect(appendTime).toBeUndefined()
  })
})

it('settings that float32 does not hold, and traces that do not fade, are refused by name', () => {
  expect(intentionalAcAlgorithm.conflicts?.(intentionalAcDefaults)).toEqual([])
  const extreme = {
    ...intentionalAcDefaults,
    actorFraction: 1e20,
    criticFraction: 1e-40,
    epsilon: 1e-50,
    discount: 1,
    traceDecay: 1,
  }
  expect(intentionalAcAlgorithm.conflicts?.(extreme)).toMatchObject(
    ['actorFraction', 'criticFraction', 'epsilon', 'traceDecay'].map((path) => ({ path })),
  )
})

describe('its engine', () => {
  const { memory, open } = intentionalAcAlgorithm.engines['fused']

  it('says how much memory a learner takes before it is allocated', async () => {
    const [{ bytes, limit, setting }] = await memory(pendulumSpec, { ...intentionalAcDefaults, hidden: [5, 7] })
    expect([setting, limit]).toEqual(['hidden', memoryLimit])
    // Weights, traces, mean squares and directions, of 3 -> 5 -> 7 -> 2 and 3 -> 5 -> 7 -> 1.
    const weights = 5 * 4 + 7 * 6 + 2 * 8 + (5 * 4 + 7 * 6 + 8)
    // Three tapes with what stands before activations, noise, action and deviation; two passes backwards.
    const tapes = 3 + 2 * 12 + 2 + 2 * (3 + 2 * 12 + 1) + 3
    const backwards = 12 + 2 + 12 + 1
    // Statistics of errors and of both steps, twice; ε and deviations of layer norm, s, log s and log π; the weight of the entropy; δ, capped
    // and relative.
    const doubles = 2 * (3 + 2 * 4) + 1 + 2 + 3 * 2 + 3 + 1 + 3
    // Scalars, sums and extents of three layers, step and factor, of each network.
    const steps = 2 * (TraceScalar.count + 2 * 3 + 2 * 3 + 2)
    expect(bytes).toBe(4 * (4 * weights + tapes + backwards) + 8 * (doubles + steps))
  })

  it('opens a learner, whose report is told in numbers', async () => {
    const random = seeded(1)
    const sources = { random: random('policy'), initialization: random('initialization') }
    const settings = { ...intentionalAcDefaults, hidden: [8] }
    const learner = await open(pendulumSpec, settings, { kernels: 'typescript', threads: 1 }, sources)
    expect(learner).toMatchObject({ kernels: 'typescript', threads: 1 })
    const [observation, nextObservation] = [
      [1, 0, 0],
      [0.9, 0.1, 0.2],
    ]
    const sampled = learner.sample(observation)
    const ends = { terminated: false, truncated: false }
    const report = learner.update({ observation, sampled, reward: 1, nextObservation, ...ends })
    const scalars = intentionalAcAlgorithm.scalars(report)
    const names = ['value', 'target', 'tdError', 'cappedTdError', 'entropy', 'actorStep', 'criticStep']
    expect(Object.keys(scalars)).toEqual(names)
    expect(Object.values(scalars).every(Number.isFinite)).toBe(true)
    learner.close()
  })
})
