import { describe, expect, it } from 'vitest'
import { pendulumSpec } from '../../../src/environments/classic/pendulum.js'
import { TraceScalar } from '../../../src/kernels/kernels.js'
import { memoryLimit } from '../../../src/learners/learnerBytes.js'
import { streamAcAlgorithm } from '../../../src/learners/streamAc/streamAcAlgorithm.js'
import { streamAcDefaults } from '../../../src/learners/streamAc/streamAcSettings.js'
import { seeded } from '../../../src/random.js'

describe('the defaults of Stream AC', () => {
  it('are those of the published program, for every task', () => {
    expect(streamAcDefaults).toEqual({
      hidden: [128, 128],
      stepSize: 1,
      actorKappa: 3,
      criticKappa: 2,
      discount: 0.99,
      traceDecay: 0.8,
      entropyCoefficient: 0.01,
      optimizer: 'obgd',
      beta2: 0.999,
      epsilon: 1e-8,
      sparsity: 0.9,
      bootstrapOnTruncation: false,
    })
    for (const name of ['Pendulum-v1', 'Hopper-v4']) {
      const defaults = streamAcAlgorithm.defaultsFor({ ...pendulumSpec, name })
      expect(defaults).toEqual({ settings: streamAcDefaults, origin: 'program' })
    }
  })

  it('of what stands around the learner are the published wrappers', () => {
    const { actionRange, normalizeObservation, varianceEstimator, normalizeReward, appendTime } = streamAcAlgorithm
    expect([actionRange, normalizeObservation, varianceEstimator, normalizeReward, appendTime]).toMatchObject(
      ['clip', true, 'sample', 'stream-ac', true].map((value) => ({ default: value })),
    )
  })
})

it('settings that float32 does not hold are refused by name', () => {
  expect(streamAcAlgorithm.conflicts?.(streamAcDefaults)).toEqual([])
  const extreme = { ...streamAcDefaults, stepSize: 1e20, actorKappa: 1e-30, criticKappa: 1e30, epsilon: 1e-50 }
  expect(streamAcAlgorithm.conflicts?.(extreme)).toMatchObject(
    ['stepSize', 'actorKappa', 'criticKappa', 'epsilon'].map((path) => ({ path })),
  )
})

describe('its engine', () => {
  const { memory, open } = streamAcAlgorithm.engines['fused']

  it.each([
    ['obgd', 1, 0],
    ['adaptive-obgd', 2, 1],
  ] as const)('says how much memory a learner with %s takes before it is allocated', async (optimizer, kept, moved) => {
    const [{ bytes, limit, setting }] = await memory(pendulumSpec, { ...streamAcDefaults, hidden: [5, 7], optimizer })
    expect([setting, limit]).toEqual(['hidden', memoryLimit])
    // Weights and what is kept for each, and its direction; of 3 -> 5 -> 7 -> 2 and 3 -> 5 -> 7 -> 1.
    const weights = 5 * 4 + 7 * 6 + 2 * 8 + (5 * 4 + 7 * 6 + 8)
    // Three tapes with what stands before activations, noise, action and deviation; two passes backwards.
    const tapes = 3 + 2 * 12 + 2 + 2 * (3 + 2 * 12 + 1) + 3
    const backwards = 12 + 2 + 12 + 1
    // Clocks and bounds twice; ε and deviations of layer norm, s, log s and log π, the weight of the entropy.
    const doubles = 2 * 4 + 1 + 2 + 3 * 2 + 3 + 1
    // Scalars, sums and extents of three layers, step and factor, of each network.
    const steps = 2 * (TraceScalar.count + 2 * 3 + 2 * 3 + 2)
    expect(bytes).toBe(4 * ((1 + kept + moved) * weights + tapes + backwards) + 8 * (doubles + steps))
  })

  it('opens a learner, whose report is told in numbers', async () => {
    const random = seeded(1)
    const sources = { random: random('policy'), initialization: random('initialization') }
    const settings = { ...streamAcDefaults, hidden: [8] }
    const learner = await open(pendulumSpec, settings, { kernels: 'typescript', threads: 1 }, sources)
    expect(learner).toMatchObject({ kernels: 'typescript', threads: 1 })
    const [observation, nextObservation] = [
      [1, 0, 0],
      [0.9, 0.1, 0.2],
    ]
    const sampled = learner.sample(observation)
    const ends = { terminated: false, truncated: false }
    const report = learner.update({ observation, sampled, reward: 1, nextObservation, ...ends })
    const scalars = streamAcAlgorithm.scalars(report)
    expect(Object.keys(scalars)).toEqual(['value', 'target', 'tdError', 'entropy', 'actorStep', 'criticStep'])
    expect(Object.values(scalars).every(Number.isFinite)).toBe(true)
    learner.close()
  })
})
