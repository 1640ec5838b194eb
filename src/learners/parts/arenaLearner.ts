/** What all learners in an arena do alike: lending weights, taking draws back, saving and restoring. */
import type { Arena } from '../../kernels/arena.js'
import { countOperations } from '../../kernels/countOperations.js'
import type { Kernels, KernelsName } from '../../kernels/kernels.js'
import type { ActionBounds, Learner, Random, SampledAction, SampleOptions, Transition, Vector } from '../../types.js'
import type { LearnerBytes } from '../algorithm.js'
import { activeUnits, type Deciding } from './activeUnits.js'
import type { ActorDescription } from './actorDescription.js'
import type { StateSizes } from './arenaSnapshot.js'
import { type ArenaState, arenaState, type Collected } from './arenaState.js'
import type { Draws } from './draws.js'
import type { NamedParameters, ParameterViews } from './parameterViews.js'

/** A learner whose weights and state stand in one arena. */
export interface ArenaLearner<S extends SampledAction = SampledAction, Report = unknown>
  extends Omit<Learner<S, Report>, keyof ArenaState>, ArenaState {
  /** Which kernels run: each reproduces its own bits. */
  readonly kernels: KernelsName
  readonly threads: 1 | 2
  /** What its actor is made of, for saved policies. */
  readonly actor: ActorDescription
  readonly parameters: NamedParameters
  readonly version: number
  readonly bytes: LearnerBytes
  /**
   * Floating-point operations of the kernels that run during `work`, as `kernelOperations` has them: of one sample and one update, say.
   *
   * Fails: TypeError with two threads, since the calls of the second one are not seen.
   */
  countOperations(work: () => void): number
  scaleStepSizes(factor: number): void
  readonly hiddenUnits: number
  markActive(active: Uint8Array): boolean
  /** Ends the second thread, where there is one; `update` then throws. */
  close(): void
}

/** What such a learner is put together from. */
export interface ArenaLearnerParts<S extends SampledAction, Report> {
  /** Whose errors these are: `avg`. */
  readonly owner: string
  /** What its actor is made of. */
  readonly actor: ActorDescription
  readonly at: StateSizes
  readonly memory: Arena
  readonly kernels: Kernels
  readonly threads: 1 | 2
  readonly views: ParameterViews
  /** The source of all draws, whose place is saved with the learner. */
  readonly random: Random
  /** The same, as `update` draws from it. */
  readonly draws: Draws
  /** Left out of policies without bounds. */
  readonly actionBounds?: ActionBounds
  readonly policy: {
    sample(observation: Vector, options?: SampleOptions): S
    /** Says that the weights moved, or may have. */
    forget(): void
  }
  /** The policy's network, and the tape that its latest decision is on. */
  readonly deciding: Deciding
  /**
   * Learns from a transition, and calls `moved` after the weights have moved. What it throws it throws before it changes any state, except
   * for draws and for what `collected` takes back.
   */
  learn(transition: Transition<S>, moved: () => void): Report
  /** Refuses doubles of a snapshot that no learner leaves behind, at all or with these floats. */
  checkDoubles(owner: string, doubles: ArrayLike<number>, floats: ArrayLike<number>): void
  /** Says that weights or state were replaced from outside: lent and taken back, or restored. */
  replaced?(): void
  /** Returns when all work that was started is done. */
  finishAll(): void
  close(): void
  readonly collected?: Collected
}

/**
 * Refuses a factor by which step sizes are not multiplied.
 *
 * Fails: RangeError with the owner and what came.
 */
export const checkStepSizeFactor = (owner: string, factor: number): void => {
  if (factor > 0 && factor <= 1) return
  throw new RangeError(`${owner}: scaleStepSizes: expected a factor above 0 and at most 1, got ${factor}`)
}

/** The learner of some parts. */
export const arenaLearner = <S extends SampledAction, Report>(
  parts: ArenaLearnerParts<S, Report>,
): ArenaLearner<S, Report> => {
  const { owner, at, memory, kernels, threads, views, draws, policy, learn, finishAll, collected } = parts
  const { f32, f64 } = memory
  const units = activeUnits(memory, parts.deciding)
  let version = 0
  const moved = (): void => {
    policy.forget()
    version++
  }
  const replaced = (): void => {
    moved()
    parts.replaced?.()
  }
  /** Takes over what was written to the parameters, where they were lent since the last call. */
  const takeBack = (): void => {
    if (views.takeBack()) replaced()
  }
  const { state, snapshot, restore } = arenaState({
    ...parts,
    settle: () => {
      takeBack()
      finishAll()
    },
    discard: () => {
      finishAll()
      views.takeBack()
    },
    replaced,
  })
  return {
    ...(parts.actionBounds === undefined ? {} : { actionBounds: parts.actionBounds }),
    kernels: kernels.name,
    threads,
    actor: parts.actor,
    sample: (observation, options) => {
      takeBack()
      return policy.sample(observation, options)
    },
    update: (transition) => {
      takeBack()
      draws.begin()
      collected?.begin?.()
      try {
        return learn(transition, moved)
      } catch (error) {
        draws.takeBack()
        collected?.takeBack?.()
        throw error
      }
    },
    get parameters() {
      finishAll()
      return views.lend()
    },
    get version() {
      return version
    },
    bytes: {
      state: 4 * at.stateFloats + 8 * at.stateDoubles,
      all: f32.byteLength + f64.byteLength,
    },
    countOperations: (work) => {
      if (threads === 2) throw new TypeError(`${owner}: countOperations needs a learner on one thread, got one on two`)
      return countOperations(kernels, memory, work)
    },
    state,
    snapshot,
    restore,
    scaleStepSizes: (factor) => {
      checkStepSizeFactor(owner, factor)
      f64[at.stepScale] *= factor
    },
    ...units,
    close: parts.close,
  }
}
