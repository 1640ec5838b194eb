/** Two critics of an observation and an action, and slow copies of them, as TD3 and SAC have (Fujimoto et al. 2018). */
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import { type Network, network, type NetworkSpec } from './network.js'
import type { Plan } from './plan.js'

/** Q1 and Q2, whose parameters stand one behind the other from `at` on. */
export interface TwinCritics {
  readonly Q1: Network
  readonly Q2: Network
  readonly at: number
  readonly size: number
}

/** What they are made of; `head` is how the tensor of their output is named. */
export interface TwinSpec extends Omit<NetworkSpec, 'name' | 'heads'> {
  readonly head: string
}

/** Lays out two critics under a name: `critic` gives `critic.Q1.phi.0.weight`, and `target` that of a slow copy. */
export const twinCritics = (plan: Plan, name: 'critic' | 'target', { head, ...spec }: TwinSpec): TwinCritics => {
  const at = plan.floats.size
  const one = (which: string): Network =>
    network(plan, { ...spec, name: `${name}.${which}`, heads: [{ name: head, size: 1 }] })
  return { Q1: one('Q1'), Q2: one('Q2'), at, size: plan.floats.size - at }
}

/** A stretch of parameters: of critics, or of an actor. */
export type Stretch = Pick<Network, 'at' | 'size'>

/** Makes slow copies equal to what they follow. */
export const startTarget = ({ f32 }: Arena, target: Stretch, source: Stretch): void =>
  void f32.copyWithin(target.at, source.at, source.at + source.size)

/** Moves slow copies: target ← τ source + (1 - τ) target, τ being the double at `polyak`. */
export const moveTarget = (run: ConstantKernels, target: Stretch, source: Stretch, polyak: number): void =>
  run.polyak(source.at, source.size, polyak, target.at)
