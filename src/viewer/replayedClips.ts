/** Episodes that are made when a page asks for them. */
import type { VisibleModel } from '../environments/mujoco/visibleScene.js'
import type { Clip } from './clip.js'
import { packedClip } from './packed.js'
import type { ClipSource } from './viewer.js'

/** Most clips that are kept for pages that are loaded later, where there is no end of them. */
const MOST_KEPT = 8

/** Options of `replayedClips`. */
export interface ReplayOptions {
  readonly model: VisibleModel
  /** Plays the next episode. */
  play(): Promise<Clip>
  /** Episodes that are played, which then come again from the first; Infinity for no end. */
  readonly episodes: number
}

/**
 * The episodes of a policy, one after another: a page that is loaded begins with the oldest one that is kept.
 *
 * Memory: the messages of so many episodes, or of the newest 8 where there is no end.
 */
export const replayedClips = ({ model, play, episodes }: ReplayOptions): ClipSource => {
  let played = 0
  const kept: { readonly number: number; readonly json: string }[] = []
  let under: Promise<void> = Promise.resolve()
  const playNext = async (): Promise<void> => {
    const clip = await play()
    played += 1
    kept.push({ number: clip.number, json: JSON.stringify(packedClip(model, clip)) })
    if (episodes === Infinity && kept.length > MOST_KEPT) kept.shift()
  }
  const following = (number: number) => kept.find((clip) => clip.number > number)
  return {
    after: async (number) => {
      // One at a time: two pages may ask for the same episode.
      const next = under.then(async () => {
        if (following(number) === undefined && played < episodes) await playNext()
      })
      under = next.catch(() => undefined)
      await next
      return (following(number) ?? kept[0]).json
    },
  }
}
