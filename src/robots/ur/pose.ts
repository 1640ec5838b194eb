/** Places and orientations. */
import { atan2, cos, sin } from '../../kernels/elementary.js'
import type { Vector } from '../../types.js'

/** A rotation, row by row. */
export type Rotation = readonly [number, number, number, number, number, number, number, number, number]

/** A place in m and a rotation, in the frame of an arm's base. */
export interface Frame {
  readonly place: readonly [x: number, y: number, z: number]
  readonly rotation: Rotation
}

/** The product of two frames: the second one is given in the first one. */
export const chained = ({ place: [x, y, z], rotation: a }: Frame, { place: p, rotation: b }: Frame): Frame => {
  const row = (i: number, c: readonly [number, number, number]): number =>
    a[i] * c[0] + a[i + 1] * c[1] + a[i + 2] * c[2]
  const columns = [
    [b[0], b[3], b[6]],
    [b[1], b[4], b[7]],
    [b[2], b[5], b[8]],
  ] as const
  const rotation = [0, 3, 6].flatMap((i) => columns.map((column) => row(i, column)))
  return { place: [x + row(0, p), y + row(3, p), z + row(6, p)], rotation: rotation as unknown as Rotation }
}

/** The frame that undoes a frame. */
export const inverted = ({ place: [x, y, z], rotation: r }: Frame): Frame => {
  const back = (i: number): number => -(r[i] * x + r[i + 3] * y + r[i + 6] * z)
  return { place: [back(0), back(1), back(2)], rotation: [r[0], r[3], r[6], r[1], r[4], r[7], r[2], r[5], r[8]] }
}

/** The rotation vector of a rotation: its axis, as long as its angle in rad, which is 0 to π. */
export const rotationVector = (r: Rotation): readonly [number, number, number] => {
  // The quaternion by its largest component, so that nothing cancels near an angle of π.
  const squares = [r[0] + r[4] + r[8], r[0] - r[4] - r[8], r[4] - r[0] - r[8], r[8] - r[0] - r[4]]
  const largest = squares.indexOf(Math.max(...squares))
  const size = Math.sqrt(1 + squares[largest])
  const [wx, wy, wz] = [r[7] - r[5], r[2] - r[6], r[3] - r[1]]
  const [xy, xz, yz] = [r[1] + r[3], r[2] + r[6], r[5] + r[7]]
  const quaternion = [
    [size * size, wx, wy, wz],
    [wx, size * size, xy, xz],
    [wy, xy, size * size, yz],
    [wz, xz, yz, size * size],
  ][largest].map((each) => each / (2 * size))
  const sign = quaternion[0] < 0 ? -1 : 1
  const [w, x, y, z] = quaternion.map((each) => sign * each)
  const length = Math.sqrt(x * x + y * y + z * z)
  if (length === 0) return [0, 0, 0]
  const scale = (2 * atan2(length, w)) / length
  return [scale * x, scale * y, scale * z]
}

/** The rotation of a rotation vector. */
export const rotationOf = (vector: Vector): Rotation => {
  const [x, y, z] = Array.from(vector)
  const angle = Math.sqrt(x * x + y * y + z * z)
  if (angle === 0) return [1, 0, 0, 0, 1, 0, 0, 0, 1]
  const [a, b, c] = [x / angle, y / angle, z / angle]
  const [s, k] = [sin(angle), cos(angle)]
  const u = 1 - k
  return [
    k + a * a * u,
    a * b * u - c * s,
    a * c * u + b * s,
    a * b * u + c * s,
    k + b * b * u,
    b * c * u - a * s,
    a * c * u - b * s,
    b * c * u + a * s,
    k + c * c * u,
  ]
}
