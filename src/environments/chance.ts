/** The chance behind a simulator's resets: the stream that it was handed, until a seed puts another in its place. */
import { checkRestored, checkSnapshot } from '../restored.js'
import { type RandomState, checkRandomState, isSeeded, seeded } from '../random.js'
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

/**
 * Refuses what is no state of a simulator's chance.
 *
 * Fails: RangeError that begins with `owner` and names the field.
 */
export const checkChance = (owner: string, chance: ChanceState): void => {
  checkSnapshot(`${owner}: chance`, chance)
  const { source, state } = chance
  checkRestored({ owner, field: 'chance.source' }, source, "'given' or 'seed'", source === 'given' || source === 'seed')
  if (state !== null) checkRandomState(`${owner}: chance.state of a snapshot`, state)
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
    restore: (chance) => {
      checkChance('chance', chance)
      const { source, state } = chance
      // Which seed the stream began with does not matter: the state is all there is to it.
      const next = source === 'given' ? given : ofSeed(0)
      if (state !== null && isSeeded(next)) next.restore(state)
      current = next
    },
  }
}

/** One draw, uniform from -bound up to bound. */
export const uniformWithin = (bound: number, random: Random): number => bound * (2 * random.uniform() - 1)
