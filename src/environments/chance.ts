/** The chance behind a simulator's resets: the stream that it was handed, until a seed puts another in its place. */
import { type RandomState, isSeeded, seeded } from '../random.js'
import type { Random, Snapshots } from '../types.js'

/** Which stream was in use and where in it; `state` is null for a stream that was handed in and cannot save its place. */
export interface ChanceState {
  readonly source: 'given' | 'seed'
  readonly state: RandomState | null
}

/** A source of chance that can be replaced. */
export interface Chance extends Snapshots<ChanceState> {
  /** The stream in use. */
  random(): Random
  /** Takes the stream that `seed` decides from here on; the one that was handed in is not drawn from any more. */
  reseed(seed: number): void
}

const ofSeed = (seed: number) => seeded(seed)('environment')

/**
 * Chance that begins with `given`.
 *
 * Memory: a snapshot holds the place in the stream in use. Restoring one of `given`'s moves `given` itself, which whoever
 * shares it will notice; one of a seed's goes on in a stream of its own.
 */
export const chanceFrom = (given: Random): Chance => {
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
    restore: ({ source, state }) => {
      // Which seed the stream began with does not matter: the state is all there is to it.
      current = source === 'given' ? given : ofSeed(0)
      if (state !== null && isSeeded(current)) current.restore(state)
    },
  }
}

/** One draw, uniform from -bound up to bound. */
export const uniformWithin = (bound: number, random: Random): number => bound * (2 * random.uniform() - 1)
