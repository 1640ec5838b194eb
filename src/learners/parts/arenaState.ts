/** How a learner in an arena is saved and put back: as a copy of all its numbers, and in parts that are views of them. */
import type { Arena } from '../../kernels/arena.js'
import { isSeeded, type RandomState } from '../../random.js'
import { plainFormat } from '../../state/formats.js'
import { restorable } from '../../state/restorable.js'
import { restorables } from '../../state/restorables.js'
import type { Random, Restorable, SnapshotOptions } from '../../types.js'
import { type ArenaSnapshot, checkArenaSnapshot, type StateSizes } from './arenaSnapshot.js'

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
  /** Whether it is a replay buffer, which is no part of what was learnt. The default is false. */
  readonly isReplay?: boolean
}

/** Where the numbers of such a learner stand. */
export interface ArenaStateParts {
  /** Whose errors these are: `avg`. */
  readonly owner: string
  readonly at: StateSizes
  readonly memory: Arena
  /** The source of all draws, whose place is saved with the learner. */
  readonly random: Random
  readonly collected?: Collected
  /** Refuses doubles of a snapshot that no learner leaves behind, at all or with these floats. */
  checkDoubles(owner: string, doubles: ArrayLike<number>, floats: ArrayLike<number>): void
  /** Takes over lent weights, and returns when all work that was started is done. */
  settle(): void
  /** The same, of weights that are about to be overwritten. */
  discard(): void
  /** Says that weights and state were replaced. */
  replaced(): void
}

/** The state of such a learner. */
export interface ArenaState {
  /** Everything that it remembers, in parts: views of its memory, and a replay buffer in pieces. */
  readonly state: Restorable
  /** A copy of the whole state, or of what was learnt. A replay buffer counts with all that it holds, which `state` does not copy. */
  snapshot(options?: SnapshotOptions): ArenaSnapshot
  restore(state: ArenaSnapshot, options?: SnapshotOptions): void
}

/** Makes the state of a learner; its step sizes are not scaled at first. */
export const arenaState = (parts: ArenaStateParts): ArenaState => {
  const { owner, at, memory, random, collected, settle, discard, replaced } = parts
  const { f32, f64 } = memory
  f64[at.stepScale] = 1
  const place = (): RandomState | null => (isSeeded(random) ? random.snapshot() : null)
  const scale = (): Pick<ArenaSnapshot, 'stepSizeScale'> =>
    f64[at.stepScale] === 1 ? {} : { stepSizeScale: f64[at.stepScale] }
  const check = (state: ArenaSnapshot, beside: Collected | undefined): void => {
    checkArenaSnapshot(owner, at, state, parts.checkDoubles)
    beside?.check(owner, state.collected)
  }
  const overwrite = (state: ArenaSnapshot, beside: Collected | undefined, isAll: boolean): void => {
    // First of all, since a random number generator of the caller's own may refuse its place.
    if (state.random !== null && isSeeded(random)) random.restore(state.random)
    discard()
    f32.set(state.floats)
    f64.set(state.doubles)
    if (isAll) f64[at.stepScale] = state.stepSizeScale ?? 1
    beside?.restore(state.collected)
    replaced()
  }
  /** The arena in parts, which are views of it, and what is collected where that is plain data. */
  const inArena = (beside: Collected | undefined): Restorable =>
    restorable<unknown>(
      {
        snapshot: () => {
          settle()
          const [floats, doubles] = [f32.subarray(0, at.stateFloats), f64.subarray(0, at.stateDoubles)]
          const also = beside === undefined ? {} : { collected: beside.snapshot() }
          return { floats, doubles, random: place(), ...also, ...scale() }
        },
        check: (state) => check(state as ArenaSnapshot, beside),
        restore: (state) => overwrite(state as ArenaSnapshot, beside, true),
      },
      plainFormat,
    )
  /** What was collected, as far as a snapshot has it. */
  const savedWith = (options?: SnapshotOptions): Collected | undefined =>
    options?.of === 'learnt' && collected?.isReplay === true ? undefined : collected
  return {
    state:
      collected?.state === undefined
        ? inArena(collected)
        : restorables({ arena: inArena(undefined), collected: collected.state }),
    snapshot: (options) => {
      settle()
      const isAll = options?.of !== 'learnt'
      const beside = savedWith(options)
      return {
        floats: f32.slice(0, at.stateFloats),
        doubles: f64.slice(0, at.stateDoubles),
        random: isAll ? place() : null,
        ...(beside === undefined ? {} : { collected: beside.snapshot() }),
        ...(isAll ? scale() : {}),
      }
    },
    restore: (state, options) => {
      const beside = savedWith(options)
      check(state, beside)
      overwrite(state, beside, options?.of !== 'learnt')
    },
  }
}
