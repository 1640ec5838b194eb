/** A simulator whose episodes begin from seeds of their own, so that evaluations repeat. */
import { checkRestored, checkSnapshot } from '../restored.js'
import { checkRandomState, type RandomState, seeded } from '../random.js'
import type { SavableSimulator } from '../types.js'

/** Which episode is next, and the simulator itself. */
export interface SeededEpisodesSnapshot {
  /** The name of its spec. */
  readonly task: string
  /** The place in the stream of seeds. */
  readonly seeds: RandomState
  /** The snapshot of the simulator itself. */
  readonly simulator: unknown
}

/** A simulator with seeded episodes. */
export interface SeededEpisodesSimulator extends SavableSimulator {
  snapshot(): SeededEpisodesSnapshot
  restore(state: SeededEpisodesSnapshot): void
}

const SEEDS = 4294967296

/**
 * The same simulator, whose k-th episode is the same for the same `seed`, whatever happened in the episodes before: `reset()` resets it with the
 * next seed of the stream `episodes` of the seed. `reset(seed)` is passed on, and takes no seed from the stream. The simulator is called through
 * the result alone from here on.
 *
 *     const world = drive(seededEpisodes(await simulator('Hopper-v4', { random: seeded(2)('environment') }), 2))
 *
 * Memory: the place in the stream of seeds; part of the snapshot, with the simulator's own.
 * Numbers: seeds are integers from 0 to 2^32 - 1.
 * Fails: RangeError for a seed that is not an integer from 0 to 2^53 - 1; later as the simulator does; RangeError for a snapshot that is none of
 * its own.
 */
export const seededEpisodes = (simulator: SavableSimulator, seed: number): SeededEpisodesSimulator => {
  const owner = 'seededEpisodes'
  const { spec } = simulator
  const seeds = seeded(seed)('episodes')
  return {
    spec,
    reset: (given) => simulator.reset(given ?? Math.floor(seeds.uniform() * SEEDS)),
    step: (action) => simulator.step(action),
    snapshot: () => ({ task: spec.name, seeds: seeds.snapshot(), simulator: simulator.snapshot() }),
    restore: (state) => {
      checkSnapshot(owner, state)
      checkRestored({ owner, field: 'task' }, state.task, spec.name, state.task === spec.name)
      checkRandomState(`${owner}: seeds of a snapshot`, state.seeds)
      simulator.restore(state.simulator)
      seeds.restore(state.seeds)
    },
    close: () => simulator.close(),
  }
}
