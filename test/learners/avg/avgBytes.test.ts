import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-layers'
import { describe, expect, test } from 'vitest'
import { arena } from '../../../src/kernels/arena.js'
import { avg } from '../../../src/learners/avg/avg.js'
import { fusedBytes, tensorFlowBytes } from '../../../src/learners/avg/avgBytes.js'
import { publishedSwitches } from '../../../src/learners/avg/avgSettings.js'
import { defaultHyperparameters } from '../../../src/learners/avg/publishedSettings.js'
import { avgOnTensorFlow } from '../../../src/learners/tensorflow/avgOnTensorFlow.js'
import { seeded } from '../../../src/random.js'
import type { Random } from '../../../src/types.js'

const chance = () => ({ random: seeded(1)('policy'), initialization: seeded(1)('initialization') })
const spec = { observation: { size: 17 }, action: { size: 6 } }

describe.each([
  { hidden: [4] },
  { hidden: [5, 7] },
  { hidden: [256, 256], adamBeta1: 0.9 },
  { hidden: [9, 3, 11], normalizePenultimate: false },
  { hidden: [256, 256], targetPolyak: 0.005 },
  { hidden: [256, 256], gradient: 'likelihood-ratio' as const },
  { hidden: [5, 7], adamBeta1: 0.9, gradient: 'likelihood-ratio' as const, targetPolyak: 0.005 },
])('the bytes of a learner of %j', (changed) => {
  const settings = { ...defaultHyperparameters, ...publishedSwitches, ...changed }

  test('are those of weights, moments and passes, as they are counted by hand', () => {
    const { hidden, normalizePenultimate, adamBeta1, targetPolyak, gradient } = settings
    const weights = (inputs: number, outputs: number): number =>
      [...hidden, outputs].reduce((sum, width, l) => sum + width * ([inputs, ...hidden][l] + 1), 0)
    const layers = hidden.reduce((sum, width) => sum + width, normalizePenultimate ? hidden[hidden.length - 1] : 0)
    const target = targetPolyak > 0 ? weights(23, 1) : 0
    const state = (adamBeta1 > 0 ? 3 : 2) * (weights(17, 12) + weights(23, 1)) + target
    // Two passes forward and one back of the actor, three and two of the critic; noise and action of each sample, ∂Q/∂a.
    const passes = 2 * (17 + layers + 12) + (layers + 12) + 3 * (23 + layers + 1) + 2 * (layers + 1) + 5 * 6
    expect(avg(spec, { ...settings, ...chance() }).snapshot().floats).toHaveLength(state)
    // Beside them some doubles: clock and statistics twice, the factor of step sizes, samples and what drawing them reads, norms, what a step reads, and the
    // ablations' own.
    const doubles = fusedBytes(spec, settings) / 8 - (state + passes) / 2
    const norms = normalizePenultimate ? 5 : 0
    const own = (targetPolyak > 0 ? 1 : 0) + (gradient === 'likelihood-ratio' ? 2 : 0)
    expect(doubles).toBe(2 * (2 + 9) + 1 + 2 * (2 * 6 + 1) + 3 + norms + 2 * 5 + 4 * (hidden.length + 1) + own)
  })

  test('are those that TensorFlow.js holds at its most, but for what is small beside weights', async () => {
    tf.env().set('PROD', true)
    await tf.setBackend('cpu')
    const before = tf.memory().numBytes
    const learner = await avgOnTensorFlow(spec, { ...settings, ...chance() }, { backend: 'cpu' })
    const observation = new Float32Array(17).fill(0.3)
    const sampled = learner.sample(observation)
    const update = () => {
      const ends = { terminated: false, truncated: false }
      learner.update({ observation, sampled, reward: 1, nextObservation: observation, ...ends })
      return tf.scalar(0)
    }
    const { peakBytes } = await tf.profile(update)
    learner.close()
    const share = (peakBytes - before) / tensorFlowBytes(spec, settings)
    expect(share).toBeGreaterThan(0.95)
    expect(share).toBeLessThan(settings.hidden[0] > 100 ? 1.01 : 2.5)
  })
})

/** A generator that must not be called: memory that cannot be allocated is refused before anything is drawn. */
const untouched: Random = {
  normal: () => {
    throw new Error('something was drawn')
  },
  uniform: () => {
    throw new Error('something was drawn')
  },
}

describe('widths that no memory holds are refused with what they take, in one line', () => {
  const settings = { ...defaultHyperparameters, random: untouched, initialization: untouched }
  test.each([
    [[100_000, 100_000], '149'],
    [[20_000, 20_000], '5.97'],
    [[1, 30_000_000_000], '5590'],
    [[9_007_199_254_740_991, 9_007_199_254_740_991], '1.21e+24'],
    [[40_000_000], '18.8'],
  ])('%j', async (hidden, takes) => {
    const line = (owner: string, size: string): RegExp =>
      new RegExp(
        `^${owner}: hidden must be widths of a learner that fits into 4 GiB, got ` +
          `\\[${hidden.join(',')}\\], which takes ${size.replace(/[.+]/g, '\\$&')} GiB$`,
      )
    for (const kernels of ['webassembly', 'typescript'] as const) {
      expect(() => avg(spec, { ...settings, hidden, kernels })).toThrow(line('avg', takes))
    }
    const onTensorFlow = Number(
      (tensorFlowBytes(spec, { ...settings, ...publishedSwitches, hidden }) / 2 ** 30).toPrecision(3),
    )
    await expect(avgOnTensorFlow(spec, { ...settings, hidden }, { backend: 'cpu' })).rejects.toThrow(
      line('avgOnTensorFlow', String(onTensorFlow)),
    )
  })

  test('an arena holds 4 GiB and no more', () => {
    expect(() => arena(2 ** 30, 1)).toThrow(
      new RangeError("a learner's memory of 4294967304 bytes cannot be allocated: 4 GiB are the most"),
    )
    expect(() => arena(Infinity, 0)).toThrow("a learner's memory of Infinity bytes cannot be allocated")
  })
})
