/**
 * What an actor is made of, as plain data: with its weights it is all that is needed to decide. Every learner on our kernels describes the
 * actor that it has laid out, and saved policies hold the description.
 */
import { type Codec, closed, listOf, numberIn, oneBy, oneOf, only, positiveInteger } from '../../edge/codecs.js'
import type { Activation, Network, Norm } from './network.js'

/**
 * What the actor's second head is: the logarithm of a variance (published AVG and SAC) or of a deviation (textbook), both clamped; or what tanh
 * bounds to that of a deviation (CleanRL's SAC, `equations/boundedNormal.ts`).
 */
export type LogStdReading = 'covariance' | 'deviation' | 'bounded'

/** The layers before the heads: input -> [dense -> layer norm -> activation] for each width -> unit norm, with at most one of the two norms. */
export interface DescribedLayers {
  /** Widths of the hidden layers, whose tensors are `actor.phi.0.weight`, `actor.phi.0.bias`, `actor.phi.2.weight` and so on. */
  readonly hidden: readonly number[]
  /** What follows each hidden layer: `leakyRelu` is max(x, 0.01 x). */
  readonly activation: Activation
  /** `unit` divides the last hidden vector by its L2 norm; `layer` gives each hidden vector mean 0 and deviation 1 before its activation (ε = 1e-5). */
  readonly norm: Norm
}

/** The normal distribution squashed by tanh, with the heads `actor.mu` and `actor.log_std`: AVG, IAC, SAC-1 and SAC. Its mode is tanh μ. */
export interface SquashedActorDescription extends DescribedLayers {
  readonly kind: 'squashed-normal'
  /** What the second head is: the logarithm of a variance, of a deviation, or what tanh bounds to that of a deviation. */
  readonly logStdReading: LogStdReading
}

/**
 * The normal distribution, with the heads `actor.mu` and `actor.std`, whose softplus is the deviation: Stream AC and Intentional AC. Its mode is
 * μ, which has no bounds.
 */
export interface SoftplusActorDescription extends DescribedLayers {
  readonly kind: 'softplus-normal'
}

/**
 * The normal distribution, with the head `actor.head`, which is the mean, and `actor.log_std`, the logarithms of the deviations, which do not
 * depend on the observation: PPO. Its mode is the mean, which has no bounds.
 */
export interface FreeActorDescription extends DescribedLayers {
  readonly kind: 'free-normal'
}

/** One action for an observation, the tanh of the head `actor.head`: TD3. */
export interface DeterministicActorDescription extends DescribedLayers {
  readonly kind: 'deterministic'
  /** The deviation of the noise that a stochastic decision adds to the action, from 0 up. */
  readonly explorationNoise: number
}

/** What an actor is made of, by its kind. */
export type ActorDescription =
  SquashedActorDescription | SoftplusActorDescription | FreeActorDescription | DeterministicActorDescription

const layers = {
  hidden: listOf(positiveInteger, 'positive integers'),
  activation: oneOf(['leakyRelu', 'relu', 'tanh']),
  norm: oneOf(['none', 'unit', 'layer']),
}

/** The codec of a description. */
export const actorDescriptionCodec: Codec<ActorDescription> = oneBy('kind', {
  'squashed-normal': closed({
    kind: only('squashed-normal'),
    ...layers,
    logStdReading: oneOf(['covariance', 'deviation', 'bounded']),
  }),
  'softplus-normal': closed({ kind: only('softplus-normal'), ...layers }),
  'free-normal': closed({ kind: only('free-normal'), ...layers }),
  deterministic: closed({ kind: only('deterministic'), ...layers, explorationNoise: numberIn({ from: 0 }) }),
})

/** The layers of a network before its heads. */
export const describedLayers = ({ spec }: Network): DescribedLayers => ({
  hidden: spec.hidden,
  activation: spec.activation,
  norm: spec.norm,
})
