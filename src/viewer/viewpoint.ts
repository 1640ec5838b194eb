/** From where a scene is seen at first, in the viewer and in films. */
import { isMark } from './colors.js'
import type { VisibleFrame, VisibleKind, VisibleModel } from '../environments/mujoco/visibleScene.js'

/** A place from which the whole robot is seen. */
export interface Viewpoint {
  /** What is in the middle, in meters. */
  readonly target: readonly [x: number, y: number, z: number]
  /** Meters from there to the eye. */
  readonly distance: number
  /** Direction from the target to the eye: radians from x to y, and radians above the horizon. */
  readonly azimuth: number
  readonly elevation: number
  /** The row of the body with which the target moves horizontally. */
  readonly follows: number
  /** Meters of a side of the floor's squares. */
  readonly square: number
}

/** Radians of the angle of view from top to bottom: 40 degrees. Its half has this sine and this tangent. */
export const fieldOfView = { angle: 0.6981317007977318, halfSine: 0.3420201433256687, halfTangent: 0.3639702342662023 }

const squares = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]

/** The heaviest body that moves and hangs on nothing that does. */
const rootOf = ({ bodies }: VisibleModel): number => {
  const roots = bodies.flatMap(({ isFixed, parent }, row) => (!isFixed && bodies[parent].isFixed ? [row] : []))
  return roots.reduce((best, row) => (bodies[row].subtreeMass > bodies[best].subtreeMass ? row : best), roots[0] ?? 0)
}

/** How far a shape reaches from its middle along an axis of the world; the last argument is the row of its rotation matrix for that axis. */
const reachAlong = (kind: VisibleKind, [a, b, c]: Float32Array, [x, y, z]: Float32Array): number => {
  if (kind === 'sphere') return a
  if (kind === 'capsule' || kind === 'cylinder') return a + b * Math.abs(z)
  return a * Math.abs(x) + b * Math.abs(y) + c * Math.abs(z)
}

/** Most frames whose places decide how much is seen. */
const MOST_FRAMES = 24

/** Least meters by which a body moves that is not fixed. */
const MOVED = 1e-6

/** What is seen of a scene: its middle, and the radius of a ball around that. */
interface Extent {
  readonly middle: readonly [x: number, y: number, z: number]
  readonly radius: number
}

/**
 * The extent of all shapes in some frames, as seen from a camera that follows a body horizontally. If this body stays where it is, others turn
 * around it, in other episodes elsewhere: it is the middle then.
 */
const extentOf = (
  model: VisibleModel,
  frames: readonly VisibleFrame[],
  sizes: Float32Array,
  follows: number,
): Extent => {
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  const root = frames[0].bodies.subarray(3 * follows, 3 * follows + 3)
  let farthest = 0
  let isStill = true
  for (const { poses, bodies } of frames) {
    const moved = [0, 1, 2].map((axis) => bodies[3 * follows + axis] - root[axis])
    isStill &&= moved.every((each) => Math.abs(each) < MOVED)
    model.shapes.forEach((shape, i) => {
      const { kind, body } = shape
      const isGround = kind === 'plane' || kind === 'heightField'
      if (isGround || (model.bodies[body].isFixed && !isMark(model, shape))) return
      const size = sizes.subarray(3 * i, 3 * i + 3)
      let squared = 0
      for (let axis = 0; axis < 3; axis++) {
        const from = 12 * i + 3 + 3 * axis
        const reach = reachAlong(kind, size, poses.subarray(from, from + 3))
        const at = poses[12 * i + axis] - (axis === 2 ? 0 : moved[axis])
        low[axis] = Math.min(low[axis], at - reach)
        high[axis] = Math.max(high[axis], at + reach)
        const far = Math.abs(at - root[axis]) + reach
        squared += far * far
      }
      farthest = Math.max(farthest, Math.sqrt(squared))
    })
  }
  if (farthest === 0) return { middle: [0, 0, 0], radius: 1 }
  if (isStill) return { middle: [root[0], root[1], root[2]], radius: farthest }
  const [x, y, z] = [0, 1, 2].map((axis) => (high[axis] - low[axis]) / 2)
  return { middle: [low[0] + x, low[1] + y, low[2] + z], radius: Math.sqrt(x * x + y * y + z * z) }
}

/** The viewpoint for an episode: from the side, or from above where everything moves horizontally. */
export const viewpointOf = (model: VisibleModel, frames: readonly VisibleFrame[], sizes: Float32Array): Viewpoint => {
  const follows = rootOf(model)
  const apart = Math.max(1, Math.floor(frames.length / MOST_FRAMES))
  const looked = frames.filter((_, i) => i % apart === 0)
  const { middle, radius } = extentOf(model, looked, sizes, follows)
  return {
    target: middle,
    distance: radius / fieldOfView.halfSine,
    azimuth: model.isFlat ? -Math.PI / 2 : (-70 * Math.PI) / 180,
    elevation: ((model.isFlat ? 72 : 14) * Math.PI) / 180,
    follows,
    square: squares.findLast((side) => side <= 0.8 * radius) ?? squares[0],
  }
}

/** The target of a viewpoint that follows, at a frame; `first` is the frame for which the viewpoint was found. */
export const followedTarget = (
  { target: [x, y, z], follows }: Viewpoint,
  first: Pick<VisibleFrame, 'bodies'>,
  { bodies }: Pick<VisibleFrame, 'bodies'>,
): readonly [x: number, y: number, z: number] => {
  const moved = (axis: number): number => bodies[3 * follows + axis] - first.bodies[3 * follows + axis]
  return [x + moved(0), y + moved(1), z]
}
