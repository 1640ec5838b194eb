/** Which published network some tensors are: hidden layers `phi.0`, `phi.2`, ..., then its heads. */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { Failure } from '../../decode.js'
import { refuse, shapeText, type Weights, type WeightTensor } from './weights.js'

/** The two networks of a learner. */
export type NetworkName = 'actor' | 'critic'

/** One dense layer: `weight` of shape `[outputs, inputs]`, `bias` of shape `[outputs]`. */
export interface DenseWeights {
  /** Within its network: `phi.0`, `mu`. */
  readonly name: string
  readonly inputs: number
  readonly outputs: number
  readonly weight: WeightTensor
  readonly bias: WeightTensor
}

/** A network's layers in the order of its forward pass; heads stand side by side. */
export interface NetworkShape {
  readonly inputs: number
  readonly hidden: readonly DenseWeights[]
  readonly heads: readonly DenseWeights[]
}

/** The heads of each network, in the order of its output. */
export const headsOf: Readonly<Record<NetworkName, readonly string[]>> = { actor: ['mu', 'log_std'], critic: ['q'] }

/** The prefix of a network's tensors. */
export const prefixOf = (network: NetworkName): string => `${network}.`

/**
 * Finds a network among tensors.
 *
 * Fails: one failure for a layer that is missing, of a shape that does not follow from the one before it, or that the published
 * networks do not have.
 */
export const networkShape = (weights: Weights, network: NetworkName): Either<readonly Failure[], NetworkShape> => {
  const prefix = prefixOf(network)
  const left = new Set([...weights.tensors.keys()].filter((name) => name.startsWith(prefix)))

  const dense = (name: string, inputs: number | null): Either<readonly Failure[], DenseWeights> => {
    const [weightName, biasName] = [`${prefix}${name}.weight`, `${prefix}${name}.bias`]
    const weight = weights.tensors.get(weightName)
    const bias = weights.tensors.get(biasName)
    if (weight === undefined) return refuse(weightName, 'a tensor', 'nothing')
    if (bias === undefined) return refuse(biasName, 'a tensor', 'nothing')
    const [outputs, columns] = weight.shape
    const fits = weight.shape.length === 2 && outputs > 0 && columns > 0 && (inputs === null || columns === inputs)
    if (!fits) return refuse(weightName, `shape [outputs, ${inputs ?? 'inputs'}]`, shapeText(weight.shape))
    if (bias.shape.length !== 1 || bias.shape[0] !== outputs) {
      return refuse(biasName, `shape [${outputs}]`, shapeText(bias.shape))
    }
    left.delete(weightName)
    left.delete(biasName)
    return right({ name, inputs: columns, outputs, weight, bias })
  }

  const hidden: DenseWeights[] = []
  for (let l = 0; l === 0 || weights.tensors.has(`${prefix}phi.${2 * l}.weight`); l++) {
    const layer = dense(`phi.${2 * l}`, l === 0 ? null : hidden[l - 1].outputs)
    if (isLeft(layer)) return layer
    hidden.push(layer.right)
  }
  const heads: DenseWeights[] = []
  for (const name of headsOf[network]) {
    const head = dense(name, hidden[hidden.length - 1].outputs)
    if (isLeft(head)) return head
    heads.push(head.right)
  }
  for (const name of left) return refuse('', 'tensors of the published networks alone', name)
  return right({ inputs: hidden[0].inputs, hidden, heads })
}
