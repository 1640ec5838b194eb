/**
 * An actor whose actions are drawn from a normal distribution that is not squashed, with deviations that are the softplus of a head
 * (`equations/softplusDeviation.ts`), as Stream AC has it; and the gradient of what it climbs, of one sample.
 */
import { log } from '../../kernels/elementary.js'
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import { entropyByDeviation, logProbabilityByDeviation, logProbabilityByMean } from '../equations/normal.js'
import { signedEntropySlope } from '../equations/signedEntropy.js'
import { describedLayers, type SoftplusActorDescription } from './actorDescription.js'
import { type Network, network, type NetworkSpec } from './network.js'
import { drawNormal, normalTape, type NormalTape } from './normalTape.js'
import { backward, forward, type Gradients } from './passes.js'
import type { Plan } from './plan.js'

/** What such an actor is made of. */
export interface NormalActorSpec extends Omit<NetworkSpec, 'name' | 'inputs' | 'heads'> {
  readonly observations: number
  readonly actions: number
}

/** The network from an observation to [μ | x], where the deviations are the softplus of x. */
export interface NormalActor {
  readonly net: Network
  readonly actions: number
}

/** An actor's tape with the action that was drawn from it. */
export interface NormalActorTape extends NormalTape {
  /** s as floats of shape `[actions]`, as the kernels read it. */
  readonly softened: number
}

/** Lays out an actor's parameters: `actor.mu` gives the means, `actor.std` what the deviations are the softplus of. */
export const normalActor = (plan: Plan, { observations, actions, ...rest }: NormalActorSpec): NormalActor => {
  const heads = [
    { name: 'mu', size: actions },
    { name: 'std', size: actions },
  ]
  return { net: network(plan, { ...rest, name: 'actor', inputs: observations, heads }), actions }
}

/** What the actor is made of. */
export const describeNormal = ({ net }: NormalActor): SoftplusActorDescription => ({
  kind: 'softplus-normal',
  ...describedLayers(net),
})

/** Lays out what drawing an action needs. */
export const normalActorTape = (plan: Plan, { net, actions }: NormalActor): NormalActorTape => ({
  ...normalTape(plan, net, actions),
  softened: plan.floats.take(actions),
})

/** Draws an action and its log-probability at `on.input` by the noise at `on.noise`. */
export const actNormally = (
  run: ConstantKernels,
  memory: Arena,
  { net, actions }: NormalActor,
  on: NormalActorTape,
): void => {
  const { f32, f64 } = memory
  forward(run, net, on)
  for (let i = 0; i < actions; i++) f32[on.softened + i] = f32[on.output + actions + i]
  run.softplus(on.softened, actions)
  for (let i = 0; i < actions; i++) {
    const deviation = f32[on.softened + i]
    f64[on.deviation + i] = deviation
    f64[on.logDeviation + i] = log(deviation)
  }
  drawNormal(memory, actions, on)
}

/**
 * Fills `into` with the gradients of `signedEntropyObjective` by what each layer of the actor made, the action on the tape held still. The
 * double at `weight` is η sign(δ).
 */
export const climb = (
  run: ConstantKernels,
  { f32, f64 }: Arena,
  { net, actions }: NormalActor,
  on: NormalActorTape,
  weight: number,
  into: Gradients,
): void => {
  const eta = f64[weight]
  const byDeviation = into.output + actions
  for (let i = 0; i < actions; i++) {
    const action = f32[on.action + i]
    const mean = f32[on.output + i]
    const deviation = f64[on.deviation + i]
    f32[into.output + i] = logProbabilityByMean(action, mean, deviation)
    const slope = logProbabilityByDeviation(action, mean, deviation)
    f32[byDeviation + i] = signedEntropySlope(slope, eta, entropyByDeviation(deviation))
  }
  run.softplusBackward(on.softened, byDeviation, actions)
  backward(run, net, on, into)
}
