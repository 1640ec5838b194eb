import { describe, expect, it } from 'vitest'
import { pendulumSpec } from '../../../src/environments/classic/pendulum.js'
import { memoryLimit } from '../../../src/learners/learnerBytes.js'
import { replayBytes } from '../../../src/learners/parts/replay.js'
import { sacAlgorithm } from '../../../src/learners/sac/sacAlgorithm.js'
import { cleanRlSac, sacDefaults } from '../../../src/learners/sac/sacSettings.js'
import { seeded } from '../../../src/random.js'

const hopper = { ...pendulumSpec, name: 'Hopper-v4' }

describe('the defaults of SAC', () => {
  it('are those of the published program, for every task', () => {
    expect(sacDefaults).toEqual({
      hidden: [256, 256],
      actorStepSize: 3e-4,
      criticStepSize: 3e-4,
      discount: 0.99,
      adamBeta1: 0.9,
      adamBeta2: 0.999,
      adamEpsilon: 1e-8,
      initialTemperature: 0.1,
      temperatureStepSize: 3e-4,
      temperatureBetas: [0.5, 0.999],
      temperatureSample: 'actor',
      targetEntropy: 'auto',
      polyak: 0.005,
      actorDelay: 1,
      learningStarts: 100,
      uniformActionSteps: 0,
      bufferSize: 1_000_000,
      batchSize: 256,
      logStdReading: 'covariance',
      initialWeights: 'orthogonal',
    })
    for (const task of [pendulumSpec, hopper])
      expect(sacAlgorithm.defaultsFor(task)).toEqual({ settings: sacDefaults, origin: 'program' })
  })

  it('have CleanRL’s beside them', () => {
    expect(cleanRlSac).toEqual({
      ...sacDefaults,
      criticStepSize: 1e-3,
      temperatureStepSize: 1e-3,
      temperatureBetas: [0.9, 0.999],
      temperatureSample: 'anew',
      initialTemperature: 1,
      actorDelay: 2,
      learningStarts: 5000,
      uniformActionSteps: 5000,
      logStdReading: 'bounded',
      initialWeights: 'uniform',
    })
    expect(sacAlgorithm.conflicts?.(cleanRlSac)).toEqual([])
  })

  it('have nothing around the learner that the program does not have, but for the range of actions', () => {
    const { actionRange, normalizeObservation, normalizeReward, clipObservation } = sacAlgorithm
    expect(actionRange).toEqual({ default: 'rescale', origin: 'Rivulet' })
    expect(normalizeObservation.default).toBe(false)
    expect([normalizeReward, clipObservation]).toEqual([undefined, undefined])
  })
})

it('a batch larger than the buffer is refused in one line, and so are settings that float32 does not hold', () => {
  expect(sacAlgorithm.conflicts?.(sacDefaults)).toEqual([])
  expect(sacAlgorithm.conflicts?.({ ...sacDefaults, bufferSize: 255 })).toEqual([
    { path: 'batchSize', expected: '255 or less, the transitions that the buffer holds', got: '256', nearest: null },
  ])
  for (const name of ['criticStepSize', 'temperatureStepSize', 'initialTemperature']) {
    expect(sacAlgorithm.conflicts?.({ ...sacDefaults, [name]: 1e-50 })).toMatchObject([{ path: name }])
  }
})

describe('the engine of SAC', () => {
  const { memory, open } = sacAlgorithm.engines['fused']
  const settings = { ...sacDefaults, hidden: [8], bufferSize: 100, batchSize: 4, learningStarts: 0 }

  it('says how much memory a learner and its buffer take before they are allocated', async () => {
    const [widths, batch, buffer] = await memory(pendulumSpec, settings)
    expect([widths, batch, buffer].map(({ setting }) => setting)).toEqual(['hidden', 'batchSize', 'bufferSize'])
    expect(widths.limit).toBe(memoryLimit)
    expect(batch.limit).toBe(memoryLimit - widths.bytes)
    expect(buffer.bytes).toBe(replayBytes({ capacity: 100, observation: { size: 3 }, action: { size: 1 } }))
    // Weights of 3 -> 8 -> 2 and twice 4 -> 8 -> 1, and log α, two moments of each, the targets, and what is kept of the critics.
    const [actor, critics] = [8 * 4 + 2 * 9, 2 * (8 * 5 + 9)]
    const state = 4 * (3 * (actor + critics + 1) + critics + 3 * critics)
    expect(widths.bytes).toBeGreaterThan(state)
    expect(widths.bytes).toBeLessThan(state + 2500)
    // Where the actor moves before all is known, it is kept too.
    const [early] = await memory(pendulumSpec, { ...settings, temperatureSample: 'anew' })
    expect(early.bytes - widths.bytes).toBe(4 * 3 * (actor + 1))
    // A row more takes the same again, wherever it is the first one; stored gradients and scratch come with the second one.
    const bytesOf = async (batchSize: number) => (await memory(pendulumSpec, { ...settings, batchSize }))[1].bytes
    expect(await bytesOf(1)).toBe(0)
    expect((await bytesOf(9)) - (await bytesOf(8))).toBe((await bytesOf(5)) - (await bytesOf(4)))
  })

  it('opens a learner, whose report is told in numbers, as far as there are some', async () => {
    const random = seeded(1)
    const sources = { random: random('policy'), initialization: random('initialization') }
    const options = { kernels: 'typescript', threads: 1 } as const
    const learner = await open(pendulumSpec, { ...settings, learningStarts: 1, actorDelay: 2 }, options, sources)
    expect(learner).toMatchObject({ kernels: 'typescript', threads: 1 })
    const names = []
    const ends = { terminated: false, truncated: false }
    for (let t = 0; t < 3; t++) {
      const observation = [1, 0, 0]
      const sampled = learner.sample(observation)
      const report = learner.update({ observation, sampled, reward: 1, nextObservation: [0.9, 0, 0], ...ends })
      const scalars = sacAlgorithm.scalars(report)
      expect(Object.values(scalars).every(Number.isFinite)).toBe(true)
      names.push(Object.keys(scalars))
    }
    const critics = ['value', 'target', 'tdError', 'criticLoss']
    expect(names).toEqual([[], critics, [...critics, 'actorLoss', 'temperature', 'entropy', 'temperatureLoss']])
    learner.close()
  })
})
