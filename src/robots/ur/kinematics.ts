/** The geometry of arms by Universal Robots. */
import { acos, atan2, cos, sin } from '../../kernels/elementary.js'
import type { Vector } from '../../types.js'
import { chained, type Frame, inverted, rotationOf, rotationVector } from './pose.js'

/** The lengths of an arm in its Denavit-Hartenberg table, in m; the other ones are 0, and the twists are π/2, 0, 0, π/2, -π/2, 0. */
export interface ArmGeometry {
  readonly d1: number
  readonly a2: number
  readonly a3: number
  readonly d4: number
  readonly d5: number
  readonly d6: number
}

/** The UR5 of serie 3, whose lengths SenseAct and the description for ROS have as well, and the UR5e. */
export const armGeometries = {
  ur5: { d1: 0.089159, a2: -0.425, a3: -0.39225, d4: 0.10915, d5: 0.09465, d6: 0.0823 },
  ur5e: { d1: 0.1625, a2: -0.425, a3: -0.3922, d4: 0.1333, d5: 0.0997, d6: 0.0996 },
} as const satisfies Readonly<Record<string, ArmGeometry>>

/** A link: turned about z, shifted along z and along the turned x, then twisted about x by a quarter turn or none. */
const link = (q: number, d: number, a: number, twist: -1 | 0 | 1): Frame => {
  const [c, s] = [cos(q), sin(q)]
  const k = twist === 0 ? 1 : 0
  return { place: [a * c, a * s, d], rotation: [c, -s * k, s * twist, s, c * k, -c * twist, 0, twist, k] }
}

/** The frame of the flange in the base frame of the controller, for six joint angles in rad. */
export const flangeOf = (q: Vector, { d1, a2, a3, d4, d5, d6 }: ArmGeometry = armGeometries.ur5): Frame =>
  [
    link(q[1], 0, a2, 0),
    link(q[2], 0, a3, 0),
    link(q[3], d4, 0, 1),
    link(q[4], d5, 0, -1),
    link(q[5], d6, 0, 0),
  ].reduce(chained, link(q[0], d1, 0, 1))

/** The pose of the flange as the controller reports it: x, y, z in m and a rotation vector in rad. */
export const forwardKinematics = (q: Vector, geometry?: ArmGeometry): readonly number[] => {
  const { place, rotation } = flangeOf(q, geometry)
  return [...place, ...rotationVector(rotation)]
}

/** A place in SenseAct's frame, which is turned by half a turn about z against the controller's; the other way round it is the same. */
export const inSenseActFrame = ([x, y, z]: readonly [number, number, number]): readonly [number, number, number] => [
  -x,
  -y,
  z,
]

/** Below this, the sine of the fifth joint counts as 0, since its arc cosine has no more digits there, and the sixth joint is free. */
const SINGULAR = 1e-6
/** By so much a cosine may be beyond 1, from rounding. */
const ROUNDING = 1e-12

const angleOf = (cosine: number): number | null =>
  Math.abs(cosine) > 1 + ROUNDING ? null : acos(Math.max(-1, Math.min(1, cosine)))
const bothSigns = (angle: number | null): readonly number[] => (angle === null ? [] : [angle, -angle])
const wrapped = (angle: number): number => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI))

/**
 * All joint angles, at most eight, at which the flange is at a pose (x, y, z in m, rotation vector in rad), each from -π to π. Where the
 * fifth joint is straight, the sixth one is taken from `reference`.
 *
 * Numbers: the first joint from the wrist's place, the fifth from the flange's height above the plane of the arm, the sixth from its
 * turn, and the second to the fourth as two links in a plane.
 */
export const inverseKinematics = (
  pose: Vector,
  reference: Vector = [0, 0, 0, 0, 0, 0],
  geometry: ArmGeometry = armGeometries.ur5,
): readonly (readonly number[])[] => {
  const { d1, a2, a3, d4, d5, d6 } = geometry
  const values = Array.from(pose)
  const [px, py, pz] = values
  const r = rotationOf(values.slice(3))
  const flange: Frame = { place: [px, py, pz], rotation: r }
  const [wx, wy] = [px - d6 * r[2], py - d6 * r[5]]
  const reach = Math.sqrt(wx * wx + wy * wy)
  if (reach < Math.abs(d4)) return []

  const planar = (q1: number, q5: number, q6: number): readonly (readonly number[])[] => {
    const wrist = chained(link(q5, d5, 0, -1), link(q6, d6, 0, 0))
    const { place, rotation } = chained(chained(inverted(link(q1, d1, 0, 1)), flange), inverted(wrist))
    const [x, y] = place
    return bothSigns(angleOf((x * x + y * y - a2 * a2 - a3 * a3) / (2 * a2 * a3))).map((q3) => {
      const q2 = atan2(y, x) - atan2(a3 * sin(q3), a2 + a3 * cos(q3))
      return [q1, q2, q3, atan2(rotation[3], rotation[0]) - q2 - q3, q5, q6].map(wrapped)
    })
  }
  return bothSigns(acos(d4 / reach)).flatMap((turn) => {
    const q1 = atan2(wy, wx) + turn + Math.PI / 2
    const [s1, c1] = [sin(q1), cos(q1)]
    return bothSigns(angleOf((px * s1 - py * c1 - d4) / d6)).flatMap((q5) => {
      const s5 = sin(q5)
      const q6 =
        Math.abs(s5) < SINGULAR ? reference[5] : atan2((r[4] * c1 - r[1] * s1) / s5, (r[0] * s1 - r[3] * c1) / s5)
      return planar(q1, q5, q6)
    })
  })
}

/** Of joint angles that differ by whole turns, and of several solutions, the nearest to a reference; null if there is none. */
export const nearestAngles = (
  solutions: readonly (readonly number[])[],
  reference: Vector,
): readonly number[] | null => {
  const distance = (q: readonly number[]): number =>
    q.reduce((sum, each, i) => sum + (each - reference[i]) * (each - reference[i]), 0)
  const near = solutions.map((q) => q.map((each, i) => reference[i] + wrapped(each - reference[i])))
  return near.toSorted((one, other) => distance(one) - distance(other))[0] ?? null
}
