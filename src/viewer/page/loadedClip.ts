/** Messages of the server, with their arrays unpacked. */
import type { VisibleModel } from '../../environments/mujoco/visibleScene.js'
import type { ClipMessage, PackedArray, SceneMessage } from '../messages.js'

const bytesOf = (packed: PackedArray): ArrayBuffer => {
  const text = atob(packed)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes.buffer
}
const floats = (packed: PackedArray): Float32Array => new Float32Array(bytesOf(packed))

/** An episode, ready to be shown. */
export interface LoadedClip extends Pick<ClipMessage, 'number' | 'about' | 'ending' | 'viewpoint'> {
  /** Frames. */
  readonly length: number
  /** Shape `[shapes, 3]`. */
  readonly sizes: Float32Array
  /** Of each frame: the poses of all shapes, shape `[shapes, 12]`. */
  readonly poses: readonly Float32Array[]
  /** Of each frame: where the body is that the camera follows, shape `[3]`. */
  readonly followed: readonly Float32Array[]
  /** Of each frame: positions and normals of contacts, shape `[contacts, 6]`. */
  readonly contacts: readonly Float32Array[]
  readonly rewards: readonly number[]
  /** Of each frame: the sum of rewards so far. */
  readonly returns: readonly number[]
}

const cut = (all: Float32Array, lengths: readonly number[]): readonly Float32Array[] => {
  let at = 0
  return lengths.map((length) => all.subarray(at, (at += length)))
}

/** An episode as it came. */
export const loadedClip = (message: ClipMessage): LoadedClip => {
  const { number, about, ending, viewpoint, rewards, contactCounts } = message
  const sizes = floats(message.sizes)
  const { length } = rewards
  let sum = 0
  return {
    number,
    about,
    ending,
    viewpoint,
    rewards,
    length,
    sizes,
    poses: cut(floats(message.poses), Array<number>(length).fill(4 * sizes.length)),
    followed: cut(floats(message.followed), Array<number>(length).fill(3)),
    contacts: cut(
      floats(message.contacts),
      contactCounts.map((count) => 6 * count),
    ),
    returns: rewards.map((reward) => (sum += reward)),
  }
}

/** The meshes and height fields of a scene. */
export const loadedAssets = ({
  meshes,
  heightFields,
}: SceneMessage): Pick<VisibleModel, 'meshes' | 'heightFields'> => ({
  meshes: meshes.map(({ vertices, faces }) => ({ vertices: floats(vertices), faces: new Int32Array(bytesOf(faces)) })),
  heightFields: heightFields.map(({ heights, ...field }) => ({ ...field, heights: floats(heights) })),
})
