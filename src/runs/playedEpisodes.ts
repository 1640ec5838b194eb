/** Episodes that are played to be seen. */
import { lastValueFrom } from 'rxjs'
import { drive } from '../drivers/drive.js'
import { seededEpisodes } from '../environments/seededEpisodes.js'
import { seeded } from '../random.js'
import type { Spec, Vector } from '../types.js'
import type { Clip } from '../viewer/clip.js'
import { recordedSimulator } from '../viewer/recordedSimulator.js'
import { type Act, evaluationEpisodes } from './evaluation.js'
import type { PlainActions } from './plainActions.js'
import type { VisibleSimulator } from './visibleTask.js'

/** What acts where no policy does: draws of the stream `actions` of a seed, uniform between the bounds of each component, or zeros. */
export const plainAct = (kind: PlainActions, { action }: Spec, seed: number): Act => {
  const { uniform } = seeded(seed)('actions')
  const drawn = (low: number, high: number): number =>
    Number.isFinite(low) && Number.isFinite(high) ? low + (high - low) * uniform() : 2 * uniform() - 1
  return (): Vector =>
    Float64Array.from({ length: action.size }, (_, i) => (kind === 'zeros' ? 0 : drawn(action.low[i], action.high[i])))
}

/** Plays episodes one after another. */
export interface PlayedEpisodes {
  /** Plays the next episode to its end; null if `stop` was called meanwhile. */
  play(): Promise<Omit<Clip, 'about'> | null>
  stop(): Promise<void>
  /** Frees the simulator. */
  close(): void
}

/** The episodes in which `act` acts. The k-th begins as the k-th of `rivulet evaluate` with the same seed. */
export const playedEpisodes = ({ simulator, scene }: VisibleSimulator, act: Act, seed: number): PlayedEpisodes => {
  let newest: Omit<Clip, 'about'> | null = null
  const recorded = recordedSimulator(seededEpisodes(simulator, seed), scene, {
    isWanted: () => true,
    take: (clip) => {
      newest = clip
    },
  })
  const world = drive(recorded)
  return {
    play: async () => {
      newest = null
      await lastValueFrom(evaluationEpisodes(world, act, 1), { defaultValue: null })
      return newest
    },
    stop: () => world.stop(),
    close: () => world.close(),
  }
}
