/** The normal distribution squashed by tanh (Haarnoja et al. 2018, appendix C) on tensors; TensorFlow.js computes its gradients. */
import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { TensorFlow } from './backend.js'

const LOW = -20
const HIGH = 2
const HALF_LOG_TWO_PI = 0.9189385332046727
const LOG_TWO = 0.6931471805599453

/** An action, `[1, size]`, and its log π, `[1, 1]`. */
export interface TensorSample {
  readonly action: Tensor2D
  readonly logProbability: Tensor2D
}

/**
 * a = tanh(μ + s ε) and log π(a), from a head of shape `[1, 2 size]` that is μ and behind it c, and from ε of shape `[1, size]`.
 *
 * Numbers: c is clamped to [-20, 2] and passes no gradient outside; s = e^(k c), in floats.
 */
export const squash = (tf: TensorFlow, head: Tensor2D, noise: Tensor2D, k: number): TensorSample => {
  const [mean, c] = tf.split(head, 2, 1)
  const logDeviation = tf.mul(tf.clipByValue(c, LOW, HIGH), k)
  const u = tf.add(mean, tf.mul(tf.exp(logDeviation), noise))
  // log(1 - tanh² u) = 2 (log 2 - u - softplus(-2u)), which keeps its digits where tanh u rounds to 1.
  const stretch = tf.mul(tf.sub(tf.sub(LOG_TWO, u), tf.softplus(tf.mul(u, -2))), 2)
  const normal = tf.add(tf.add(tf.mul(tf.square(noise), 0.5), logDeviation), HALF_LOG_TWO_PI)
  const logProbability = tf.neg(tf.sum(tf.add(normal, stretch), 1, true))
  return { action: tf.tanh(u) as Tensor2D, logProbability: logProbability as Tensor2D }
}

/**
 * The logarithm of the density, `[1, 1]`, that a head gives to the unsquashed sample which another head, held still, drew by ε: where
 * the heads are equal its gradient is the score of the action. What is squashed does not move, so that log π(a) has the same gradient.
 */
export const logDensity = (tf: TensorFlow, head: Tensor2D, drawnBy: Tensor2D, noise: Tensor2D, k: number): Tensor2D => {
  const [mean, c] = tf.split(head, 2, 1)
  const [drawnMean, drawnC] = tf.split(drawnBy, 2, 1)
  const logDeviation = tf.mul(tf.clipByValue(c, LOW, HIGH), k)
  const distance = tf.mul(tf.exp(tf.mul(tf.clipByValue(drawnC, LOW, HIGH), k)), noise)
  // The means are subtracted first: they are equal, and the distance may be small beside them.
  const z = tf.div(tf.add(tf.sub(drawnMean, mean), distance), tf.exp(logDeviation))
  const normal = tf.add(tf.add(tf.mul(tf.square(z), 0.5), logDeviation), HALF_LOG_TWO_PI)
  return tf.neg(tf.sum(normal, 1, true)) as Tensor2D
}

/** The entropy, `[1, 1]`, of the normal distribution of a head before it is squashed: ½ + ½ log 2π + log s, summed over the components. */
export const normalEntropy = (tf: TensorFlow, head: Tensor2D, k: number): Tensor2D => {
  const [, c] = tf.split(head, 2, 1)
  const logDeviation = tf.mul(tf.clipByValue(c, LOW, HIGH), k)
  return tf.sum(tf.add(logDeviation, 0.5 + HALF_LOG_TWO_PI), 1, true) as Tensor2D
}
