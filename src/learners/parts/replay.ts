/**
 * A replay buffer (Lin 1992): the latest transitions in a ring of typed arrays, outside of a learner's arena, since a million of
 * Humanoid's take 3.1 GB.
 */
import { availableMemory } from '#host'
import { isSized, sized } from '../../checks.js'
import { checkRestored, checkRestoredVector, checkSnapshot } from '../../restored.js'
import type { Restorable, Transition } from '../../types.js'
import { checkRow, type Column, writeRow } from './columns.js'
import type { InputSpec } from './input.js'
import { replayPieces } from './replayPieces.js'

/** What a buffer holds, and how much of it. */
export interface ReplaySpec {
  /** Transitions that it holds; a further one takes the place of the oldest. */
  readonly capacity: number
  readonly observation: InputSpec
  readonly action: InputSpec
  /** In which observations, actions and rewards are kept; the default is `float32`, as published code has it. */
  readonly precision?: 'float32' | 'float64'
  /** Bytes that it may take at most; the default is what the host says that is free, and no bound where it does not say. */
  readonly available?: number
}

/**
 * Bytes that a buffer takes, all of which are taken when it is made. It has one row more than it holds transitions: the latest one never
 * overwrites what would have to come back if it were taken out again.
 */
export const replayBytes = ({ capacity, observation, action, precision = 'float32' }: ReplaySpec): number =>
  (capacity + 1) * ((2 * observation.size + action.size + 1) * (precision === 'float32' ? 4 : 8) + 1)

/** Numbers of a buffer, in its precision. */
export type ReplayNumbers = Float32Array | Float64Array

/** A copy of the transitions that a buffer holds, row behind row from the oldest to the latest. Where they stood does not matter. */
export interface ReplaySnapshot {
  readonly capacity: number
  /** Shape `[rows, observation.size]`. */
  readonly observation: ReplayNumbers
  /** Shape `[rows, action.size]`. */
  readonly action: ReplayNumbers
  /** Shape `[rows, observation.size]`. */
  readonly nextObservation: ReplayNumbers
  /** Shape `[rows]`. */
  readonly rewards: ReplayNumbers
  /** Shape `[rows]`: 0 or 1. */
  readonly terminated: Uint8Array
}

/** A replay buffer. */
export interface Replay {
  /** What it holds is experience, which a rollback keeps. */
  readonly isReplay: true
  readonly capacity: number
  readonly bytes: number
  /** Transitions that it holds. */
  readonly size: number
  /** Where the oldest of them stands. */
  readonly oldest: number
  readonly observation: Column
  readonly action: Column
  readonly nextObservation: Column
  /** A reward for each row. */
  readonly rewards: ReplayNumbers
  /** 1 for each row that the task ended with, else 0. A truncated one is bootstrapped from, so that it counts as 0. */
  readonly terminated: Uint8Array
  /**
   * Takes a transition in. `nextObservation` is the last one of its episode where the step was truncated, never the first of the next.
   *
   * Fails: RangeError for a vector of another size, NotFiniteError for a number that is not finite or larger than `LARGEST`; the buffer
   * holds what it held then.
   */
  add(transition: Transition): void
  /** Marks what is held as it is now, for `takeBack`. */
  begin(): void
  /** Takes the transition that was added since `begin` out again, and puts what it displaced back. Not for more than one. */
  takeBack(): void
  /**
   * Chooses rows by uniform numbers, each as likely as the others and the same one perhaps again: a number u for each in turn, which
   * chooses the ⌊u · size⌋th of those that are held, the oldest first. Writes where they stand.
   *
   * Fails: RangeError for an empty buffer.
   */
  choose(uniforms: Float64Array, chosen: Int32Array): void
  /** What is held and where it stands, in pieces of 4 MiB of which a checkpoint takes those that changed (`replayPieces.ts`). */
  readonly state: Restorable
  /** A copy of what is held, and of no other row: as many bytes again. */
  snapshot(): ReplaySnapshot
  /**
   * Refuses a snapshot that no buffer of this capacity, these shapes and this precision leaves behind.
   *
   * Fails: RangeError that begins with `name` and says which field, what was expected and what came; nothing has changed.
   */
  check(name: string, state: unknown): void
  /** Puts a checked snapshot back: the same numbers are drawn from it as from the buffer that it was taken of. */
  restore(state: ReplaySnapshot): void
}

const gibibytes = (bytes: number): number => Number((bytes / 1073741824).toPrecision(3))

/**
 * Makes an empty buffer; `owner` is the learner that it belongs to, by whose name it refuses.
 *
 * Memory: `replayBytes(spec)`, at once and for good.
 * Fails: RangeError of one line, with the bytes that it would take, for a buffer that does not fit into memory.
 */
