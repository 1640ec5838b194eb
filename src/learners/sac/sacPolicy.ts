/** Decisions of SAC: those of its actor, and uniform ones before the actor decides. */
import type { SampledAction, SampleOptions, Vector } from '../../types.js'
import type { Draws } from '../parts/draws.js'
import { writeInput } from '../parts/input.js'
import { squashedPolicy, type SquashedPolicyParts } from '../parts/squashedPolicy.js'
import { uniformAction } from '../parts/uniformAction.js'

/** A decision of SAC: arrays of shape `[action.size]`. */
export interface SacAction extends SampledAction {
  readonly action: Float32Array
  /** ε, the standard normal draw behind the action; 0 of a deterministic one, and null of a uniform one. */
  readonly noise: Float32Array | null
  /** log π(A|o) at the weights that chose it; of a uniform action that of the uniform distribution, -|A| log 2. */
  readonly logProbability: number
}

/** What the policy is put together from. */
export interface SacPolicyParts extends Omit<SquashedPolicyParts, 'keepsPass' | 'draws'> {
  readonly draws: Draws
  /** Whether actions are uniform at present. */
  readonly isUniform: () => boolean
}

const LOG_TWO = 0.6931471805599453

/** The policy; it keeps no pass, since an update learns from other rows than the one that was just decided. */
export const sacPolicy = ({ isUniform, ...parts }: SacPolicyParts) => {
  const { owner, observation: spec, memory, actor, on, draws } = parts
  const policy = squashedPolicy({ ...parts, keepsPass: false })
  return {
    sample: (observation: Vector, options?: SampleOptions): SacAction => {
      if (options?.deterministic === true || !isUniform()) return policy.sample(observation, options)
      writeInput(owner, memory.f32, on.input, spec, observation, 'observation')
      draws.begin()
      return { action: uniformAction(draws, actor.actions), noise: null, logProbability: -actor.actions * LOG_TWO }
    },
    forget: policy.forget,
  }
}
