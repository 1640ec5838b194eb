/** The policy of AVG by itself: what a robot, a browser or an evaluation needs of a learner. */
import { bindKernels } from '../../kernels/bindKernels.js'
import { kernelsHome } from '../../kernels/home.js'
import type { KernelsName } from '../../kernels/kernels.js'
import type { Policy, Random } from '../../types.js'
import { publishedActor } from '../interchange/networkShape.js'
import { fillParameters, orThrow, type Weights } from '../interchange/weights.js'
import type { LearnerSpec } from '../learnerSettings.js'
import { drawsOf } from '../parts/draws.js'
import { parameterViews, type NamedParameters } from '../parts/parameterViews.js'
import { newPlan, plannedArena } from '../parts/plan.js'
import { actorTape, squashedActor, startActor } from '../parts/squashedActor.js'
import { type SquashedAction, squashedPolicy } from '../parts/squashedPolicy.js'
import { type AvgSwitches, publishedSwitches } from './avgSettings.js'

/** How an actor's weights are read, and what its policy may draw from. */
export interface AvgPolicySettings extends Partial<Pick<AvgSwitches, 'logStdReading'>> {
  /** Whether the last hidden vector is divided by its norm; the default is what the weights say, and true where they do not say. */
  readonly normalizePenultimate?: boolean
  /** What computes; the default is WebAssembly where the platform has SIMD, else TypeScript. Each reproduces its own bits. */
  readonly kernels?: KernelsName
  /** Draws the noise of actions. Without it every action must be asked for with `deterministic: true`. */
  readonly random?: Random
}

/** A policy of AVG. */
export interface AvgPolicy extends Policy<SquashedAction> {
  readonly kernels: KernelsName
  /** The actor's weights. */
  readonly parameters: NamedParameters
  readonly version: number
}

/**
 * Makes a policy from an actor's weights, such as `fromSafetensors` or `weightsOf(learner.parameters)` gives them. A critic's weights may
 * be among them and are left out.
 *
 * Memory: the weights, copied, and one forward pass. No critic, no moments, no statistics.
 * Numbers: those of the learner's own `sample` on the same kernels, bit for bit, deterministic or drawn from the same numbers.
 * Random numbers: as the learner's `sample`, one action-sized vector from `random.normal`; none for a deterministic action.
 * Fails: throws an error of one line for weights of another shape than the spec's or of a network that is read in another way;
 * `sample` throws as the learner's does, and a TypeError when it should draw without `random`.
 */
export const avgPolicy = (spec: LearnerSpec, weights: Weights, settings: AvgPolicySettings = {}): AvgPolicy => {
  const { logStdReading = publishedSwitches.logStdReading, random } = settings
  const normalizes = settings.normalizePenultimate ?? weights.normalizePenultimate ?? true
  if ((weights.normalizePenultimate ?? normalizes) !== normalizes) {
    const kind = (normalized: boolean): string => (normalized ? 'normalized' : 'plain')
    throw new Error(
      `avgPolicy: expected weights of a ${kind(normalizes)} network, got those of a ${kind(!normalizes)} one`,
    )
  }
  const { weights: actorWeights, shape } = orThrow('avgPolicy', publishedActor(weights))
  const actions = spec.action.size
  const plan = newPlan()
  const actor = squashedActor(plan, {
    observations: spec.observation.size,
    actions,
    hidden: shape.hidden.map(({ outputs }) => outputs),
    norm: normalizes ? 'unit' : 'none',
    logStdReading,
  })
  const on = actorTape(plan, actor)
  const memory = plannedArena(plan)
  const kernels = bindKernels[kernelsHome(settings)](memory)
  // A policy draws and does not learn: η is of no account.
  startActor(memory, actor, 0, 1)
  const views = parameterViews(memory.f32, [actor.net])
  const policy = squashedPolicy({
    owner: 'avgPolicy',
    observation: spec.observation,
    memory,
    kernels,
    actor,
    on,
    draws: random === undefined ? null : drawsOf(random),
    keepsPass: false,
  })
  orThrow('avgPolicy', fillParameters(views.lend(), actorWeights))
  views.takeBack()

  let version = 0
  return {
    actionBounds: { low: -1, high: 1 },
    kernels: kernels.name,
    sample: (observation, options) => {
      if (views.takeBack()) version++
      return policy.sample(observation, options)
    },
    get parameters() {
      return views.lend()
    },
    get version() {
      return version
    },
  }
}
