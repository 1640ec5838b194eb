/** An actor whose actions are drawn from the normal distribution squashed by tanh (`equations/squashedNormal.ts`), laid out in an arena. */
import type { Kernels } from '../../kernels/kernels.js'
import { type Network, network, type NetworkSpec } from './network.js'
import { backward, forward, type Gradients, tape, type Tape } from './passes.js'
import type { Plan } from './plan.js'

/** What the actor's second head is the logarithm of: a variance (published AVG and SAC), or a deviation (textbook). */
export type LogStdReading = 'covariance' | 'deviation'

/** What an actor is made of. */
export interface SquashedActorSpec extends Pick<NetworkSpec, 'hidden' | 'norm'> {
  readonly observations: number
  readonly actions: number
  readonly logStdReading: LogStdReading
}

/** The network from an observation to [μ | c], and the k by which c is read. */
export interface SquashedActor {
  readonly net: Network
  readonly actions: number
  readonly k: number
}

/** An actor's tape with the action that was drawn from it. */
export interface ActorTape extends Tape {
  /** ε and a, floats of shape `[actions]`. */
  readonly noise: number
  readonly action: number
  /** What `squash` leaves in doubles; log π(a) stands at `logProbability`. */
  readonly sample: number
  readonly logProbability: number
}

/** Lays out an actor's parameters. */
export const squashedActor = (plan: Plan, spec: SquashedActorSpec): SquashedActor => {
  const { observations: inputs, actions, hidden, norm, logStdReading } = spec
  const heads = [
    { name: 'mu', size: actions },
    { name: 'log_std', size: actions },
  ]
  return {
    net: network(plan, { name: 'actor', inputs, hidden, heads, norm }),
    actions,
    k: logStdReading === 'covariance' ? 0.5 : 1,
  }
}

/** Lays out what drawing an action needs. */
export const actorTape = (plan: Plan, { net, actions }: SquashedActor): ActorTape => {
  const on = tape(plan, net)
  const sample = plan.doubles.take(2 * actions + 1)
  return {
    ...on,
    noise: plan.floats.take(actions),
    action: plan.floats.take(actions),
    sample,
    logProbability: sample + 2 * actions,
  }
}

/** Draws the action and its log-probability at `on.input` by the noise at `on.noise`. */
export const act = (kernels: Kernels, { net, actions, k }: SquashedActor, on: ActorTape): void => {
  forward(kernels, net, on)
  kernels.squash(on.output, on.noise, actions, k, on.action, on.sample)
}

/** Fills `into` with the gradients of the `reparameterizedLoss` of the action on the tape, from ∂Q/∂a at `actionGradient`. */
export const reparameterize = (
  kernels: Kernels,
  { net, actions, k }: SquashedActor,
  on: ActorTape,
  entropyCoefficient: number,
  actionGradient: number,
  into: Gradients,
): void => {
  kernels.squashBackward(on.output, actions, k, entropyCoefficient, on.sample, actionGradient, into.output)
  backward(kernels, net, on, into)
}
