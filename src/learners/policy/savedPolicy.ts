/** A policy as it is saved: all that decides on a command for an observation, and where it comes from. */
import type { RunningMoments } from '../../moments.js'
import type { Learner, Spec } from '../../types.js'
import type { ActionRange, ClosableLearner } from '../algorithm.js'
import { weightsOf, type WeightTensor } from '../interchange/weights.js'
import type { ActorDescription } from '../parts/actorDescription.js'

/** What an actor sees of a world's observation: it is rescaled, then clipped, then the time in the episode is appended. */
export interface SeenObservation {
  /**
   * Mean and variance of each component, shape `[spec.observation.size]`: (x - mean) / sqrt(variance + 1e-8). Null for observations that are
   * not rescaled.
   */
  readonly moments: { readonly mean: readonly number[]; readonly variance: readonly number[] } | null
  /** The bound of each component after it was rescaled; null for none. */
  readonly clip: number | null
  /** Whether max(k - 1, 0) / spec.stepLimit - 0.5 is appended, after k actions of the episode. */
  readonly appendTime: boolean
}

/** Where a policy comes from; every field may be left out. */
export interface PolicyProvenance {
  readonly algorithm?: string
  readonly engine?: string
  /** The options of the engine, such as the home of its kernels. */
  readonly options?: Readonly<Record<string, unknown>>
  /** The settings of the algorithm. */
  readonly settings?: Readonly<Record<string, unknown>>
  readonly seed?: number
  /** Actions from which it learnt. */
  readonly steps?: number
  /** Of packages and of Node, by name. */
  readonly versions?: Readonly<Record<string, string>>
  readonly platform?: string
  readonly architecture?: string
  /** Of the checkout of Rivulet that learnt it, with `-dirty` if files differed from it. */
  readonly commit?: string
  /** The model of the processor. */
  readonly cpu?: string
}

/** A policy as plain data, and its weights. */
export interface SavedPolicy {
  /** The world that it acts in: shapes, bounds, names, units, and the length of steps and episodes. */
  readonly spec: Spec
  readonly observation: SeenObservation
  readonly actor: ActorDescription
  /** How its actions become commands: cut off at the bounds of `spec.action`, or (-1, 1) stretched to them. */
  readonly actionRange: ActionRange
  /** The actor's weights, by names that begin with `actor.`. */
  readonly tensors: ReadonlyMap<string, WeightTensor>
  readonly provenance: PolicyProvenance
}

/** What a policy is saved of. */
export interface PolicySource {
  /** The world's spec, `world.spec`. */
  readonly spec: Spec
  /** The learner: its weights, and what its actor is made of. */
  readonly learner: Pick<Learner, 'parameters'> & Pick<ClosableLearner, 'actor'>
  /** As `clipAction` (clip) or `rescaleAction` (rescale) stands in the pipeline. */
  readonly actionRange: ActionRange
  /** Of `normalizeObservation`. The default is none: observations are not rescaled. */
  readonly moments?: Pick<RunningMoments, 'mean' | 'variance'>
  /** Of `clipObservation`. The default is none. */
  readonly clipObservation?: number
  /** Whether `appendTime(spec.stepLimit)` stands in the pipeline. The default is false. */
  readonly appendTime?: boolean
  /** The default is nothing. */
  readonly provenance?: PolicyProvenance
}

/**
 * The policy of a learner as it is now, for `savePolicy`, `policyToBytes` and `policy`. All of it is copied.
 *
 * Fails: TypeError for a learner whose actor no description covers, such as one with a network of the caller; NotFiniteError for a weight that
 * is not finite.
 */
export const policyOf = ({ spec, learner, moments, ...source }: PolicySource): SavedPolicy => {
  const { actor, parameters } = learner
  if (actor === undefined || actor === null) {
    throw new TypeError('policyOf: expected a learner that says what its actor is made of, got one without actor')
  }
  const { tensors } = weightsOf(parameters)
  return {
    spec,
    observation: {
      moments: moments === undefined ? null : { mean: [...moments.mean], variance: [...moments.variance] },
      clip: source.clipObservation ?? null,
      appendTime: source.appendTime ?? false,
    },
    actor,
    actionRange: source.actionRange,
    tensors: new Map([...tensors].filter(([name]) => name.startsWith('actor.'))),
    provenance: source.provenance ?? {},
  }
}
