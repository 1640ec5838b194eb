/** The actor and the critic of AVG on tensors, each with its optimizer. */
import type { Variable } from '@tensorflow/tfjs-core'
import type { LearnerSpec } from '../learnerSettings.js'
import type { Backend } from './backend.js'
import type { OwnNetwork } from './ownNetwork.js'
import { type PublishedNetworkSettings, drawPublished } from './publishedNetworks.js'
import { type TensorAdam, tensorAdam } from './tensorAdam.js'
import type { TensorFlowOptions } from './tensorLearner.js'
import { type TargetNetwork, targetNetwork } from './targetNetwork.js'
import { type NetworkShape, type TensorNetwork, ownNetwork } from './tensorNetwork.js'

/** A network with its optimizer. */
export interface TrainedNetwork {
  readonly network: TensorNetwork
  /** The names of the weights that updates move. */
  readonly names: readonly string[]
  /** The weights that updates move, in the order of `names`. */
  readonly weights: Variable[]
  readonly adam: TensorAdam
}

/** Both networks, with their variables by name. */
export interface TrainedNetworks {
  readonly actor: TrainedNetwork
  readonly critic: TrainedNetwork
  /** The target network, where there is one. */
  readonly target: TargetNetwork | null
  readonly variables: Readonly<Record<string, Variable>>
  /** First moments by the names of their weights; empty at beta1 0. */
  readonly first: Readonly<Record<string, Variable>>
  /** Second moments by the names of their weights. */
  readonly second: Readonly<Record<string, Variable>>
  /** Frees networks and moments, except variables of the caller. */
  dispose(): void
}

/** The settings of both networks and their optimizers. */
export interface TrainedNetworkSettings extends PublishedNetworkSettings {
  readonly actorStepSize: number
  readonly criticStepSize: number
  readonly adamBeta1: number
  readonly adamBeta2: number
  readonly adamEpsilon: number
  readonly targetPolyak: number
}

/**
 * Makes the actor and the critic, the published ones where the caller has no own, and their optimizers.
 *
 * Fails: TypeError for a network of the caller that does not fit, before any tensor is made that would have to be freed.
 */
export const trainedNetworks = (
  { tf, run }: Pick<Backend, 'tf' | 'run'>,
  spec: LearnerSpec,
  settings: TrainedNetworkSettings,
  options: Pick<TensorFlowOptions, 'actor' | 'critic'>,
): TrainedNetworks => {
  const [observations, actions] = [spec.observation.size, spec.action.size]
  const { adamBeta1: beta1, adamBeta2: beta2, adamEpsilon: epsilon } = settings
  const networks = run(() => {
    // Always drawn, so that a published network has the same weights with any network of the caller beside it.
    const published = drawPublished(spec, settings)
    const ownOf = (shape: NetworkShape, own: OwnNetwork | undefined): TensorNetwork | null =>
      own === undefined ? null : ownNetwork(tf, shape, own)
    // Checks that may fail come before anything that would have to be freed.
    const own = {
      actor: ownOf({ name: 'actor', inputs: observations, outputs: 2 * actions }, options.actor),
      critic: ownOf({ name: 'critic', inputs: observations + actions, outputs: 1 }, options.critic),
    }
    return { actor: own.actor ?? published.actor(tf), critic: own.critic ?? published.critic(tf) }
  })
  const trained = (network: TensorNetwork, stepSize: number): TrainedNetwork => {
    const [names, weights] = [Object.keys(network.moved), Object.values(network.moved)]
    const adam = run(() => tensorAdam(tf, weights, { stepSize, beta1, beta2, epsilon }))
    return { network, names, weights, adam }
  }
  const actor = trained(networks.actor, settings.actorStepSize)
  const critic = trained(networks.critic, settings.criticStepSize)
  const target = settings.targetPolyak > 0 ? run(() => targetNetwork(tf, critic, settings.targetPolyak)) : null
  const momentsOf = (kind: 'first' | 'second'): Readonly<Record<string, Variable>> =>
    Object.fromEntries([actor, critic].flatMap(({ adam, names }) => adam[kind].map((moment, i) => [names[i], moment])))
  return {
    actor,
    critic,
    target,
    variables: { ...networks.actor.variables, ...networks.critic.variables, ...target?.variables },
    first: momentsOf('first'),
    second: momentsOf('second'),
    dispose: () =>
      run(() => {
        const parts = [actor.network, critic.network, actor.adam, critic.adam, ...(target === null ? [] : [target])]
        parts.forEach((part) => part.dispose())
      }),
  }
}
