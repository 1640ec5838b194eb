/** A stretch of a stream that PPO learns from (Schulman et al. 2017): collected step by step, then gone through in shuffled minibatches. */
import { sized } from '../../checks.js'
import type { Random, Vector } from '../../types.js'
import type { Collected } from './arenaState.js'
import { generalizedAdvantages } from '../equations/generalizedAdvantages.js'
import { checkRow, type Column, writeRow } from './columns.js'
import type { InputSpec } from './input.js'
import { type RolloutColumns, rolloutState } from './rolloutState.js'

/** How long a rollout is, and how it is divided. */
export interface RolloutSpec {
  readonly steps: number
  /** Minibatches of an epoch, which divide the steps. */
  readonly minibatches: number
  readonly observation: InputSpec
  readonly action: InputSpec
}

/** Bytes that a rollout takes. */
export const rolloutBytes = ({ steps, observation, action }: RolloutSpec): number =>
  steps * (4 * (observation.size + action.size + 1) + 8 * 6) + 8

/** A step as it is collected, all of it by the weights that decided. */
export interface RolloutStep {
  readonly observation: Vector
  readonly action: Vector
  readonly logProbability: number
  /** V(o). */
  readonly value: number
  readonly reward: number
  /** γ, and 0 where nothing of the next step counts for this one, as at the end of an episode. */
  readonly discount: number
}

/** A rollout. What it saves of itself are the steps that it holds; a refused update takes out the step that it collected. */
export interface Rollout extends Required<Omit<Collected, 'state'>> {
  readonly observation: Column
  readonly action: Column
  /** One number a step; the last two are filled by `finish`. */
  readonly logProbabilities: Float64Array
  readonly values: Float64Array
  readonly advantages: Float64Array
  /** Of the values: advantage and value. */
  readonly targets: Float64Array
  /** Steps collected. */
  readonly size: number
  readonly isFull: boolean
  /**
   * Takes a step in.
   *
   * Fails: RangeError for a vector of another size and for a rollout that is full, NotFiniteError for a number that is not finite or
   * larger than `LARGEST`; the rollout holds what it held then.
   */
  add(step: RolloutStep): void
  /**
   * Works out advantages and targets of a rollout that is full, and puts its steps into their order; `lastValue` is that of the
   * observation after the last step, and of no account where the last discount is 0.
   *
   * Fails: RangeError for a rollout that is not full.
   */
  finish(lastValue: number, traceDecay: number): void
  /** Shuffles the steps (Fisher and Yates) for the next epoch: for i from the last down to 1, swaps i and ⌊u (i + 1)⌋ with u from `random.uniform`. */
  shuffle(random: Random): void
  /** The steps of each minibatch in the present order: views that a shuffle changes. */
  readonly minibatches: readonly Int32Array[]
  /** Begins anew, with no step. */
  clear(): void
}

/**
 * Makes an empty rollout; `owner` is the learner that it belongs to, by whose name it refuses.
 *
 * Fails: RangeError for minibatches that do not divide the steps.
 */
export const rollout = (owner: string, spec: RolloutSpec): Rollout => {
  const { steps, minibatches: count } = spec
  if (!(Number.isSafeInteger(steps) && Number.isSafeInteger(count) && count > 0 && steps > 0 && steps % count === 0)) {
    throw new RangeError(`${owner}: a rollout must be of steps that its minibatches divide, got ${steps} and ${count}`)
  }
  const column = (of: InputSpec): Column => ({ spec: of, values: new Float32Array(steps * of.size) })
  const observation = column(spec.observation)
  const action = column(spec.action)
  const logProbabilities = new Float64Array(steps)
  const rewards = new Float64Array(steps)
  const discounts = new Float64Array(steps)
  const values = new Float64Array(steps + 1)
  const advantages = new Float64Array(steps)
  const targets = new Float64Array(steps)
  const order = new Int32Array(steps)
  const length = steps / count
  let size = 0
  const columns: RolloutColumns = {
    observations: { values: observation.values, width: spec.observation.size },
    actions: { values: action.values, width: spec.action.size },
    logProbabilities: { values: logProbabilities, width: 1 },
    values: { values, width: 1 },
    rewards: { values: rewards, width: 1 },
    discounts: { values: discounts, width: 1 },
  }
  return {
    ...rolloutState(steps, columns, {
      get: () => size,
      set: (restored) => void (size = restored),
    }),
    observation,
    action,
    logProbabilities,
    values,
    advantages,
    targets,
    minibatches: Array.from({ length: count }, (_, m) => order.subarray(m * length, (m + 1) * length)),
    get size() {
      return size
    },
    get isFull() {
      return size === steps
    },
    add: (step) => {
      if (size === steps) throw new RangeError(`${owner}: a rollout of ${steps} steps is full`)
      checkRow(owner, observation, step.observation, 'observation')
      checkRow(owner, action, step.action, 'action')
      logProbabilities[size] = sized('logProbability', step.logProbability)
      values[size] = sized('value', step.value)
      rewards[size] = sized('reward', step.reward)
      discounts[size] = step.discount
      writeRow(observation, size, step.observation)
      writeRow(action, size, step.action)
      size++
    },
    finish: (lastValue, traceDecay) => {
      if (size < steps) throw new RangeError(`${owner}: a rollout of ${steps} steps has ${size} yet`)
      values[steps] = lastValue
      generalizedAdvantages(rewards, discounts, values, traceDecay, advantages)
      for (let t = 0; t < steps; t++) {
        targets[t] = advantages[t] + values[t]
        order[t] = t
      }
    },
    shuffle: (random) => {
      for (let i = steps - 1; i > 0; i--) {
        const j = Math.floor(random.uniform() * (i + 1))
        const at = order[i]
        order[i] = order[j]
        order[j] = at
      }
    },
    clear: () => {
      size = 0
    },
  }
}
