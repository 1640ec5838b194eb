import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { loadLayersModel } from '@tensorflow/tfjs-layers'
import { afterAll, describe, expect, it } from 'vitest'
import { avgOnTensorFlow } from '../../../src/learners/tensorflow/avgOnTensorFlow.js'
import { toLayersModel } from '../../../src/learners/interchange/layersModel.js'
import type { NetworkName } from '../../../src/learners/interchange/networkShape.js'
import { putWeights, weightsOf } from '../../../src/learners/interchange/weights.js'
import { seeded } from '../../../src/random.js'
import { bitsOf, movedLearner, learnerOf, rightOf } from './learners.js'

const spec = { observation: { size: 3 }, action: { size: 2 } }
const settings = () => ({
  hidden: [4, 4],
  actorStepSize: 1e-3,
  criticStepSize: 1e-3,
  entropyCoefficient: 0.1,
  discount: 0.99,
  adamBeta1: 0,
  // So large that the rounding of a gradient near 0 does not become a whole step.
  adamEpsilon: 1e-2,
  random: seeded(5)('policy'),
  initialization: seeded(5)('initialization'),
})
const observation = [0.4, -0.3, 0.2]
const transitionOf = (noise: Float32Array, action: Float32Array, logProbability: number) => ({
  observation,
  sampled: { action, noise, logProbability },
  reward: 0.7,
  nextObservation: [0.1, 0.5, -0.6],
  terminated: false,
  truncated: false,
})

const opened: { close(): void }[] = []
afterAll(() => opened.forEach((learner) => learner.close()))

describe('the engine on TensorFlow.js', () => {
  it('takes weights and returns them, bit for bit', async () => {
    const [from, to] = [movedLearner({}, 2), learnerOf()]
    const learner = await avgOnTensorFlow(spec, settings(), { backend: 'cpu' })
    opened.push(learner)
    putWeights(learner.parameters, weightsOf(from.parameters))
    const mode = { deterministic: true }
    const [here, there] = [from.sample(observation, mode).action, learner.sample(observation, mode).action]
    here.forEach((value, i) => expect(Math.abs(there[i] - value)).toBeLessThan(1e-6))
    putWeights(to.parameters, weightsOf(learner.parameters))
    expect(bitsOf(to)).toEqual(bitsOf(from))
  })

  it('learns with saved models as its networks what the fused engine learns', async () => {
    const fused = movedLearner({ random: seeded(5)('policy'), adamEpsilon: 1e-2 }, 2)
    const weights = weightsOf(fused.parameters, true)
    const load = async (network: NetworkName) => {
      const { model, weights: bytes } = rightOf(toLayersModel(weights, network))
      const { modelTopology, weightsManifest } = JSON.parse(model) as {
        modelTopology: object
        weightsManifest: { weights: tf.io.WeightsManifestEntry[] }[]
      }
      const weightSpecs = weightsManifest.flatMap((group) => group.weights)
      const weightData = bytes.slice().buffer
      return loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }))
    }
    const networks = { actor: await load('actor'), critic: await load('critic') }
    const learner = await avgOnTensorFlow(spec, settings(), { ...networks, backend: 'cpu' })
    opened.push(learner)
    const { noise, action, logProbability } = fused.sample(observation)
    const sampled = learner.sample(observation)
    action.forEach((value, i) => expect(Math.abs(sampled.action[i] - value)).toBeLessThan(1e-6))
    const [here, there] = [fused, learner].map((each) => each.update(transitionOf(noise, action, logProbability)))
    for (const [name, value] of Object.entries(here)) {
      expect(there[name as keyof typeof there], name).toBeCloseTo(value, 4)
    }
    for (const [name, values] of Object.entries(learner.parameters)) {
      const fixed = /\.gamma(_\d+)?$/.test(name) ? 0.5 : /\.beta(_\d+)?$/.test(name) ? 0 : null
      if (fixed !== null) expect([...new Set(values)], name).toEqual([fixed])
    }
    const [one, other] = [fused, learner].map((each) => each.sample(observation, { deterministic: true }).action)
    one.forEach((value, i) => expect(Math.abs(other[i] - value)).toBeLessThan(1e-6))
  })
})
