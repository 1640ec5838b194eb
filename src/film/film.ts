/** Makes a film of episodes, picture by picture. */
import type { VisibleModel } from '../environments/mujoco/visibleScene.js'
import type { Clip } from '../viewer/clip.js'
import { followedTarget, viewpointOf } from '../viewer/viewpoint.js'
import { apng } from './apng.js'
import type { FilmWriter } from './filmWriter.js'
import { gif } from './gif.js'
import { renderer } from './renderer.js'
import { type Shot, shotsOf, type Timing } from './shots.js'

/** Options of `film`. */
export interface FilmOptions extends Timing {
  readonly format: 'gif' | 'apng'
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Whether contacts are shown. */
  readonly contacts: boolean
}

/** A film that is made one picture at a time, so that others have their turn between two of them. */
export interface Film {
  /** How many pictures it has. */
  readonly length: number
  /** Draws the next picture. */
  shoot(): void
  /** The bytes of the file, once all pictures are drawn. */
  finish(): Uint8Array
}

/** Pictures from whose colors those of a GIF are chosen. */
const SAMPLES = 6

/** Draws a picture of a shot; each episode has a camera of its own, which follows the robot. */
const cameraman = (model: VisibleModel, clips: readonly Clip[], options: FilmOptions) => {
  const cameras = clips.map(({ frames, sizes }) => {
    const viewpoint = viewpointOf(model, frames, sizes)
    const { width, height, contacts } = options
    return { viewpoint, first: frames[0], draw: renderer(model, sizes, { width, height, contacts, viewpoint }) }
  })
  return ({ clip, frame }: Shot): Uint8ClampedArray => {
    const { viewpoint, first, draw } = cameras[clip]
    const shown = clips[clip].frames[frame]
    return draw(shown, followedTarget(viewpoint, first, shown))
  }
}

/**
 * A film of episodes one after another.
 *
 * Memory: the compressed pictures so far, and of a GIF 6 whole ones at the beginning.
 */
export const film = async (model: VisibleModel, clips: readonly Clip[], options: FilmOptions): Promise<Film> => {
  const { format, width, height, fps } = options
  const shots = shotsOf(clips, options)
  const draw = cameraman(model, clips, options)
  const writer: FilmWriter =
    format === 'apng'
      ? await apng(width, height, fps)
      : await gif(
          width,
          height,
          fps,
          Array.from({ length: SAMPLES }, (_, i) => draw(shots[Math.floor((i * shots.length) / SAMPLES)]).slice()),
        )
  let next = 0
  return {
    length: shots.length,
    shoot: () => {
      writer.add(draw(shots[next]))
      next += 1
    },
    finish: writer.finish,
  }
}
