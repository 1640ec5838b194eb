/** What the server of a viewer sends to its page, as JSON. Arrays of numbers are texts in base64, their lowest bytes first. */
import type { VisibleModel } from '../environments/mujoco/visibleScene.js'
import type { Clip } from './clip.js'
import type { Color } from './colors.js'
import type { Viewpoint } from './viewpoint.js'

/** An array of float32 or int32 in base64. */
export type PackedArray = string

/** What is shown, once for each page. */
export interface SceneMessage {
  /** What the page is headed. */
  readonly title: string
  /** Seconds of one step. */
  readonly stepSeconds: number
  /** Whether the clips are those of a run while it learns; otherwise they are episodes one after another. */
  readonly isLive: boolean
  readonly shapes: VisibleModel['shapes']
  readonly meshes: readonly { readonly vertices: PackedArray; readonly faces: PackedArray }[]
  readonly heightFields: readonly (Omit<VisibleModel['heightFields'][number], 'heights'> & {
    readonly heights: PackedArray
  })[]
  /** Of each shape. */
  readonly colors: readonly Color[]
}

/** An episode. */
export interface ClipMessage extends Pick<Clip, 'number' | 'about' | 'rewards' | 'ending'> {
  readonly viewpoint: Viewpoint
  /** Shape `[shapes, 3]`. */
  readonly sizes: PackedArray
  /** Shape `[frames, shapes, 12]`, as in `VisibleFrame.poses`. */
  readonly poses: PackedArray
  /** The position of the body that the viewpoint follows, shape `[frames, 3]`. */
  readonly followed: PackedArray
  /** Contacts of all frames one after another, as in `VisibleFrame.contacts`, and how many each frame has. */
  readonly contacts: PackedArray
  readonly contactCounts: readonly number[]
}
