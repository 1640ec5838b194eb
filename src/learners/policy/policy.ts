/** A saved policy as a function from observations to commands. */
import { clipped } from '../../clip.js'
import { clippedCommand, rescaledCommand } from '../../commands.js'
import { withTime } from '../../episodeTime.js'
import { NotFiniteError } from '../../failure.js'
import type { KernelsName } from '../../kernels/kernels.js'
import { standardize } from '../../moments.js'
import type { Observation, Random } from '../../types.js'
import { orThrow } from '../interchange/weights.js'
import { policyOfActor } from './actorPolicy.js'
import { checkPolicy, seenSpec } from './checkPolicy.js'
import type { SavedPolicy } from './savedPolicy.js'

/** How a policy decides. */
export interface PolicyOptions {
  /** Draws the noise of actions. The default is none: the policy takes the mode of its actor, and is deterministic. */
  readonly random?: Random
  /** What computes; the default is WebAssembly where the platform has SIMD, else TypeScript. Each reproduces its own bits. */
  readonly kernels?: KernelsName
}

/** A policy that decides. */
export interface CommandPolicy {
  /**
   * The command for an observation, in the units of `spec.action`, as a new Float64Array. `actions` are the actions so far in the episode, 0 at its
   * first observation; only a policy that sees the time in the episode (`observation.appendTime`) needs them.
   */
  (observation: Observation, actions?: number): Float64Array
  readonly kernels: KernelsName
}

const checkedActions = (actions: number | undefined): number => {
  if (actions === undefined) {
    throw new TypeError(
      'policy: this policy sees the time in the episode: pass the actions so far in it, 0 at the first',
    )
  }
  if (!(Number.isSafeInteger(actions) && actions >= 0)) {
    throw new RangeError(`policy: expected the actions so far in the episode, an integer from 0 up, got ${actions}`)
  }
  return actions
}

/** What the actor sees of an observation after these actions of the episode. */
const eyesOf = ({ spec, observation: { moments, clip, appendTime } }: SavedPolicy) => {
  const { names } = spec.observation
  const inUse =
    moments === null
      ? null
      : { names, mean: Float64Array.from(moments.mean), variance: Float64Array.from(moments.variance) }
  return (observation: Observation, actions: number | undefined): Observation => {
    let seen = inUse === null ? observation : standardize(inUse, observation)
    if (clip !== null) {
      const within = new Float64Array(seen.length)
      for (let i = 0; i < within.length; i++) {
        // Clipping would hide it.
        if (!Number.isFinite(seen[i])) throw new NotFiniteError('observation', { index: i, name: names[i] }, seen[i])
        within[i] = clipped(seen[i], clip)
      }
      seen = within
    }
    return appendTime ? withTime(seen, checkedActions(actions), spec.stepLimit) : seen
  }
}

/**
 * Makes a function from observations to commands of a saved policy. It needs no learner and nothing of Node, and draws no random number unless it is
 * given `random`.
 *
 *     const act = policy(await readPolicy('runs/try/policy.safetensors'))
 *     const command = act(observation)
 *
 * Memory: the weights, copied, and one forward pass. It has no memory of earlier observations.
 * Numbers: those of the pipeline in which it learnt, bit for bit on the same kernels: `normalizeObservation` with the moments as they were saved,
 * `clipObservation`, `appendTime`, the learner's own `sample`, `clipAction` or `rescaleAction`. A deterministic decision is the mode.
 * Random numbers: one action-sized vector from `random.normal` for each decision.
 * Fails: throws an error of one line for parts that do not fit together. A decision throws RangeError for an observation of another size,
 * NotFiniteError for a component that is not finite, and TypeError without `actions` where they are needed.
 */
export const policy = (saved: SavedPolicy, options: PolicyOptions = {}): CommandPolicy => {
  const { spec, tensors, actor, actionRange } = saved
  orThrow('policy', checkPolicy(saved, tensors))
  const { size } = spec.observation
  const see = eyesOf(saved)
  const sampling = { deterministic: options.random === undefined }
  const decide = policyOfActor('policy', seenSpec(saved), { tensors, normalizePenultimate: null }, actor, options)
  const commandOf = (actionRange === 'clip' ? clippedCommand : rescaledCommand)('policy', spec.action)
  const act = (observation: Observation, actions?: number): Float64Array => {
    if (observation.length !== size) {
      throw new RangeError(`policy: observation must have ${size} components, got ${observation.length}`)
    }
    return commandOf(decide.sample(see(observation, actions), sampling).action)
  }
  return Object.assign(act, { kernels: decide.kernels })
}
