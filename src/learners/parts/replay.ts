/**
 * A replay buffer (Lin 1992): the latest transitions in a ring of typed arrays, outside of a learner's arena, since a million of
 * Humanoid's take 3.1 GB.
 */
import { availableMemory } from '#host'
import { sized } from '../../checks.js'
import type { Random, Transition } from '../../types.js'
import { checkRow, type Column, writeRow } from './columns.js'
import type { InputSpec } from './input.js'

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

/** Bytes that a buffer takes, all of which are taken when it is made. */
export const replayBytes = ({ capacity, observation, action, precision = 'float32' }: ReplaySpec): number =>
  capacity * ((2 * observation.size + action.size + 1) * (precision === 'float32' ? 4 : 8) + 1)

/** A replay buffer. */
export interface Replay {
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
  readonly rewards: Float32Array | Float64Array
  /** 1 for each row that the task ended with, else 0. A truncated one is bootstrapped from, so that it counts as 0. */
  readonly terminated: Uint8Array
  /**
   * Takes a transition in. `nextObservation` is the last one of its episode where the step was truncated, never the first of the next.
   *
   * Fails: RangeError for a vector of another size, NotFiniteError for a number that is not finite or larger than `LARGEST`; the buffer
   * holds what it held then.
   */
  add(transition: Transition): void
  /**
   * Draws rows, each as likely as the others and the same one perhaps again: a number u from `random.uniform` for each in turn, which
   * chooses the ⌊u · size⌋th of those that are held, the oldest first. Writes where they stand.
   *
   * Fails: RangeError for an empty buffer.
   */
  draw(random: Random, chosen: Int32Array): void
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
  const numbers = (count: number) => (precision === 'float32' ? new Float32Array(count) : new Float64Array(count))
  const column = (of: InputSpec): Column => ({ spec: of, values: numbers(capacity * of.size) })
  const opened = () => ({
    observation: column(spec.observation),
    action: column(spec.action),
    nextObservation: column(spec.observation),
    rewards: numbers(capacity),
    terminated: new Uint8Array(capacity),
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
  return {
    capacity,
    bytes,
    ...columns,
    get size() {
      return size
    },
    get oldest() {
      return size < capacity ? 0 : next
    },
    add: (transition) => {
      checkRow(owner, observation, transition.observation, 'observation')
      checkRow(owner, action, transition.sampled.action, 'action')
      checkRow(owner, nextObservation, transition.nextObservation, 'nextObservation')
      rewards[next] = sized('reward', transition.reward)
      terminated[next] = transition.terminated ? 1 : 0
      writeRow(observation, next, transition.observation)
      writeRow(action, next, transition.sampled.action)
      writeRow(nextObservation, next, transition.nextObservation)
      next = next + 1 === capacity ? 0 : next + 1
      if (size < capacity) size++
    },
    draw: (random, chosen) => {
      if (size === 0) throw new RangeError(`${owner}: a replay buffer that holds nothing has nothing to draw`)
      const oldest = size < capacity ? 0 : next
      for (let r = 0; r < chosen.length; r++) {
        const at = oldest + Math.floor(random.uniform() * size)
        chosen[r] = at < capacity ? at : at - capacity
      }
    },
  }
}
