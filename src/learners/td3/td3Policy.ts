/** Decisions of TD3: those of its actor with noise, and uniform ones before the actor decides. */
import { finite } from '../../checks.js'
import type { Arena } from '../../kernels/arena.js'
import type { Kernels } from '../../kernels/kernels.js'
import type { SampledAction, SampleOptions, Vector } from '../../types.js'
import { noisyAction } from '../equations/noisyAction.js'
import type { Draws } from '../parts/draws.js'
import { type InputSpec, writeInput } from '../parts/input.js'
import type { Network } from '../parts/network.js'
import { forward, type Tape } from '../parts/passes.js'
import { uniformAction } from '../parts/uniformAction.js'

/** A decision of TD3: arrays of shape `[action.size]`. */
export interface NoisyAction extends SampledAction {
  /** In [-1, 1]. */
  readonly action: Float32Array
  /** ε, the standard normal draw that was added, times the noise's deviation; null where none was drawn: a uniform action, or a deterministic one. */
  readonly noise: Float32Array | null
}

/** What the policy is put together from. */
export interface Td3PolicyParts {
  readonly observation: InputSpec
  readonly memory: Arena
  readonly kernels: Kernels
  readonly actor: Network
  /** Where decisions are made. */
  readonly on: Tape
  readonly draws: Draws
  readonly explorationNoise: number
  /** Whether actions are uniform at present. */
  readonly isUniform: () => boolean
}

/** The policy; it keeps no pass, since an update learns from other rows than the one that was just decided. */
export const td3Policy = (parts: Td3PolicyParts) => {
  const { observation: spec, memory, kernels, actor, on, draws, explorationNoise, isUniform } = parts
  const { f32 } = memory
  const size = actor.head.outputs

  return {
    sample: (observation: Vector, options?: SampleOptions): NoisyAction => {
      writeInput('td3', f32, on.input, spec, observation, 'observation')
      const isDrawn = options?.deterministic !== true
      if (isDrawn) draws.begin()
      if (isDrawn && isUniform()) return { action: uniformAction(draws, size), noise: null }
      forward(kernels, actor, on)
      // Before tanh, which makes ±1 of an infinity.
      for (let i = 0; i < size; i++) finite('action', f32[on.output + i])
      kernels.tanh(on.output, size)
      const action = f32.slice(on.output, on.output + size)
      if (!isDrawn) return { action, noise: null }
      const noise = new Float32Array(size)
      draws.normal(noise)
      for (let i = 0; i < size; i++) action[i] = noisyAction(action[i], noise[i], explorationNoise, Infinity)
      return { action, noise }
    },
    forget: () => undefined,
  }
}
