/** Decisions of a policy that draws them by noise, and the forward pass that the latest of them leaves for the update that learns from it. */
import { isSized } from '../../checks.js'
import { NotFiniteError } from '../../failure.js'
import type { Arena } from '../../kernels/arena.js'
import type { SampledAction, SampleOptions, Vector } from '../../types.js'
import { type InputSpec, writeInput } from './input.js'
import { type Draws, noDraws } from './draws.js'

/** A decision that was drawn by noise: arrays of shape `[action.size]`. */
export interface DrawnAction extends SampledAction {
  readonly action: Float32Array
  /** ε, the standard normal draw behind the action; 0 of a deterministic one. */
  readonly noise: Float32Array
  /** log π(A|o) at the weights that chose it. */
  readonly logProbability: number
}

/** Where a decision is made: offsets of floats, and of the double log π(a). */
export interface DrawnTape {
  readonly input: number
  /** ε, shape `[actions]`. */
  readonly noise: number
  /** a, shape `[actions]`. */
  readonly action: number
  readonly logProbability: number
}

/** What a policy is put together from. */
export interface DrawnPolicyParts {
  /** Whose errors these are: `avg`. */
  readonly owner: string
  readonly observation: InputSpec
  readonly memory: Arena
  /** The size of an action. */
  readonly actions: number
  readonly on: DrawnTape
  /** Leaves the action and its log π on the tape, from the input and the noise there, by the present weights. */
  act(): void
  /** Draws the noise of actions; null for a policy that takes its mode alone. */
  readonly draws: Draws | null
  /** Whether an update may take over the forward pass of the decision that it learns from. */
  readonly keepsPass: boolean
}

/** Decides, and decides again. */
export interface DrawnPolicy {
  /**
   * Draws an action and gives it as a fresh record; `deterministic` takes the mode and draws no random number.
   *
   * Fails: RangeError for an observation of another size, NotFiniteError for a number that is not finite, after which the random
   * number generator is where it was; TypeError where there is none to draw from.
   */
  sample(observation: Vector, options?: SampleOptions): DrawnAction
  /**
   * Leaves on the tape the action that the present weights take at `observation` with the noise of `sampled`: the pass that `sample`
   * left, if it is that, else a new one of the same bits.
   */
  retrace(observation: Vector, sampled: DrawnAction): void
  /** Says that the weights moved, or may have: the pass on the tape is not theirs any more. */
  forget(): void
}

/** A policy on an actor's weights, wherever they come from. */
export const drawnPolicy = (parts: DrawnPolicyParts): DrawnPolicy => {
  const { owner, observation: spec, memory, actions, on, act, draws, keepsPass } = parts
  const { f32, f64 } = memory
  const noiseSpec = { size: actions }
  /** The decision whose pass is on the tape, at the present weights; null when there is none. */
  let cached: DrawnAction | null = null

  /** Whether the tape holds what is asked for; values are compared, since a caller may have paired them anew. */
  const isCached = (observation: Vector, sampled: DrawnAction): boolean => {
    if (cached !== sampled || observation.length !== spec.size) return false
    for (let i = 0; i < spec.size; i++) if (f32[on.input + i] !== Math.fround(observation[i])) return false
    return true
  }

  return {
    sample: (observation, options) => {
      cached = null
      const isDrawn = options?.deterministic !== true
      if (isDrawn && draws === null) noDraws(owner)
      writeInput(owner, f32, on.input, spec, observation, 'observation')
      const drawn = new Float32Array(actions)
      if (isDrawn) {
        draws?.begin()
        draws?.normal(drawn)
      }
      f32.set(drawn, on.noise)
      act()
      const logProbability = f64[on.logProbability]
      if (!isSized(logProbability)) {
        if (isDrawn) draws?.takeBack()
        throw new NotFiniteError('logProbability', null, logProbability)
      }
      const action = f32.slice(on.action, on.action + actions)
      const sampled = { action, noise: drawn, logProbability }
      if (keepsPass) cached = sampled
      return sampled
    },
    retrace: (observation, sampled) => {
      const isKnown = isCached(observation, sampled)
      cached = null
      if (isKnown) return
      writeInput(owner, f32, on.input, spec, observation, 'observation')
      writeInput(owner, f32, on.noise, noiseSpec, sampled.noise, 'noise')
      act()
    },
    forget: () => {
      cached = null
    },
  }
}
