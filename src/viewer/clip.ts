/** An episode as it can be seen. */
import type { VisibleFrame } from '../environments/mujoco/visibleScene.js'

/** An episode, frame by frame. */
export interface Clip {
  /** Which episode it is, from 1 up. */
  readonly number: number
  /** A line about it for the reader. */
  readonly about: string
  /** The size of each shape, as `VisibleScene.sizes` gives it. */
  readonly sizes: Float32Array
  /** Its beginning, and the moment after each step. */
  readonly frames: readonly VisibleFrame[]
  /** The reward of each step; 0 of the beginning. */
  readonly rewards: readonly number[]
  readonly ending: 'terminated' | 'truncated'
}
