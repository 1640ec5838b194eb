import { describe, expect, it } from 'vitest'
import { pendulumSpec } from '../../../src/environments/classic/pendulum.js'
import { AdamScalar, SquashScalar } from '../../../src/kernels/kernels.js'
import { memoryLimit } from '../../../src/learners/learnerBytes.js'
import { CAPACITY } from '../../../src/learners/parts/loggedUndo.js'
import { sac1Algorithm } from '../../../src/learners/sac1/sac1Algorithm.js'
import { sac1Defaults } from '../../../src/learners/sac1/sac1Settings.js'
import { seeded } from '../../../src/random.js'

const named = (name: string) => ({ ...pendulumSpec, name })

describe('the defaults of SAC-1', () => {
  it('are those of the published program: its stabilizers are off', () => {
    expect(sac1Defaults).toEqual({
      hidden: [256, 256],
      actorStepSize: 6e-5,
      criticStepSize: 8.7e-4,
      discount: 0.99,
      adamBeta1: 0.9,
      adamBeta2: 0.999,
      adamEpsilon: 1e-8,
      initialTemperature: 0.1,
      temperatureStepSize: 0.6,
      temperatureBetas: [0.5, 0.999],
      targetEntropy: 'auto',
      polyak: 0.005,
      normalizePenultimate: false,
      scaleTdError: false,
      returnEndsAt: 'termination',
      logStdReading: 'covariance',
    })
    expect(sac1Algorithm.defaultsFor(pendulumSpec)).toEqual({ settings: sac1Defaults, origin: 'program' })
    expect(sac1Algorithm.normalizeObservation.default).toBe(false)
  })

  it.each([
    ['HalfCheetah-v4', 'paper'],
    ['HalfCheetah-v5', 'paper (v4)'],
  ])('of %s are those of seed 146 of the random search', (task, origin) => {
    const { settings, ...rest } = sac1Algorithm.defaultsFor(named(task))
    expect(rest).toEqual({ origin, actionRange: 'clip' })
    expect(settings).toEqual({
      ...sac1Defaults,
      actorStepSize: 8.2e-5,
      criticStepSize: 2.9e-5,
      adamBeta1: 0,
      temperatureStepSize: 0.02,
      discount: 1,
    })
  })
})

it('settings that float32 does not hold are refused by name', () => {
  expect(sac1Algorithm.conflicts?.(sac1Defaults)).toEqual([])
  for (const name of ['criticStepSize', 'temperatureStepSize', 'initialTemperature']) {
    expect(sac1Algorithm.conflicts?.({ ...sac1Defaults, [name]: 1e-50 })).toMatchObject([{ path: name }])
  }
})

describe('its engine', () => {
  const { memory, open } = sac1Algorithm.engines['fused']
  const settings = { ...sac1Defaults, hidden: [8] }

  it('says how much memory a learner takes before it is allocated', async () => {
    const [{ bytes, limit, setting }] = await memory(pendulumSpec, { ...settings, hidden: [5, 7] })
    expect([setting, limit]).toEqual(['hidden', memoryLimit])
    // Weights of 3 -> 5 -> 7 -> 2 and twice 4 -> 5 -> 7 -> 1, and log α, with two moments; the targets.
    const [actor, critics] = [5 * 4 + 7 * 6 + 2 * 8, 2 * (5 * 5 + 7 * 6 + 8)]
    const state = 3 * (actor + critics + 1) + critics
    // What a step of the critics is made of: their input, two hidden vectors and an output each, and the gradients by the latter three.
    const vectors = 4 + 2 * 13 + 2 * 13
    // Three inputs; the actor's tapes with noises and actions, one of which stands in no input; critics and targets; gradients.
    const scratch = 2 * 4 + 2 * (12 + 2) + 3 + 1 + 4 * 13 + 14 + 13 + 1 + vectors + 1
    // Clocks and statistics twice, what the actor's kernels read, three samples, scalars of five steps; α and losses.
    const scalars = 3 * 2 + AdamScalar.count
    const doubles = 2 * (2 + 9 + 2) + 1 + SquashScalar.count + 3 * 3 + 3 * scalars + 1 + AdamScalar.count + 2
    const kept = 4 * critics + CAPACITY * vectors
    const keptDoubles = CAPACITY * 2 * scalars
    expect(bytes).toBe(4 * (state + scratch + kept) + 8 * (doubles + keptDoubles))
  })

  it('opens a learner, whose report is told in numbers', async () => {
    const random = seeded(1)
    const sources = { random: random('policy'), initialization: random('initialization') }
    const learner = await open(pendulumSpec, settings, { kernels: 'typescript', threads: 1 }, sources)
    expect(learner).toMatchObject({ kernels: 'typescript', threads: 1 })
    const [observation, nextObservation] = [
      [1, 0, 0],
      [0.9, 0.1, 0.2],
    ]
    const sampled = learner.sample(observation)
    const ends = { terminated: false, truncated: false }
    const scalars = sac1Algorithm.scalars(learner.update({ observation, sampled, reward: 1, nextObservation, ...ends }))
    const names = ['actionValue', 'target', 'tdError1', 'tdError2', 'scale', 'temperature', 'entropy']
    expect(Object.keys(scalars)).toEqual([...names, 'actorLoss', 'criticLoss'])
    expect(Object.values(scalars).every(Number.isFinite)).toBe(true)
    learner.close()
  })
})
