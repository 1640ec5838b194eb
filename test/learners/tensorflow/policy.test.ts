import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, test } from 'vitest'
import { arena } from '../../../src/kernels/arena.js'
import { typescriptKernels } from '../../../src/kernels/typescript.js'
import { squash } from '../../../src/learners/tensorflow/policy.js'

beforeAll(async () => {
  tf.env().set('PROD', true)
  await tf.setBackend('cpu')
})

/** Means and, behind them, logarithms that are clamped to [-20, 2]: below, within, and above. */
const head = [0.3, -0.8, 1.2, 0.1, -25, -1, 1.5, 7]
const noise = [0.5, -1.2, 0.3, -0.4]
const size = noise.length
const eta = 0.3
const byAction = [0.7, -0.2, 0.4, 1.1]

/** The kernels' results, in doubles: the action, log π, and the gradient of η log π - q · a by the head. */
const byHand = (k: number) => {
  const memory = arena(64, 32)
  const { squash: sample, squashBackward } = typescriptKernels(memory)
  const [at, draw, action, ofAction, gradient] = [0, 8, 12, 16, 20]
  memory.f32.set(head, at)
  memory.f32.set(noise, draw)
  memory.f32.set(byAction, ofAction)
  sample(at, draw, size, k, action, 0)
  squashBackward(at, size, k, eta, 0, ofAction, gradient)
  const { f32, f64 } = memory
  return { action: f32.slice(action, action + size), logProbability: f64[2 * size], gradient: f32.slice(gradient, 28) }
}

describe.each([0.5, 1])('the squashed normal distribution on tensors, k = %d', (k) => {
  test('computes the action and log-probability of the kernels', () => {
    const { action, logProbability } = squash(tf, tf.tensor2d([head]), tf.tensor2d([noise]), k)
    const want = byHand(k)
    action.dataSync().forEach((value, i) => expect(value).toBeCloseTo(want.action[i], 5))
    expect(logProbability.dataSync()[0]).toBeCloseTo(want.logProbability, 4)
  })

  test('has the gradient that was derived by hand, none through the clamp', () => {
    const actorLoss = (at: tf.Tensor2D): tf.Scalar => {
      const { action, logProbability } = squash(tf, at, tf.tensor2d([noise]), k)
      return tf.sum(tf.sub(tf.mul(logProbability, eta), tf.sum(tf.mul(action, tf.tensor2d([byAction])))))
    }
    const gradient = tf
      .grad((at) => actorLoss(at as tf.Tensor2D))(tf.tensor2d([head]))
      .dataSync()
    const want = byHand(k).gradient
    gradient.forEach((value, i) => expect(value).toBeCloseTo(want[i], 5))
    expect([gradient[4], gradient[7]]).toEqual([0, 0])
  })
})
