/**
 * Networks of your own, on TensorFlow.js: here the actor is a model of layers and the critic a function of tensors.
 *
 *     npm install @tensorflow/tfjs-core @tensorflow/tfjs-layers @tensorflow/tfjs-backend-wasm
 *     npm run build && node dist/examples/05-own-network.js [steps]
 *
 * Only the learner differs from the other agents: `avgOnTensorFlow` instead of `avg`. It differentiates any network, and is much slower than
 * the fused engine, which has one kind of network.
 */
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import { initializers, layers, sequential } from '@tensorflow/tfjs-layers'
import { avgOnTensorFlow, hyperparametersFor, pipe, runningMoments, seeded, simulate } from 'rivulet'
import {
  actuate,
  episodes,
  normalizeObservation,
  rescaleAction,
  sampleAction,
  takeSteps,
  transitions,
  update,
} from 'rivulet/operators'

const steps = Number(process.argv[2] ?? 20_000)

const random = seeded(1)
const task = 'Pendulum-v1'
const world = await simulate(task, { random: random('environment') })
const { observation, action } = world.spec

// The backend must be set before the first tensor is made.
await tf.setBackend('wasm')

// From an observation to the mean of each action, followed by the logarithms of their variances.
const { dense, layerNormalization, leakyReLU } = layers
const { heNormal, randomNormal } = initializers
const actor = sequential({
  layers: [
    dense({ units: 64, inputShape: [observation.size], kernelInitializer: heNormal({ seed: 1 }) }),
    leakyReLU(),
    dense({ units: 64, kernelInitializer: heNormal({ seed: 2 }) }),
    leakyReLU(),
    layerNormalization(),
    dense({ units: 2 * action.size, kernelInitializer: randomNormal({ stddev: 0.05, seed: 3 }) }),
  ],
})

// From an observation and an action to their value, through features of unit length.
const draw = (rows: number, columns: number, seed: number) =>
  tf.variable(tf.randomNormal<tf.Rank.R2>([rows, columns], 0, 1 / Math.sqrt(rows), 'float32', seed))
const first = draw(observation.size + action.size, 64, 4)
const bias = tf.variable(tf.zeros<tf.Rank.R1>([64]))
const second = draw(64, 64, 5)
const last = tf.variable(tf.zeros<tf.Rank.R2>([64, 1]))
const critic = {
  variables: { first, bias, second, last },
  apply: (input: tf.Tensor2D): tf.Tensor2D => {
    const hidden = tf.leakyRelu(tf.add(tf.matMul(input, first), bias))
    const features = tf.tanh(tf.matMul(hidden, second))
    return tf.matMul(tf.div(features, tf.add(tf.norm(features), 1e-6)), last)
  },
}

const sources = { random: random('policy'), initialization: random('initialization') }
const stepSizes = { actorStepSize: 1e-3, criticStepSize: 3e-3 }
const settings = { ...hyperparametersFor(task), ...stepSizes, discount: 0.9, entropyCoefficient: 0.05 }
const networks = { actor, critic, backend: 'wasm' } as const
const learner = await avgOnTensorFlow(world.spec, { ...settings, ...sources }, networks)
const moments = runningMoments(observation)

pipe(
  world.timeSteps,
  normalizeObservation(moments),
  transitions(),
  update(learner),
  sampleAction(learner),
  rescaleAction(action),
  actuate(world),
  takeSteps(steps),
  episodes(),
).subscribe(console.log)
