/** Decisions of a deterministic actor: its action, and noise added to it. */
import { finite } from '../../checks.js'
import type { Arena } from '../../kernels/arena.js'
import type { Kernels } from '../../kernels/kernels.js'
import type { SampledAction, SampleOptions, Vector } from '../../types.js'
import { noisyAction } from '../equations/noisyAction.js'
import { type Draws, noDraws } from './draws.js'
import { type InputSpec, writeInput } from './input.js'
import type { Network } from './network.js'
import { forward, type Tape } from './passes.js'

/** A decision of TD3: arrays of shape `[action.size]`. */
export interface NoisyAction extends SampledAction {
  /** In [-1, 1]. */
  readonly action: Float32Array
  /** ε, the standard normal draw that was added, times the noise's deviation; null where none was drawn: a uniform action, or a deterministic one. */
  readonly noise: Float32Array | null
}

/** What the policy is put together from. */
export interface NoisyPolicyParts {
  /** Whose errors these are: `td3`. */
  readonly owner: string
  readonly observation: InputSpec
  readonly memory: Arena
  readonly kernels: Kernels
  readonly actor: Network
  /** Where decisions are made. */
  readonly on: Tape
  /** Draws the noise; null for a policy that adds none. */
  readonly draws: Draws | null
  readonly explorationNoise: number
}

/** The policy; it keeps no pass, since an update learns from other rows than the one that was just decided. */
export const noisyPolicy = (parts: NoisyPolicyParts) => {
  const { owner, observation: spec, memory, kernels, actor, on, draws, explorationNoise } = parts
  const { f32 } = memory
  const size = actor.head.outputs

  return {
    sample: (observation: Vector, options?: SampleOptions): NoisyAction => {
      const drawnBy = options?.deterministic === true ? null : (draws ?? noDraws(owner))
      writeInput(owner, f32, on.input, spec, observation, 'observation')
      drawnBy?.begin()
      forward(kernels, actor, on)
      // Before tanh, which makes ±1 of an infinity.
      for (let i = 0; i < size; i++) finite('action', f32[on.output + i])
      kernels.tanh(on.output, size)
      const action = f32.slice(on.output, on.output + size)
      if (drawnBy === null) return { action, noise: null }
      const noise = new Float32Array(size)
      drawnBy.normal(noise)
      for (let i = 0; i < size; i++) action[i] = noisyAction(action[i], noise[i], explorationNoise, Infinity)
      return { action, noise }
    },
    forget: () => undefined,
  }
}
