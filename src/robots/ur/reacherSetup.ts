/** What a reacher task says of its arm: which joints it drives, where they may be, and where the tool is. */
import type { Random, Vector } from '../../types.js'
import { armGeometries, flangeOf, inSenseActFrame } from './kinematics.js'

/** A place in m. */
export type ToolPlace = readonly [x: number, y: number, z: number]

/** An arm and its space. */
export interface ReacherSetup {
  readonly name: string
  /** The joint angles in rad at which an episode begins, of all joints. */
  readonly reference: readonly number[]
  /** The numbers of the joints that the agent drives; the others stay at the reference. */
  readonly driven: readonly number[]
  /** The angles in rad between which the joints may be, of all joints. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  /** The box in m in which the tool may be. */
  readonly box: { readonly low: ToolPlace; readonly high: ToolPlace }
  /** The axes of the target: 0 for x, 1 for y, 2 for z. */
  readonly axes: readonly number[]
  /** The place of the tool for angles of all joints. */
  readonly placeOf: (q: Vector) => ToolPlace
  /** The greatest speed of a driven joint, in rad/s. */
  readonly mostSpeed: number
}

const radians = (degrees: readonly number[]): readonly number[] => degrees.map((each) => (each * Math.PI) / 180)

/** The name of an arm whose lengths are known. */
export type ArmName = keyof typeof armGeometries

/**
 * UR-Reacher-2 on a UR5 or a UR5e: shoulder lift and elbow, with the limits of SenseAct, which are those of a UR5; places are in SenseAct's frame.
 */
export const urReacher2On = (arm: ArmName): ReacherSetup => ({
  name: 'UR-Reacher-2',
  reference: [1.58724391, -2.4, 1.5, -0.71790582, 1.63685572, 1.00910473],
  driven: [1, 2],
  low: radians([60, -180, -120, -50, 50, 50]),
  high: radians([90, -60, 130, 25, 120, 175]),
  box: { low: [-0.2, -0.3, 0.5], high: [0.2, 0.4, 1] },
  axes: [1, 2],
  placeOf: (q) => inSenseActFrame(flangeOf(q, armGeometries[arm]).place),
  mostSpeed: 0.3,
})

/** UR-Reacher-2 on a UR5. */
export const urReacher2 = urReacher2On('ur5')

/** The distance from the limits within which an arm counts as outside, in m and rad, so that a return ends inside. */
export const BUFFER = 0.001

/** Whether a place is inside the box, by the buffer. */
export const isInBox = ({ box }: ReacherSetup, place: ToolPlace, buffer = BUFFER): boolean =>
  place.every((each, axis) => each >= box.low[axis] + buffer && each <= box.high[axis] - buffer)

/** The most draws for one target. */
const MOST_DRAWS = 10_000

/**
 * Draws a target: where the tool is at random angles of the driven joints, within their limits, if that is inside the box.
 *
 * Fails: throws an error if no angles give a place inside the box.
 */
export const drawTarget = (setup: ReacherSetup, random: Random): readonly number[] => {
  const q = [...setup.reference]
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    for (const joint of setup.driven) {
      q[joint] = setup.low[joint] + (setup.high[joint] - setup.low[joint]) * random.uniform()
    }
    const place = setup.placeOf(q)
    if (isInBox(setup, place)) return setup.axes.map((axis) => place[axis])
  }
  throw new Error(`${setup.name}: no place of the tool is inside the box, of ${MOST_DRAWS} that were drawn`)
}
