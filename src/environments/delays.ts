/** After how many steps actions take effect: a fixed number, or one that is drawn. */
import { checkRandom } from '../random.js'
import { checkRestored } from '../restored.js'
import type { Random } from '../types.js'
import { type SimulatorRandomState, checkSimulatorRandom, simulatorRandom } from './simulatorRandom.js'

/** Delays that are drawn. */
export interface DelayDistribution {
  /** Component k is the probability of a delay of k steps; together 1, to 1e-9. */
  readonly probabilities: readonly number[]
  /** Whether one delay is drawn for each action (`step`), or one for all actions of an episode (`episode`). The default is `step`. */
  readonly per?: 'step' | 'episode'
  /** The random numbers behind the delays, until `reset(seed)` replaces them. */
  readonly random: Random
}

/** A source of delays; it draws one number per delay. */
export interface Delays {
  /** The longest delay, in steps. */
  readonly most: number
  /** The delay of the first action of an episode, from the stream of a seed if there is one. */
  begin(seed?: number): number
  /** The delay of the action after one of delay `last`. */
  follow(last: number): number
  /** The place in the stream of random numbers; null for a fixed delay. */
  snapshot(): SimulatorRandomState | null
  /** Refuses what is not the delay of a next action and a place in the stream. Fails: RangeError that begins with `owner`. */
  check(owner: string, delay: unknown, random: SimulatorRandomState | null): void
  /** Puts a place back that `check` has accepted. */
  restore(random: SimulatorRandomState | null): void
}

/**
 * The delays of a fixed number of steps or of a distribution.
 *
 * Numbers: one uniform draw u per delay, which is the first k with u < p(0) + ... + p(k).
 * Fails: RangeError for a number that is not an integer from 0 up, for probabilities that are negative or do not sum to 1, and for an
 * unknown `per`; TypeError for no distribution and no random numbers.
 */
export const delaysOf = (owner: string, delay: number | DelayDistribution): Delays => {
  if (typeof delay === 'number') return fixed(owner, delay)
  if (typeof delay !== 'object' || delay === null || !Array.isArray(delay.probabilities)) {
    throw new TypeError(
      `${owner}: expected a number of steps or a distribution with probabilities, got ${String(delay)}`,
    )
  }
  return drawn(owner, delay)
}

const fixed = (owner: string, steps: number): Delays => {
  if (!(Number.isSafeInteger(steps) && steps >= 0)) {
    throw new RangeError(`${owner}: expected a delay of an integer from 0 up, got ${steps}`)
  }
  return {
    most: steps,
    begin: () => steps,
    follow: () => steps,
    snapshot: () => null,
    check: (snapshotOwner, delay, random) => {
      checkRestored(
        { owner: snapshotOwner, field: 'delay' },
        delay,
        `null or ${steps}`,
        delay === null || delay === steps,
      )
      checkRestored({ owner: snapshotOwner, field: 'random' }, random, 'null, of a fixed delay', random === null)
    },
    restore: () => {},
  }
}

const drawn = (owner: string, { probabilities, per = 'step', random }: DelayDistribution): Delays => {
  checkProbabilities(owner, probabilities)
  if (per !== 'step' && per !== 'episode') {
    throw new RangeError(`${owner}: expected per to be 'step' or 'episode', got ${String(per)}`)
  }
  checkRandom(owner, 'random', random, 'delays')
  const source = simulatorRandom(random, 'delays')
  const most = probabilities.findLastIndex((probability) => probability > 0)
  const draw = (): number => {
    const u = source.random().uniform()
    let sum = 0
    for (let k = 0; k < most; k++) {
      sum += probabilities[k]
      if (u < sum) return k
    }
    return most
  }
  return {
    most,
    begin: (seed) => {
      if (seed !== undefined) source.reseed(seed)
      return draw()
    },
    follow: (last) => (per === 'episode' ? last : draw()),
    snapshot: () => source.snapshot(),
    check: (snapshotOwner, delay, state) => {
      const isDelay = delay === null || (typeof delay === 'number' && probabilities[delay] > 0)
      checkRestored({ owner: snapshotOwner, field: 'delay' }, delay, 'null or a delay that can be drawn', isDelay)
      // Null is refused as well.
      checkSimulatorRandom(snapshotOwner, state as SimulatorRandomState)
    },
    restore: (state) => {
      if (state !== null) source.restore(state)
    },
  }
}

const checkProbabilities = (owner: string, probabilities: readonly number[]): void => {
  let sum = 0
  for (const [k, probability] of probabilities.entries()) {
    // Written so that NaN fails too.
    if (!(probability >= 0)) {
      throw new RangeError(`${owner}: expected probabilities[${k}] to be a number from 0 up, got ${probability}`)
    }
    sum += probability
  }
  if (!(Math.abs(sum - 1) <= 1e-9)) {
    throw new RangeError(`${owner}: expected probabilities that sum to 1, got ${sum}`)
  }
}
