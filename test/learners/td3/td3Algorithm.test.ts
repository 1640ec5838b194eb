import { describe, expect, it } from 'vitest'
import { pendulumSpec } from '../../../src/environments/classic/pendulum.js'
import { memoryLimit } from '../../../src/learners/learnerBytes.js'
import { replayBytes } from '../../../src/learners/parts/replay.js'
import { td3Algorithm, td3OneAlgorithm } from '../../../src/learners/td3/td3Algorithm.js'
import { td3Defaults } from '../../../src/learners/td3/td3Settings.js'
import { seeded } from '../../../src/random.js'

const hopper = { ...pendulumSpec, name: 'Hopper-v4' }
const { bufferSize: _, batchSize: __, ...ofTd3One } = td3Defaults

describe('the defaults of TD3', () => {
  it('are those of the published program, for every task', () => {
    expect(td3Defaults).toEqual({
      hidden: [256, 256],
      actorStepSize: 3e-4,
      criticStepSize: 3e-4,
      adamBeta1: 0.9,
      adamBeta2: 0.999,
      adamEpsilon: 1e-8,
      discount: 0.99,
      polyak: 0.005,
      explorationNoise: 0.1,
      targetNoise: 0.2,
      targetNoiseClip: 0.5,
      actorDelay: 2,
      learningStarts: 25_000,
      uniformActionSteps: 25_000,
      bufferSize: 1_000_000,
      batchSize: 256,
    })
    for (const task of [pendulumSpec, hopper])
      expect(td3Algorithm.defaultsFor(task)).toEqual({ settings: td3Defaults, origin: 'program' })
  })

  it('of TD3-1 are the same but for buffer and batch', () => {
    expect(td3OneAlgorithm.defaultsFor(hopper)).toEqual({ settings: ofTd3One, origin: 'program' })
  })

  it('have nothing around the learner that the program does not have', () => {
    for (const { actionRange, normalizeObservation, normalizeReward, clipObservation } of [
      td3Algorithm,
      td3OneAlgorithm,
    ]) {
      expect(actionRange.default).toBe('rescale')
      expect(normalizeObservation.default).toBe(false)
      expect([normalizeReward, clipObservation]).toEqual([undefined, undefined])
    }
  })
})

it('a batch larger than the buffer is refused in one line, and so are settings that float32 does not hold', () => {
  expect(td3Algorithm.conflicts?.(td3Defaults)).toEqual([])
  expect(td3Algorithm.conflicts?.({ ...td3Defaults, bufferSize: 255 })).toEqual([
    { path: 'batchSize', expected: '255 or less, the transitions that the buffer holds', got: '256', nearest: null },
  ])
  expect(td3Algorithm.conflicts?.({ ...td3Defaults, criticStepSize: 1e-50 })).toMatchObject([
    { path: 'criticStepSize' },
  ])
  expect(td3OneAlgorithm.conflicts?.(ofTd3One)).toEqual([])
})

describe('the engine of TD3', () => {
  const { memory, open } = td3Algorithm.engines['fused']
  const settings = { ...td3Defaults, hidden: [8], bufferSize: 100, batchSize: 4, learningStarts: 0 }

  it('says how much memory a learner and its buffer take before they are allocated', async () => {
    const [widths, batch, buffer] = await memory(pendulumSpec, settings)
    expect([widths, batch, buffer].map(({ setting }) => setting)).toEqual(['hidden', 'batchSize', 'bufferSize'])
    expect(widths.limit).toBe(memoryLimit)
    expect(batch.limit).toBe(memoryLimit - widths.bytes)
    expect(buffer.bytes).toBe(replayBytes({ capacity: 100, observation: { size: 3 }, action: { size: 1 } }))
    // Weights of 3 -> 8 -> 1 and twice 4 -> 8 -> 1, two moments of each, a slow copy of each, and what is kept of the critics.
    const [actor, critics] = [8 * 4 + 9, 2 * (8 * 5 + 9)]
    const state = 4 * (4 * (actor + critics) + 3 * critics)
    // A log of 128 steps of some 100 numbers, and scratch.
    expect(widths.bytes).toBeGreaterThan(state)
    expect(widths.bytes).toBeLessThan(state + 128 * 4 * 250)
    // A row more takes the same again, wherever it is the first one; stored gradients and scratch come with the second one.
    const bytesOf = async (batchSize: number) => (await memory(pendulumSpec, { ...settings, batchSize }))[1].bytes
    expect(await bytesOf(1)).toBe(0)
    expect((await bytesOf(9)) - (await bytesOf(8))).toBe((await bytesOf(5)) - (await bytesOf(4)))
  })

  it('opens a learner, whose report is told in numbers, as far as there are some', async () => {
    const random = seeded(1)
    const sources = { random: random('policy'), initialization: random('initialization') }
    const options = { kernels: 'typescript', threads: 1 } as const
    const learner = await open(pendulumSpec, { ...settings, learningStarts: 1 }, options, sources)
    expect(learner).toMatchObject({ kernels: 'typescript', threads: 1 })
    const names = []
    for (let t = 0; t < 3; t++) {
      const sampled = learner.sample([1, 0, 0])
      const ends = { terminated: false, truncated: false }
      const report = learner.update({
        observation: [1, 0, 0],
        sampled,
        reward: 1,
        nextObservation: [0.9, 0, 0],
        ...ends,
      })
      const scalars = td3Algorithm.scalars(report)
      expect(Object.values(scalars).every(Number.isFinite)).toBe(true)
      names.push(Object.keys(scalars))
    }
    const critics = ['value', 'target', 'tdError', 'criticLoss']
    expect(names).toEqual([[], critics, [...critics, 'actorLoss']])
    learner.close()
  })
})

it('the engine of TD3-1 opens the same learner, of which each update learns from the latest transition', async () => {
  const { memory, open } = td3OneAlgorithm.engines['fused']
  const random = seeded(1)
  const sources = { random: random('policy'), initialization: random('initialization') }
  const settings = { ...ofTd3One, hidden: [8], learningStarts: 0 }
  const [whole, ...others] = await memory(pendulumSpec, settings)
  expect(others).toEqual([])
  expect(whole).toMatchObject({ setting: 'hidden' })
  const learner = await open(pendulumSpec, settings, { kernels: 'webassembly', threads: 1 }, sources)
  const sampled = learner.sample([1, 0, 0])
  const ends = { terminated: true, truncated: false }
  const of = (reward: number) =>
    learner.update({ observation: [1, 0, 0], sampled, reward, nextObservation: [0.9, 0, 0], ...ends }).target
  expect([of(1), of(2), of(3)]).toEqual([1, 2, 3])
  learner.close()
})
