/** Which frames of some episodes a film shows. */
import type { Clip } from '../viewer/clip.js'

/** One picture of a film. */
export interface Shot {
  /** The place of the episode in the list. */
  readonly clip: number
  /** The frame of the episode. */
  readonly frame: number
}

/** How time passes in a film. */
export interface Timing {
  /** Seconds between two frames of an episode. */
  readonly stepSeconds: number
  /** Pictures of one second, which is as long as in the simulation. */
  readonly fps: number
  /** Seconds after which the film ends, if the episodes do not end before. */
  readonly seconds: number
}

/** Far less than a frame. */
const SMALL = 1e-6

/** The shots of a film of episodes one after another: at each of its times the nearest frame. */
export const shotsOf = (
  clips: readonly Pick<Clip, 'frames'>[],
  { stepSeconds, fps, seconds }: Timing,
): readonly Shot[] => {
  const all = clips.flatMap(({ frames }, clip) => {
    const last = frames.length - 1
    // The small part makes up for quotients that come out a little too small.
    const pictures = Math.floor(last * stepSeconds * fps + SMALL) + 1
    return Array.from({ length: pictures }, (_, i) => ({
      clip,
      frame: Math.min(last, Math.round(i / fps / stepSeconds + SMALL)),
    }))
  })
  return all.slice(0, Math.max(1, Math.round(seconds * fps)))
}
