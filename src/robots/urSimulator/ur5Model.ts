/** A UR5 on a table, as a model of MuJoCo. */
import type { ArmModelOptions } from '../armSimulator/armModel.js'
import { type ArmGeometry, armGeometries } from '../ur/kinematics.js'
import { MOST_ANGLE } from '../ur/script.js'

/** Kilograms of the links, from the base to the flange: https://github.com/UniversalRobots/Universal_Robots_ROS2_Description, config/ur5/physical_parameters.yaml. */
const masses = [3.7, 8.393, 2.33, 1.219, 1.219, 0.1879] as const
/** Radii in m of the links' outlines, which are capsules. */
const radii = [0.06, 0.055, 0.045, 0.04, 0.04, 0.035] as const
/** The greatest torques in Nm, of the joints of the base and of the wrist. */
const [STRONG, WEAK] = [150, 28]
/** The inertia in kg m² that the motors and gears of a joint add, which is not published; it keeps the light joints of the wrist steady. */
const ARMATURE = 0.1
/** Meters beside the plane of the shoulder and elbow joints at which the upper arm and the forearm are mounted. */
const [UPPER, FORE] = [0.136, 0.016]
const QUARTER = Math.PI / 2
/** Radians that each joint turns to both sides: the elbow turns half as far as the other ones. */
const turns: readonly number[] = [MOST_ANGLE, MOST_ANGLE, Math.PI, MOST_ANGLE, MOST_ANGLE, MOST_ANGLE]

const names = ['shoulder_pan', 'shoulder_lift', 'elbow', 'wrist_1', 'wrist_2', 'wrist_3'] as const

/** A link: turned by `twist` about x against the link before, it turns about its z, and its outline is a capsule between two points. */
const link = (
  i: number,
  { at, twist = 0, ends }: { readonly at: string; readonly twist?: -1 | 0 | 1; readonly ends: string },
  rest: string,
): string => `
<body name="${names[i]}" pos="${at}" euler="${twist * QUARTER} 0 0">
  <joint name="${names[i]}" axis="0 0 1" range="${-turns[i]} ${turns[i]}" armature="${ARMATURE}"
    actuatorfrcrange="${i < 3 ? -STRONG : -WEAK} ${i < 3 ? STRONG : WEAK}"/>
  <geom name="${names[i]}" type="capsule" fromto="${ends}" size="${radii[i]}" mass="${masses[i]}"/>
  ${rest}
</body>`

/**
 * The model of a UR5, in the frame of its controller, with the table that it stands on. Links are as long as in `geometry`, and their outlines are
 * rough: they collide with the table and with each other, but for neighbours.
 */
export const ur5Model = ({ d1, a2, a3, d4, d5, d6 }: ArmGeometry = armGeometries.ur5): ArmModelOptions => {
  const tool = `<site name="tool" pos="0 0 ${d6}"/>`
  const sixth = link(5, { at: `0 0 ${d5}`, twist: -1, ends: `0 0 ${d6 / 2} 0 0 ${d6 - radii[5]}` }, tool)
  const fifth = link(4, { at: `0 0 ${d4}`, twist: 1, ends: `0 0 0 0 0 ${d5}` }, sixth)
  const fourth = link(3, { at: `${a3} 0 0`, ends: `0 0 ${FORE} 0 0 ${d4}` }, fifth)
  const third = link(2, { at: `${a2} 0 0`, ends: `0 0 ${FORE} ${a3} 0 ${FORE}` }, fourth)
  const second = link(1, { at: `0 0 ${d1}`, twist: 1, ends: `0 0 ${UPPER} ${a2} 0 ${UPPER}` }, third)
  const first = link(0, { at: '0 0 0', ends: `0 0 ${radii[0]} 0 0 ${d1}` }, second)
  return {
    name: 'simulate ur5',
    source: {
      xml: `
<mujoco model="ur5">
  <compiler angle="radian" autolimits="true"/>
  <option timestep="0.002" integrator="implicitfast"/>
  <worldbody>
    <geom name="table" type="plane" size="2 2 0.1"/>
    ${first}
  </worldbody>
  <contact>
    <exclude body1="world" body2="${names[0]}"/>
  </contact>
</mujoco>`,
    },
    joints: names,
    tool: 'tool',
  }
}
