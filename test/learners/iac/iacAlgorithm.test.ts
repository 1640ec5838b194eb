import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { pendulumSpec } from '../../../src/environments/classic/pendulum.js'
import { AdamScalar, SquashScalar } from '../../../src/kernels/kernels.js'
import { iacAlgorithm } from '../../../src/learners/iac/iacAlgorithm.js'
import { iacDefaults } from '../../../src/learners/iac/iacSettings.js'
import { memoryLimit } from '../../../src/learners/learnerBytes.js'
import { seeded } from '../../../src/random.js'

const named = (name: string) => ({ ...pendulumSpec, name })

describe('the defaults of IAC', () => {
  it('are those of the published program: its stabilizers are off', () => {
    expect(iacDefaults).toEqual({
      hidden: [256, 256],
      actorStepSize: 6e-5,
      criticStepSize: 8.7e-4,
      entropyCoefficient: 0.6,
      discount: 0.99,
      adamBeta1: 0.9,
      adamBeta2: 0.999,
      adamEpsilon: 1e-8,
      entropy: 'distribution',
      normalizePenultimate: false,
      scaleTdError: false,
      returnEndsAt: 'termination',
      logStdReading: 'covariance',
    })
    expect(iacAlgorithm.defaultsFor(pendulumSpec)).toEqual({ settings: iacDefaults, origin: 'program' })
  })

  it.each([
    ['Hopper-v4', 'paper'],
    ['Hopper-v5', 'paper (v4)'],
  ])('of %s are the best of the random search, with all stabilizers', (task, origin) => {
    const { settings, ...rest } = iacAlgorithm.defaultsFor(named(task))
    expect(rest).toEqual({ origin, actionRange: 'clip' })
    expect(settings).toEqual({
      ...iacDefaults,
      actorStepSize: 2.2e-5,
      criticStepSize: 3.9e-4,
      entropyCoefficient: 0.8,
      discount: 0.97,
      normalizePenultimate: true,
      scaleTdError: true,
    })
  })
})

it('settings that float32 does not hold are refused by name', () => {
  expect(iacAlgorithm.conflicts?.(iacDefaults)).toEqual([])
  expect(iacAlgorithm.conflicts?.({ ...iacDefaults, criticStepSize: 1e-50 })).toMatchObject([
    { path: 'criticStepSize' },
  ])
})

describe('its engine', () => {
  const { memory } = iacAlgorithm.engines['fused']
  const settings = { ...iacDefaults, hidden: [8] }

  it('says how much memory a learner takes before it is allocated', async () => {
    const [{ bytes, limit, setting }] = await memory(pendulumSpec, { ...settings, hidden: [5, 7] })
    expect([setting, limit]).toEqual(['hidden', memoryLimit])
    // Weights and two moments of 3 -> 5 -> 7 -> 2 and 3 -> 5 -> 7 -> 1; three tapes, two passes backwards, noise and action.
    const weights = 5 * 4 + 7 * 6 + 2 * 8 + (5 * 4 + 7 * 6 + 8)
    const tapes = 3 + 12 + 2 + 2 * (3 + 12 + 1) + 2
    const backwards = 12 + 2 + 12 + 1
    // Clock and statistics twice; scalars of the actor, a sample of 2 + 1, advantage and entropy; two steps over three layers.
    const doubles = 2 * (2 + 9) + 1 + SquashScalar.count + 3 + 2 + 2 * (2 * 3 + AdamScalar.count)
    expect(bytes).toBe(4 * (3 * weights + tapes + backwards) + 8 * doubles)
  })

  const optionsOf = { fused: { kernels: 'typescript', threads: 1 }, tfjs: { backend: 'cpu' } } as const
  it.each(['fused', 'tfjs'] as const)('%s opens a learner, whose report is told in numbers', async (engine) => {
    const random = seeded(1)
    const sources = { random: random('policy'), initialization: random('initialization') }
    const learner = await iacAlgorithm.engines[engine].open(pendulumSpec, settings, optionsOf[engine], sources)
    expect(learner).toMatchObject(optionsOf[engine])
    const [observation, nextObservation] = [
      [1, 0, 0],
      [0.9, 0.1, 0.2],
    ]
    const sampled = learner.sample(observation)
    const ends = { terminated: false, truncated: false }
    const scalars = iacAlgorithm.scalars(learner.update({ observation, sampled, reward: 1, nextObservation, ...ends }))
    const names = ['value', 'target', 'tdError', 'scale', 'entropy', 'actorLoss', 'criticLoss']
    expect(Object.keys(scalars)).toEqual(names)
    expect(Object.values(scalars).every(Number.isFinite)).toBe(true)
    learner.close()
  })

  it.each([{ adamBeta1: 0 }, { adamBeta1: 0.9 }, { normalizePenultimate: true }])(
    'tfjs says how much TensorFlow.js holds at its most, but for what is small beside weights: %o',
    async (changed) => {
      tf.env().set('PROD', true)
      await tf.setBackend('cpu')
      const wide = { ...iacDefaults, ...changed }
      const [{ bytes, limit, setting }] = await iacAlgorithm.engines['tfjs'].memory(pendulumSpec, wide)
      expect([setting, limit]).toEqual(['hidden', memoryLimit])
      const before = tf.memory().numBytes
      const random = seeded(1)
      const sources = { random: random('policy'), initialization: random('initialization') }
      const learner = await iacAlgorithm.engines['tfjs'].open(pendulumSpec, wide, { backend: 'cpu' }, sources)
      const observation = new Float32Array(3).fill(0.3)
      const sampled = learner.sample(observation)
      const { peakBytes } = await tf.profile(() => {
        const ends = { terminated: false, truncated: false }
        learner.update({ observation, sampled, reward: 1, nextObservation: observation, ...ends })
        return tf.scalar(0)
      })
      learner.close()
      const share = (peakBytes - before) / bytes
      expect(share).toBeGreaterThan(0.95)
      expect(share).toBeLessThan(1.01)
    },
  )
})