export const replay = (owner: string, spec: ReplaySpec): Replay => {
  const { capacity, precision = 'float32', available = availableMemory() } = spec
  if (!(Number.isSafeInteger(capacity) && capacity > 0)) {
    throw new RangeError(`${owner}: a replay buffer must hold a positive integer of transitions, got ${capacity}`)
  }
  const bytes = replayBytes(spec)
  const unfit = (why: string): RangeError =>
    new RangeError(
      `${owner}: a replay buffer of ${capacity} transitions takes ${gibibytes(bytes)} GiB, which ${why}; a smaller capacity takes less`,
    )
  if (bytes > available) throw unfit(`does not fit into the ${gibibytes(available)} GiB that are free`)
  /** A row more than is held: that of the latest transition that is not held any more. */
  const slots = capacity + 1
  const numbers = (count: number) => (precision === 'float32' ? new Float32Array(count) : new Float64Array(count))
  const column = (of: InputSpec): Column => ({ spec: of, values: numbers(slots * of.size) })
  const opened = () => ({
    observation: column(spec.observation),
    action: column(spec.action),
    nextObservation: column(spec.observation),
    rewards: numbers(slots),
    terminated: new Uint8Array(slots),
  })
  let columns: ReturnType<typeof opened>
  try {
    columns = opened()
  } catch (error) {
    throw unfit(`cannot be allocated: ${error instanceof Error ? error.message : String(error)}`)
  }
  const { observation, action, nextObservation, rewards, terminated } = columns

  let size = 0
  /** Where the next transition goes. */
  let next = 0
  const pieces = replayPieces({
    capacity,
    columns: {
      observation: { values: observation.values, width: spec.observation.size },
      action: { values: action.values, width: spec.action.size },
      nextObservation: { values: nextObservation.values, width: spec.observation.size },
      rewards: { values: rewards, width: 1 },
      terminated: { values: terminated, width: 1 },
    },
    getPlace: () => ({ size, next }),
    setPlace: (place) => void ({ size, next } = place),
  })
  /** The two of `begin`. */
  let [markedSize, markedNext] = [0, 0]
  const oldest = (): number => (next >= size ? next - size : next - size + slots)

  /** The rows that are held, the oldest first, from a column of `width` numbers a row. */
  const held = <Numbers extends ReplayNumbers | Uint8Array>(values: Numbers, width: number): Numbers => {
    const from = oldest()
    const upTo = Math.min(slots, from + size)
    const copy = new (values.constructor as new (count: number) => Numbers)(size * width)
    copy.set(values.subarray(from * width, upTo * width))
    copy.set(values.subarray(0, (size - (upTo - from)) * width), (upTo - from) * width)
    return copy
  }
  const columnOf = { observation, action, nextObservation }
  const named = ['observation', 'action', 'nextObservation'] as const

  return {
    isReplay: true,
    capacity,
    bytes,
    ...columns,
    get size() {
      return size
    },
    get oldest() {
      return oldest()
    },
    add: (transition) => {
      checkRow(owner, observation, transition.observation, 'observation')
      checkRow(owner, action, transition.sampled.action, 'action')
      checkRow(owner, nextObservation, transition.nextObservation, 'nextObservation')
      pieces.touch(next)
      rewards[next] = sized('reward', transition.reward)
      terminated[next] = transition.terminated ? 1 : 0
      writeRow(observation, next, transition.observation)
      writeRow(action, next, transition.sampled.action)
      writeRow(nextObservation, next, transition.nextObservation)
      next = next + 1 === slots ? 0 : next + 1
      if (size < capacity) size++
    },
    begin: () => {
      markedSize = size
      markedNext = next
    },
    takeBack: () => {
      size = markedSize
      next = markedNext
    },
    choose: (uniforms, chosen) => {
      if (size === 0) throw new RangeError(`${owner}: a replay buffer that holds nothing has nothing to draw`)
      const from = oldest()
      for (let r = 0; r < chosen.length; r++) {
        const at = from + Math.floor(uniforms[r] * size)
        chosen[r] = at < slots ? at : at - slots
      }
    },
    state: pieces.state,
    snapshot: () => ({
      capacity,
      observation: held(observation.values, observation.spec.size),
      action: held(action.values, action.spec.size),
      nextObservation: held(nextObservation.values, nextObservation.spec.size),
      rewards: held(rewards, 1),
      terminated: held(terminated, 1),
    }),
    check: (name, state) => {
      checkSnapshot(name, state)
      const given = state as Partial<ReplaySnapshot>
      const expect = (field: string, value: unknown, expected: string, holds: boolean): void =>
        checkRestored({ owner: name, field: `${field} of the replay buffer` }, value, expected, holds)
      expect('capacity', given.capacity, `${capacity}`, given.capacity === capacity)
      const rows = given.rewards?.length ?? 0
      expect('rewards', given.rewards, `numbers of ${capacity} rows at most`, rows <= capacity)
      const sizedColumn = (field: string, values: unknown, count: number): void => {
        const whole = { owner: name, field: `${field} of the replay buffer` }
        checkRestoredVector(whole, values, count)
        const is = values as ArrayLike<number>
        for (let i = 0; i < count; i++) {
          if (!isSized(is[i])) checkRestored(whole, is[i], 'numbers of a size of 1e18 at most', false)
        }
      }
      for (const field of named) sizedColumn(field, given[field], rows * columnOf[field].spec.size)
      sizedColumn('rewards', given.rewards, rows)
      const ends = given.terminated
      checkRestoredVector({ owner: name, field: 'terminated of the replay buffer' }, ends, rows)
      for (let r = 0; r < rows; r++) expect(`terminated[${r}]`, ends![r], '0 or 1', ends![r] === 0 || ends![r] === 1)
    },
    restore: (state) => {
      pieces.touchAll()
      size = state.rewards.length
      next = size
      for (const field of named) columnOf[field].values.set(state[field])
      rewards.set(state.rewards)
      terminated.set(state.terminated)
    },
  }
}
