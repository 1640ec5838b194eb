/**
 * An actor whose actions are drawn from a normal distribution that is not squashed, with deviations that are parameters of their own and do
 * not depend on the observation (Schulman et al. 2015, appendix D, as PPO's published programs have it).
 */
import { exp } from '../../kernels/elementary.js'
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import { describedLayers, type FreeActorDescription } from './actorDescription.js'
import { type Network, network, type NetworkSpec, startNetwork } from './network.js'
import { drawNormal, type NormalTape } from './normalTape.js'
import type { OtherParameter } from './parameterViews.js'
import { forward } from './passes.js'
import type { Plan } from './plan.js'

/** What such an actor is made of. */
export interface FreeNormalActorSpec extends Omit<NetworkSpec, 'name' | 'inputs' | 'heads'> {
  readonly observations: number
  readonly actions: number
}

/** The network from an observation to the means, and log s, one for each component of an action. */
export interface FreeNormalActor {
  readonly net: Network
  readonly actions: number
  /** Stands behind the parameters of the network. */
  readonly logStd: OtherParameter
}

/** Lays out an actor's parameters: `actor.head` gives the means, `actor.log_std` is log s. */
export const freeNormalActor = (
  plan: Plan,
  { observations, actions, ...rest }: FreeNormalActorSpec,
): FreeNormalActor => {
  const heads = [{ name: 'head', size: actions }]
  return {
    net: network(plan, { ...rest, name: 'actor', inputs: observations, heads }),
    actions,
    logStd: { path: 'actor.log_std', at: plan.floats.take(actions), size: actions },
  }
}

/** What the actor is made of. */
export const describeFree = ({ net }: FreeNormalActor): FreeActorDescription => ({
  kind: 'free-normal',
  ...describedLayers(net),
})

/** Writes what the kernels read beside an actor's parameters; log s begins at 0. */
export const startFreeNormalActor = (memory: Arena, { net, logStd }: FreeNormalActor): void => {
  startNetwork(memory, net)
  memory.f32.fill(0, logStd.at, logStd.at + logStd.size)
}

/** Writes s and log s as doubles of shape `[actions]`. */
export const spread = (
  { f32, f64 }: Arena,
  { logStd }: FreeNormalActor,
  deviation: number,
  logDeviation: number,
): void => {
  for (let i = 0; i < logStd.size; i++) {
    f64[logDeviation + i] = f32[logStd.at + i]
    f64[deviation + i] = exp(f64[logDeviation + i])
  }
}

/** Draws an action and its log-probability at `on.input` by the noise at `on.noise`. */
export const actFreely = (run: ConstantKernels, memory: Arena, actor: FreeNormalActor, on: NormalTape): void => {
  forward(run, actor.net, on)
  spread(memory, actor, on.deviation, on.logDeviation)
  drawNormal(memory, actor.actions, on)
}
