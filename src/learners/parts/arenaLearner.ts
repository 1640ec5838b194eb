/** What all learners in an arena do alike: lending weights, taking draws back, saving and restoring. */
import type { Arena } from '../../kernels/arena.js'
import { countOperations } from '../../kernels/countOperations.js'
import type { Kernels, KernelsName } from '../../kernels/kernels.js'
import { isSeeded } from '../../random.js'
import { plainFormat } from '../../state/formats.js'
import { restorable } from '../../state/restorable.js'
import { restorables } from '../../state/restorables.js'
import type {
  ActionBounds,
  Learner,
  Random,
  Restorable,
  SampledAction,
  SampleOptions,
  Transition,
  Vector,
} from '../../types.js'
import type { LearnerBytes } from '../algorithm.js'
import type { ActorDescription } from './actorDescription.js'
import { type ArenaSnapshot, checkArenaSnapshot, type StateSizes } from './arenaSnapshot.js'
import type { Draws } from './draws.js'
import type { NamedParameters, ParameterViews } from './parameterViews.js'

/** A learner whose weights and state stand in one arena. */
export interface ArenaLearner<S extends SampledAction = SampledAction, Report = unknown> extends Learner<S, Report> {
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
  /** Everything that it remembers, in parts: views of its memory, and a replay buffer in pieces. */
  readonly state: Restorable
  /** A copy of the whole state. A replay buffer counts with all that it holds, which `state` does not copy. */
  snapshot(): ArenaSnapshot
  restore(state: ArenaSnapshot): void
  /** Ends the second thread, where there is one; `update` then throws. */
  close(): void
}

/** What a learner collects outside of its arena, as far as it is state: a replay buffer or a rollout. */
export interface Collected {
  /** Its state in parts, where it can be too large to be copied; otherwise what `snapshot` gives. */
  readonly state?: Restorable
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

/** The learner of some parts. */
export const arenaLearner = <S extends SampledAction, Report>(
  parts: ArenaLearnerParts<S, Report>,
): ArenaLearner<S, Report> => {
  const { owner, at, memory, kernels, threads, views, random, draws, policy, learn, finishAll, collected } = parts
  const { f32, f64 } = memory
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
  const idle = (): void => {
    takeBack()
    finishAll()
  }
  const place = () => (isSeeded(random) ? random.snapshot() : null)
  const checkArena = (state: ArenaSnapshot): void => checkArenaSnapshot(owner, at, state, parts.checkDoubles)
  const restoreArena = (state: ArenaSnapshot): void => {
    // First of all, since a random number generator of the caller's own may refuse its place.
    if (state.random !== null && isSeeded(random)) random.restore(state.random)
    finishAll()
    views.takeBack()
    f32.set(state.floats)
    f64.set(state.doubles)
    replaced()
  }
  /** The arena in parts, which are views of it, and what is collected where that is plain data. */
  const inArena = (beside: Collected | undefined): Restorable =>
    restorable<unknown>(
      {
        snapshot: () => {
          idle()
          const [floats, doubles] = [f32.subarray(0, at.stateFloats), f64.subarray(0, at.stateDoubles)]
          const also = beside === undefined ? {} : { collected: beside.snapshot() }
          return { floats, doubles, random: place(), ...also }
        },
        check: (state) => {
          checkArena(state as ArenaSnapshot)
          beside?.check(owner, (state as ArenaSnapshot).collected)
        },
        restore: (state) => {
          restoreArena(state as ArenaSnapshot)
          beside?.restore((state as ArenaSnapshot).collected)
        },
      },
      plainFormat,
    )
  const state =
    collected?.state === undefined
      ? inArena(collected)
      : restorables({ arena: inArena(undefined), collected: collected.state })
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
    snapshot: () => {
      idle()
      return {
        floats: f32.slice(0, at.stateFloats),
        doubles: f64.slice(0, at.stateDoubles),
        random: place(),
        ...(collected === undefined ? {} : { collected: collected.snapshot() }),
      }
    },
    restore: (state) => {
      checkArena(state)
      collected?.check(owner, state.collected)
      restoreArena(state)
      collected?.restore(state.collected)
    },
    close: parts.close,
  }
}
