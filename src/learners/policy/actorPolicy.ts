/** The policy of an actor by itself, without a critic and without anything that learns. */
import { bindKernels } from '../../kernels/bindKernels.js'
import { kernelsHome } from '../../kernels/home.js'
import type { KernelsName } from '../../kernels/kernels.js'
import type { Policy, Random } from '../../types.js'
import { fillParameters, orThrow, type Weights } from '../interchange/weights.js'
import type { LearnerSpec } from '../learnerSettings.js'
import type { ActorDescription } from '../parts/actorDescription.js'
import { drawsOf } from '../parts/draws.js'
import { type NamedParameters, parameterViews } from '../parts/parameterViews.js'
import { newPlan, plannedArena } from '../parts/plan.js'
import { actorWeights } from './actorWeights.js'
import { layOutActor } from './layOutActor.js'

/** What computes a policy, and what it may draw from. */
export interface ActorPolicyOptions {
  /** What computes; the default is WebAssembly where the platform has SIMD, else TypeScript. Each reproduces its own bits. */
  readonly kernels?: KernelsName
  /** Draws the noise of actions. Without it every action must be asked for with `deterministic: true`. */
  readonly random?: Random
}

/** The policy of an actor. */
export interface ActorPolicy extends Policy {
  readonly kernels: KernelsName
  /** The actor's weights. */
  readonly parameters: NamedParameters
  readonly version: number
}

/**
 * Makes a policy of an actor's weights, such as `fromSafetensors` or `weightsOf(learner.parameters)` gives them, and of what the actor is made
 * of, such as `learner.actor`. Only the tensors whose names begin with `actor.` are used. The policy sees what the learner saw; `policy` makes
 * one that sees a world's own observations.
 *
 * Memory: the weights, copied, and one forward pass. No critic, no moments, no statistics.
 * Numbers: those of the learner's own `sample` on the same kernels, bit for bit, deterministic or drawn from the same numbers.
 * Random numbers: as the learner's `sample`, one action-sized vector from `random.normal`; none for a deterministic action.
 * Fails: throws an error of one line for weights of another shape than the spec's or the description's, and for weights of a network that is
 * read in another way; `sample` throws as the learner's does, and a TypeError when it should draw without `random`.
 */
export const actorPolicy = (
  spec: LearnerSpec,
  weights: Weights,
  actor: ActorDescription,
  options: ActorPolicyOptions = {},
): ActorPolicy => policyOfActor('actorPolicy', spec, weights, actor, options)

/** `actorPolicy` in the name of another function, whose errors these are. */
export const policyOfActor = (
  owner: string,
  spec: LearnerSpec,
  weights: Weights,
  actor: ActorDescription,
  options: ActorPolicyOptions,
): ActorPolicy => {
  const { random } = options
  const chosen = orThrow(owner, actorWeights(spec, weights, actor))
  const plan = newPlan()
  const { owners, actionBounds, start, open } = layOutActor(plan, spec, actor)
  const memory = plannedArena(plan)
  const kernels = bindKernels[kernelsHome(owner, options)](memory)
  start(memory)
  const views = parameterViews(memory.f32, owners)
  const draws = random === undefined ? null : drawsOf(random)
  const policy = open({ owner, observation: spec.observation, memory, kernels, draws })
  orThrow(owner, fillParameters(views.lend(), chosen))
  views.takeBack()

  let version = 0
  return {
    ...(actionBounds === undefined ? {} : { actionBounds }),
    kernels: kernels.name,
    sample: (observation, sampling) => {
      if (views.takeBack()) version++
      return policy.sample(observation, sampling)
    },
    get parameters() {
      return views.lend()
    },
    get version() {
      return version
    },
  }
}
