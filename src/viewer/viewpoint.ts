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

/** The corners of a box around all places in which shapes come in some frames, as seen from a camera that follows a body horizontally. */
const boxOf = (model: VisibleModel, frames: readonly VisibleFrame[], sizes: Float32Array, follows: number) => {
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  const shown = model.shapes.flatMap((shape, i) => {
    const { kind, body } = shape
    const isGround = kind === 'plane' || kind === 'heightField'
    if (isGround || (model.bodies[body].isFixed && !isMark(model, shape))) return []
    return [{ kind, at: 12 * i, size: sizes.subarray(3 * i, 3 * i + 3) }]
  })
  for (const { poses, bodies } of frames) {
    for (const { kind, at, size } of shown) {
      for (let axis = 0; axis < 3; axis++) {
        const moved = axis === 2 ? 0 : bodies[3 * follows + axis] - frames[0].bodies[3 * follows + axis]
        const reach = reachAlong(kind, size, poses.subarray(at + 3 + 3 * axis, at + 6 + 3 * axis))
        low[axis] = Math.min(low[axis], poses[at + axis] - moved - reach)
        high[axis] = Math.max(high[axis], poses[at + axis] - moved + reach)
      }
    }
  }
  return shown.length === 0 ? { low: [-1, -1, -1], high: [1, 1, 1] } : { low, high }
}

/** The viewpoint for an episode: from the side, or from above where everything moves horizontally. */
export const viewpointOf = (model: VisibleModel, frames: readonly VisibleFrame[], sizes: Float32Array): Viewpoint => {
  const follows = rootOf(model)
  const apart = Math.max(1, Math.floor(frames.length / MOST_FRAMES))
  const looked = frames.filter((_, i) => i % apart === 0)
  const { low, high } = boxOf(model, looked, sizes, follows)
  const [x, y, z] = [0, 1, 2].map((axis) => (high[axis] - low[axis]) / 2)
  const radius = Math.sqrt(x * x + y * y + z * z)
  return {
    target: [low[0] + x, low[1] + y, low[2] + z],
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
