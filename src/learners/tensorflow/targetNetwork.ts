/** A slow copy of the critic on tensors, of a published network or of the caller's. */
import type { Tensor2D, Variable } from '@tensorflow/tfjs-core'
import type { TensorFlow } from './backend.js'
import type { TensorNetwork } from './tensorNetwork.js'

/** A critic, and the weights that updates move with their names. */
export interface Followed {
  readonly network: TensorNetwork
  readonly names: readonly string[]
  readonly weights: readonly Variable[]
}

/** The weights that a critic had, as an average over its updates. */
export interface TargetNetwork {
  /** The copies of the weights that updates move, as `target.phi.0.weight` of `critic.phi.0.weight`. */
  readonly variables: Readonly<Record<string, Variable>>
  /** From `[1, inputs]` to `[1, 1]`, with these weights. */
  apply(input: Tensor2D): Tensor2D
  /** target ← target + τ (critic - target). */
  follow(): void
  dispose(): void
}

/**
 * Copies the weights of a critic that updates move. The structure of a network of the caller is not known: `apply` puts the copies into
 * the critic's own variables, asks the critic, and puts its weights back, bit for bit.
 */
export const targetNetwork = (tf: TensorFlow, { network, names, weights }: Followed, polyak: number): TargetNetwork => {
  const copies = weights.map((weight) => tf.variable(tf.clone(weight), false))
  return {
    variables: Object.fromEntries(copies.map((copy, i) => [names[i].replace(/^critic/, 'target'), copy])),
    apply: (input) => {
      const present = weights.map((weight) => tf.clone(weight))
      try {
        weights.forEach((weight, i) => weight.assign(copies[i]))
        return network.apply(input)
      } finally {
        weights.forEach((weight, i) => weight.assign(present[i]))
      }
    },
    follow: () => copies.forEach((copy, i) => copy.assign(tf.add(copy, tf.mul(tf.sub(weights[i], copy), polyak)))),
    dispose: () => copies.forEach((copy) => copy.dispose()),
  }
}
