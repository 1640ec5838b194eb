/** The infrared field of a simulated dock, and whether the robot stands on it. */
import { cos, sin } from '../../kernels/elementary.js'
import type { Pose } from './arena.js'
import { RADIUS } from './bodyModel.js'

/** What the dock is for a robot at a pose. */
export interface DockView {
  /** The characters of the three receivers; 0 for none. */
  readonly omni: number
  readonly left: number
  readonly right: number
  /** Whether the contacts of the robot touch those of the dock. */
  readonly isDocked: boolean
}

/** The view of an arena without a dock. */
export const noDock: DockView = { omni: 0, left: 0, right: 0, isDocked: false }

/** Meters that the beams and the force field reach. */
const [BEAM, FIELD] = [2, 0.6]
/** Tangents of the inner and the outer edge of a beam: 5 and 25 degrees. The two beams overlap in the middle. */
const [INNER, OUTER] = [0.087, 0.466]
/** Cosine of half the angle that the receivers at the sides see. */
const RECEIVER = 0.5
/** Directions of these receivers from the front, in radians. */
const RECEIVER_ANGLE = 0.8
/** Meters between the front of a docked robot and the wall behind the dock, and to each side of its middle; cosine of its largest angle. */
const [FRONT, SIDE, ALIGNED] = [0.03, 0.03, 0.96]

const dot = (x: number, y: number, heading: number): number => x * cos(heading) + y * sin(heading)

/** Where a robot stands in the frame of a dock, in m: away from its wall, and to the right seen from a robot that faces it. */
export const inDockFrame = (dock: Pose, { x, y }: Pose): { readonly along: number; readonly side: number } => ({
  along: dot(x - dock.x, y - dock.y, dock.heading),
  side: dot(x - dock.x, y - dock.y, dock.heading + Math.PI / 2),
})

/** The view of a dock from a pose. A dock of the Roomba 600 sends 160, plus 1, 4 and 8 for force field, green and red buoy. */
export const dockView = (dock: Pose | undefined, pose: Pose): DockView => {
  if (dock === undefined) return noDock
  const { along, side } = inDockFrame(dock, pose)
  const range = Math.sqrt(along * along + side * side)
  const facing = -dot(cos(pose.heading), sin(pose.heading), dock.heading)
  const isDocked = along - RADIUS <= FRONT && Math.abs(side) <= SIDE && facing >= ALIGNED
  const inBeam = (offset: number): boolean =>
    along > 0 && range < BEAM && offset > -INNER * along && offset < OUTER * along
  const bits = (range < FIELD && along > 0 ? 1 : 0) + (inBeam(side) ? 4 : 0) + (inBeam(-side) ? 8 : 0)
  const character = bits === 0 ? 0 : 160 + bits
  const sees = (angle: number): boolean =>
    dot(dock.x - pose.x, dock.y - pose.y, pose.heading + angle) > RECEIVER * range
  return {
    omni: character,
    left: sees(RECEIVER_ANGLE) ? character : 0,
    right: sees(-RECEIVER_ANGLE) ? character : 0,
    isDocked,
  }
}

/** The speeds in mm/s with which a robot looks for its dock: to a point in front of it, and straight onto it from there. */
export const dockingSpeeds = (dock: Pose, pose: Pose): readonly [left: number, right: number] => {
  const { along, side } = inDockFrame(dock, pose)
  const isInFront = Math.abs(side) < 0.02 + 0.05 * along && along > 0
  const ahead = isInFront ? 0 : 0.45
  const [x, y] = [dock.x + ahead * cos(dock.heading) - pose.x, dock.y + ahead * sin(dock.heading) - pose.y]
  const range = Math.max(1e-6, Math.sqrt(x * x + y * y))
  const straight = dot(x, y, pose.heading) / range
  const turn = dot(x, y, pose.heading + Math.PI / 2) / range
  // Turns on the spot until it looks there.
  const around = straight < 0 ? (turn < 0 ? -100 : 100) : 150 * turn
  const forward = straight < 0.9 ? 0 : Math.min(150, 40 + 300 * range)
  return [forward - around, forward + around]
}
