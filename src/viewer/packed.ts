/** Makes the messages of a viewer. */
import type { VisibleModel } from '../environments/mujoco/visibleScene.js'
import type { Clip } from './clip.js'
import { colorsOf } from './colors.js'
import type { ClipMessage, PackedArray, SceneMessage } from './messages.js'
import { viewpointOf } from './viewpoint.js'

const base64 = ({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): PackedArray =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

const concatenated = (arrays: readonly Float32Array[]): Float32Array => {
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const each of arrays) {
    all.set(each, at)
    at += each.length
  }
  return all
}

/** The message about a model. */
export const packedScene = (
  model: VisibleModel,
  more: Pick<SceneMessage, 'title' | 'stepSeconds' | 'isLive'>,
): SceneMessage => ({
  ...more,
  shapes: model.shapes,
  meshes: model.meshes.map(({ vertices, faces }) => ({ vertices: base64(vertices), faces: base64(faces) })),
  heightFields: model.heightFields.map(({ heights, ...field }) => ({ ...field, heights: base64(heights) })),
  colors: colorsOf(model),
})

/** The message of an episode. */
export const packedClip = (
  model: VisibleModel,
  { number, about, rewards, ending, sizes, frames }: Clip,
): ClipMessage => {
  const viewpoint = viewpointOf(model, frames, sizes)
  const { follows } = viewpoint
  return {
    number,
    about,
    rewards,
    ending,
    viewpoint,
    sizes: base64(sizes),
    poses: base64(concatenated(frames.map(({ poses }) => poses))),
    followed: base64(concatenated(frames.map(({ bodies }) => bodies.subarray(3 * follows, 3 * follows + 3)))),
    contacts: base64(concatenated(frames.map(({ contacts }) => contacts))),
    contactCounts: frames.map(({ contacts }) => contacts.length / 6),
  }
}
