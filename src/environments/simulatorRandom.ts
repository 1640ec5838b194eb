/** The random numbers behind a simulator's resets: the stream that it was handed, until a seed puts another in its place. */
import { checkRestored, checkSnapshot } from '../restored.js'
import { type RandomState, checkRandomState, isSeeded, seeded } from '../random.js'
import type { Random, Snapshots } from '../types.js'

/** Which stream was in use and where in it; `state` is null for a stream that was handed in and cannot save its place. */
export interface SimulatorRandomState {
  readonly source: 'given' | 'seed'
  readonly state: RandomState | null
}

/** A random number generator that can be replaced. */
export interface SimulatorRandom extends Snapshots<SimulatorRandomState> {
  /** The stream in use. */
  random(): Random
  /** Takes the stream that `seed` decides from here on; the one that was handed in is not drawn from any more. */
  reseed(seed: number): void
}

/**
 * Refuses what is no state of a simulator's random numbers.
 *
 * Fails: RangeError that begins with `owner` and names the field.
 */
export const checkSimulatorRandom = (owner: string, saved: SimulatorRandomState): void => {
  checkSnapshot(`${owner}: random`, saved)
  const { source, state } = saved
  checkRestored({ owner, field: 'random.source' }, source, "'given' or 'seed'", source === 'given' || source === 'seed')
  if (state !== null) checkRandomState(`${owner}: random.state of a snapshot`, state)
}

const ofSeed = (seed: number) => seeded(seed)('environment')

/**
 * A random number generator that begins as `given`.
 *
 * Memory: a snapshot holds the place in the stream in use. Restoring one of `given`'s moves `given` itself, for all
 * that share it; one of a seed's goes on in a stream of its own.
 */
export const simulatorRandom = (given: Random): SimulatorRandom => {
  let current = given
  return {
    random: () => current,
    reseed: (seed) => {
      current = ofSeed(seed)
    },
    snapshot: () => ({
      source: current === given ? 'given' : 'seed',
      state: isSeeded(current) ? current.snapshot() : null,
    }),
    restore: (saved) => {
      checkSimulatorRandom('random', saved)
      const { source, state } = saved
      // Which seed the stream began with does not matter: the state is all there is to it.
      const next = source === 'given' ? given : ofSeed(0)
      if (state !== null && isSeeded(next)) next.restore(state)
      current = next
    },
  }
}

/** One draw, uniform from -bound up to bound. */
export const uniformWithin = (bound: number, random: Random): number => bound * (2 * random.uniform() - 1)
