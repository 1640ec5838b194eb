/** Networks on tensors, published or of the caller, each with its optimizer. */
import type { Variable } from '@tensorflow/tfjs-core'
import type { Backend } from './backend.js'
import type { OwnNetwork } from './ownNetwork.js'
import { type PublishedNetworkSettings, type PublishedShape, drawPublished } from './publishedNetworks.js'
import { type TensorAdam, tensorAdam } from './tensorAdam.js'
import { type TensorNetwork, ownNetwork } from './tensorNetwork.js'

/** A network with its optimizer. */
export interface TrainedNetwork {
  /** As a refusal names it: `actor` or `critic`. */
  readonly name: string
  readonly network: TensorNetwork
  /** The names of the weights that updates move. */
  readonly names: readonly string[]
  /** The weights that updates move, in the order of `names`. */
  readonly weights: Variable[]
  readonly adam: TensorAdam
}

/** A network to be made, and the size of its steps. */
export interface NetworkToTrain extends PublishedShape {
  /** The network of the caller that takes the place of the published one. */
  readonly own: OwnNetwork | undefined
  readonly stepSize: number
}

/** What all networks have in common. */
export interface TrainedNetworkSettings extends PublishedNetworkSettings {
  readonly adamBeta1: number
  readonly adamBeta2: number
  readonly adamEpsilon: number
}

/**
 * Makes networks, the published ones where the caller has no own, and their optimizers. `owner` is who refuses a network.
 *
 * Fails: TypeError for a network of the caller that does not fit, before any tensor is made that would have to be freed.
 */
export const trainedNetworks = (
  { tf, run }: Pick<Backend, 'tf' | 'run'>,
  owner: string,
  asked: readonly NetworkToTrain[],
  settings: TrainedNetworkSettings,
): readonly TrainedNetwork[] => {
  const { adamBeta1: beta1, adamBeta2: beta2, adamEpsilon: epsilon } = settings
  return run(() => {
    // Always drawn, so that a published network has the same weights with any network of the caller beside it.
    const published = drawPublished(asked, settings)
    // Checks that may fail come before anything that would have to be freed.
    const taken = asked.map(({ own, name, inputs, heads }) => {
      const outputs = Object.values(heads).reduce((sum, size) => sum + size, 0)
      return own === undefined ? null : ownNetwork(tf, owner, { name, inputs, outputs }, own)
    })
    return asked.map(({ name, stepSize }, i) => {
      const network = taken[i] ?? published[i](tf)
      const [names, weights] = [Object.keys(network.moved), Object.values(network.moved)]
      return { name, network, names, weights, adam: tensorAdam(tf, weights, { stepSize, beta1, beta2, epsilon }) }
    })
  })
}
