/** What all learners in an arena do alike: lending weights, taking draws back, saving and restoring. */
import type { Arena } from '../../kernels/arena.js'
import { countOperations } from '../../kernels/countOperations.js'
import type { Kernels, KernelsName } from '../../kernels/kernels.js'
import { isSeeded } from '../../random.js'
import type {
  ActionBounds,
  Learner,
  Random,
  SampledAction,
  SampleOptions,
  SnapshotOptions,
  Transition,
  Vector,
} from '../../types.js'
import type { LearnerBytes } from '../algorithm.js'
import { activeUnits, type Deciding } from './activeUnits.js'
import { type ArenaSnapshot, checkArenaSnapshot, type StateSizes } from './arenaSnapshot.js'
import type { Draws } from './draws.js'
import type { NamedParameters, ParameterViews } from './parameterViews.js'

/** A learner whose weights and state stand in one arena. */
export interface ArenaLearner<S extends SampledAction = SampledAction, Report = unknown> extends Learner<S, Report> {
  /** Which kernels run: each reproduces its own bits. */
  readonly kernels: KernelsName
  readonly threads: 1 | 2
  readonly parameters: NamedParameters
  readonly version: number
  readonly bytes: LearnerBytes
  /**
   * Floating-point operations of the kernels that run during `work`, as `kernelOperations` has them: of one sample and one update, say.
   *
   * Fails: TypeError with two threads, since the calls of the second one are not seen.
   */
  countOperations(work: () => void): number
  snapshot(options?: SnapshotOptions): ArenaSnapshot
  restore(state: ArenaSnapshot, options?: SnapshotOptions): void
  scaleStepSizes(factor: number): void
  readonly hiddenUnits: number
  markActive(active: Uint8Array): boolean
  /** Ends the second thread, where there is one; `update` then throws. */
  close(): void
}

/** What a learner collects outside of its arena, as far as it is state: a replay buffer or a rollout. */
export interface Collected {
  /** A copy of it, plain data. */
  snapshot(): unknown
  /** Refuses what `restore` could not put back: throws a RangeError that begins with `owner`, and changes nothing. */
  check(owner: string, state: unknown): void
  /** Puts a checked state back. */
  restore(state: unknown): void
  /** Marks it as it is before an update, where an update may be refused after it collected something. */
  begin?(): void
  /** Goes back to the mark. */
  takeBack?(): void
  /** Whether it is a replay buffer, which is no part of what was learnt. The default is false. */
  readonly isReplay?: boolean
}

/** What such a learner is put together from. */
export interface ArenaLearnerParts<S extends SampledAction, Report> {
  /** Whose errors these are: `avg`. */
  readonly owner: string
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
  const { owner, at, memory, kernels, threads, views, random, draws, policy, learn, finishAll, collected } = parts
  const { f32, f64 } = memory
  f64[at.stepScale] = 1
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
  /** Whether what was collected is a part of a snapshot: a replay buffer is none of what was learnt. */
  const isSaved = (options?: SnapshotOptions): boolean =>
    collected !== undefined && !(options?.of === 'learnt' && collected.isReplay === true)
  return {
    ...(parts.actionBounds === undefined ? {} : { actionBounds: parts.actionBounds }),
    kernels: kernels.name,
    threads,
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
    snapshot: (options) => {
      takeBack()
      finishAll()
      const isAll = options?.of !== 'learnt'
      const scale = f64[at.stepScale]
      return {
        floats: f32.slice(0, at.stateFloats),
        doubles: f64.slice(0, at.stateDoubles),
        random: isAll && isSeeded(random) ? random.snapshot() : null,
        ...(isSaved(options) ? { collected: collected!.snapshot() } : {}),
        ...(isAll && scale !== 1 ? { stepSizeScale: scale } : {}),
      }
    },
    restore: (state, options) => {
      checkArenaSnapshot(owner, at, state, parts.checkDoubles)
      if (isSaved(options)) collected!.check(owner, state.collected)
      // First of all, since a random number generator of the caller's own may refuse its place.
      if (state.random !== null && isSeeded(random)) random.restore(state.random)
      finishAll()
      views.takeBack()
      f32.set(state.floats)
      f64.set(state.doubles)
      if (options?.of !== 'learnt') f64[at.stepScale] = state.stepSizeScale ?? 1
      if (isSaved(options)) collected!.restore(state.collected)
      replaced()
    },
    scaleStepSizes: (factor) => {
      checkStepSizeFactor(owner, factor)
      f64[at.stepScale] *= factor
    },
    ...units,
    close: parts.close,
  }
}
