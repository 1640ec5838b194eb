/** The random number generator of a simulator's resets: the one in its options, until `reset(seed)` replaces it. */
import { checkRestored, checkSnapshot } from '../restored.js'
import { type RandomState, checkRandomState, isSeeded, seeded } from '../random.js'
import type { Random, Snapshots } from '../types.js'

/** The stream in use and the place in it; `state` is null for a stream of the caller that cannot save its place. */
export interface SimulatorRandomState {
  readonly source: 'given' | 'seed'
  readonly state: RandomState | null
}

/** A random number generator that can be replaced. */
export interface SimulatorRandom extends Snapshots<SimulatorRandomState> {
  /** The stream in use. */
  random(): Random
  /** Switches to the stream of `seed`; the caller's stream is not drawn from any more. */
  reseed(seed: number): void
}

/**
 * Refuses a value that is not a state of a simulator's random numbers.
 *
 * Fails: RangeError that begins with `owner` and names the field.
 */
export const checkSimulatorRandom = (owner: string, saved: SimulatorRandomState): void => {
  checkSnapshot(`${owner}: random`, saved)
  const { source, state } = saved
  checkRestored({ owner, field: 'random.source' }, source, "'given' or 'seed'", source === 'given' || source === 'seed')
  if (state !== null) checkRandomState(`${owner}: random.state of a snapshot`, state)
}

/**
 * A random number generator that begins as `given`; `stream` names the stream that a seed puts in its place. The default is
 * 'environment'.
 *
 * Memory: a snapshot holds the place in the stream in use. Restoring a snapshot of `given` moves `given` itself, for all parts that
 * share it; a snapshot of a seed's stream continues in a stream of its own.
 */
export const simulatorRandom = (given: Random, stream = 'environment'): SimulatorRandom => {
  const streamOfSeed = (seed: number) => seeded(seed)(stream)
  let current = given
  return {
    random: () => current,
    reseed: (seed) => {
      current = streamOfSeed(seed)
    },
    snapshot: () => ({
      source: current === given ? 'given' : 'seed',
      state: isSeeded(current) ? current.snapshot() : null,
    }),
    restore: (saved) => {
      checkSimulatorRandom('random', saved)
      const { source, state } = saved
      // The seed of the stream does not matter: the state determines all of its numbers.
      const next = source === 'given' ? given : streamOfSeed(0)
      if (state !== null && isSeeded(next)) next.restore(state)
      current = next
    },
  }
}

/** One draw, uniform from -bound up to bound. */
export const uniformWithin = (bound: number, random: Random): number => bound * (2 * random.uniform() - 1)
