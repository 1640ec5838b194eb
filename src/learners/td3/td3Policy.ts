/** Decisions of TD3: those of its actor with noise, and uniform ones before the actor decides. */
import type { SampleOptions, Vector } from '../../types.js'
import type { Draws } from '../parts/draws.js'
import { writeInput } from '../parts/input.js'
import { type NoisyAction, noisyPolicy, type NoisyPolicyParts } from '../parts/noisyPolicy.js'
import { uniformAction } from '../parts/uniformAction.js'

/** What the policy is put together from. */
export interface Td3PolicyParts extends NoisyPolicyParts {
  readonly draws: Draws
  /** Whether actions are uniform at present. */
  readonly isUniform: () => boolean
}

/** The policy. */
export const td3Policy = ({ isUniform, ...parts }: Td3PolicyParts) => {
  const { owner, observation: spec, memory, actor, on, draws } = parts
  const policy = noisyPolicy(parts)
  return {
    sample: (observation: Vector, options?: SampleOptions): NoisyAction => {
      if (options?.deterministic === true || !isUniform()) return policy.sample(observation, options)
      writeInput(owner, memory.f32, on.input, spec, observation, 'observation')
      draws.begin()
      return { action: uniformAction(draws, actor.head.outputs), noise: null }
    },
    forget: policy.forget,
  }
}
