/** A pinhole camera. */
import { cos, sin } from '../kernels/elementary.js'
import { fieldOfView, type Viewpoint } from '../viewer/viewpoint.js'

/** A point or a direction in meters. */
export type Point = readonly [x: number, y: number, z: number]

/** Where the camera is, and how the world falls on its picture. */
export interface Camera {
  readonly eye: Point
  readonly right: Point
  readonly up: Point
  readonly forward: Point
  /** Pixels of one meter at a depth of one meter. */
  readonly focal: number
  readonly width: number
  readonly height: number
}

/** The camera of a viewpoint whose target is at this place, for a picture of so many pixels. */
export const cameraOf = (
  { distance, azimuth, elevation }: Viewpoint,
  target: Point,
  { width, height }: Pick<Camera, 'width' | 'height'>,
): Camera => {
  const outward: Point = [cos(elevation) * cos(azimuth), cos(elevation) * sin(azimuth), sin(elevation)]
  const at = (axis: number): number => target[axis] + distance * outward[axis]
  const right: Point = [-sin(azimuth), cos(azimuth), 0]
  const up: Point = [-sin(elevation) * cos(azimuth), -sin(elevation) * sin(azimuth), cos(elevation)]
  return {
    eye: [at(0), at(1), at(2)],
    right,
    up,
    forward: [-outward[0], -outward[1], -outward[2]],
    // The angle of view is that of the shorter side.
    focal: Math.min(width, height) / 2 / fieldOfView.halfTangent,
    width,
    height,
  }
}

/** Writes the column, the row and the depth of a point to `out`, from index `at` on; the depth is meters along the line of sight. */
export const project = (
  { eye, right, up, forward, focal, width, height }: Camera,
  x: number,
  y: number,
  z: number,
  out: Float32Array,
  at: number,
): void => {
  const [dx, dy, dz] = [x - eye[0], y - eye[1], z - eye[2]]
  const depth = dx * forward[0] + dy * forward[1] + dz * forward[2]
  out[at] = width / 2 + (focal * (dx * right[0] + dy * right[1] + dz * right[2])) / depth
  out[at + 1] = height / 2 - (focal * (dx * up[0] + dy * up[1] + dz * up[2])) / depth
  out[at + 2] = depth
}
