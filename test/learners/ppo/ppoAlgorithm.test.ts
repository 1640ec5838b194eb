import { describe, expect, it } from 'vitest'
import { pendulumSpec } from '../../../src/environments/classic/pendulum.js'
import { AdamScalar } from '../../../src/kernels/kernels.js'
import { ROWS_SCRATCH } from '../../../src/kernels/contracts/dense.js'
import { memoryLimit } from '../../../src/learners/learnerBytes.js'
import { rolloutBytes } from '../../../src/learners/parts/rollout.js'
import { ppoAlgorithm } from '../../../src/learners/ppo/ppoAlgorithm.js'
import { MinibatchSum, ppoRollout } from '../../../src/learners/ppo/ppoLayout.js'
import { ppoDefaults } from '../../../src/learners/ppo/ppoSettings.js'
import { seeded } from '../../../src/random.js'
import { defaultsFor } from '../../../src/runs/config.js'

describe('the defaults of PPO', () => {
  it('are those of the published program, with a constant step size where no number of steps is known', () => {
    expect(ppoDefaults).toEqual({
      hidden: [64, 64],
      stepSize: 3e-4,
      annealSteps: 'none',
      discount: 0.99,
      gaeLambda: 0.95,
      rollout: 2048,
      minibatch: 64,
      epochs: 10,
      clip: 0.2,
      clipValueLoss: true,
      normalizeAdvantage: true,
      valueCoefficient: 0.5,
      entropyCoefficient: 0,
      maxGradientNorm: 0.5,
      bootstrapOnTruncation: false,
      adamBeta1: 0.9,
      adamBeta2: 0.999,
      adamEpsilon: 1e-5,
    })
    expect(ppoAlgorithm.defaultsFor(pendulumSpec)).toEqual({ settings: ppoDefaults, origin: 'program' })
  })

  it('of a run anneal over its steps, and its observations and rewards are normalized and clipped to 10', () => {
    expect(defaultsFor(pendulumSpec, ppoAlgorithm, 'fused', 5e6)).toMatchObject({
      steps: 5e6,
      actionRange: 'clip',
      normalizeObservation: true,
      varianceEstimator: 'population',
      clipObservation: 10,
      normalizeReward: 'gymnasium',
      clipReward: 10,
      appendTime: false,
      settings: { ...ppoDefaults, annealSteps: 5e6 },
    })
  })
})

it.each([
  [{}, []],
  [{ rollout: 100, minibatch: 64 }, ['minibatch']],
  [{ minibatch: 1 }, ['minibatch']],
  [{ minibatch: 1, normalizeAdvantage: false }, []],
  [{ stepSize: 1e-50, adamEpsilon: 1e-50 }, ['stepSize', 'adamEpsilon']],
  [{ adamEpsilon: 1e19 }, ['adamEpsilon']],
])('of the settings %o it refuses %j', (changed, names) => {
  const failures = ppoAlgorithm.conflicts?.({ ...ppoDefaults, ...changed }) ?? []
  expect(failures.map(({ path }) => path)).toEqual(names)
})

describe('its engine', () => {
  const { memory, open } = ppoAlgorithm.engines['fused']
  const settings = { ...ppoDefaults, hidden: [8], rollout: 4, minibatch: 2, epochs: 1 }

  it('says how much memory a learner takes before it is allocated', async () => {
    const small = { ...settings, hidden: [5, 7], minibatch: 4 }
    const parts = await memory(pendulumSpec, small)
    expect(parts.map(({ setting, limit }) => [setting, limit])).toEqual([
      ['hidden', memoryLimit],
      ['minibatch', memoryLimit],
      ['rollout', memoryLimit],
    ])
    // Weights and log s of 3 -> 5 -> 7 -> 1, twice; weights and moments with their copy, and gradients.
    const weights = 2 * (5 * 4 + 7 * 6 + 8) + 1
    const row = 3 + 12 + 1
    // One tape of the actor with noise and action, two of the critic; then tapes and gradients of each for the rows.
    const floats = (rows: number) => 7 * weights + 3 * row + 2 + 2 * (ROWS_SCRATCH + rows * (row + 12 + 1))
    // Clock and count with their copy; deviations and log π of a sample; those of a minibatch with slopes; annealing, squares, Adam's.
    const doubles = 2 * 3 + 1 + 3 + 3 + 1 + 1 + 1 + AdamScalar.count + MinibatchSum.count
    const [{ bytes: single }, { bytes: further }, { bytes: rollout }] = parts
    expect(single).toBe(4 * floats(1) + 8 * doubles)
    expect(further).toBe(4 * (floats(4) - floats(1)))
    expect(rollout).toBe(rolloutBytes(ppoRollout(pendulumSpec, small)))
    expect(await memory(pendulumSpec, { ...small, minibatch: 1 })).toHaveLength(2)
  })

  it('opens a learner, whose report is told in the numbers that there are', async () => {
    const random = seeded(1)
    const sources = { random: random('policy'), initialization: random('initialization') }
    const learner = await open(pendulumSpec, settings, { kernels: 'typescript', threads: 1 }, sources)
    expect(learner).toMatchObject({ kernels: 'typescript', threads: 1 })
    expect(learner.actionBounds).toBeUndefined()
    const [observation, nextObservation] = [
      [1, 0, 0],
      [0.9, 0.1, 0.2],
    ]
    const scalars = Array.from({ length: 4 }, (_, i) => {
      const ends = { terminated: false, truncated: false }
      const sampled = learner.sample(observation)
      return ppoAlgorithm.scalars(learner.update({ observation, sampled, reward: i, nextObservation, ...ends }))
    })
    for (const each of scalars.slice(0, 3)) expect(Object.keys(each)).toEqual(['value', 'collected'])
    expect(Object.keys(scalars[3]).toSorted()).toEqual([
      'approximateKl',
      'clippedShare',
      'collected',
      'entropy',
      'lastValue',
      'loss',
      'policyLoss',
      'stepSize',
      'value',
      'valueLoss',
    ])
    expect(scalars.flatMap((each) => Object.values(each)).every(Number.isFinite)).toBe(true)
    learner.close()
  })
})
