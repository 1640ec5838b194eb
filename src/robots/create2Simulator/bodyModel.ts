/** The body of a Create 2 and its arena, as a model of MuJoCo. */
import { cos, sin } from '../../kernels/elementary.js'
import type { Arena, Rectangle } from './arena.js'

/** Radius and mass of the robot, in m and kg. */
export const RADIUS = 0.17
/** Kilograms. */
export const MASS = 3.58
/** Seconds of one physics step: six of them are 15 ms. */
export const TIMESTEP = 0.0025

/** Directions of the light bumpers from left to right, in radians from the front, counterclockwise. */
const lightDirections = [1.1, 0.62, 0.2, -0.2, -0.62, -1.1]
/** Directions of the cliff sensors, from left to right. */
const cliffDirections = [1.05, 0.35, -0.35, -1.05]
/** Meters from a cliff sensor down to the floor. */
export const CLIFF_HEIGHT = 0.03

const box = (low: readonly number[], high: readonly number[], rest: string): string => {
  const size = low.map((each, i) => (high[i] - each) / 2)
  if (size.some((each) => each <= 0)) return ''
  const pos = low.map((each, i) => (each + high[i]) / 2)
  return `<geom type="box" pos="${pos.join(' ')}" size="${size.join(' ')}" ${rest}/>`
}

/** The floor, around its hole: rays hit it, and nothing collides with it. */
const floor = ({ width, depth, hole }: Arena): string => {
  const { low, high }: Rectangle = hole ?? { low: { x: width, y: depth }, high: { x: width, y: depth } }
  const rest = 'contype="0" conaffinity="0"'
  const tile = (x: number, y: number, x2: number, y2: number): string => box([x, y, -0.02], [x2, y2, 0], rest)
  return [
    tile(0, 0, low.x, depth),
    tile(low.x, 0, high.x, low.y),
    tile(low.x, high.y, high.x, depth),
    tile(high.x, 0, width, depth),
  ].join('\n')
}

const WALL = 0.05

const walls = ({ width, depth, pillars = [] }: Arena): string =>
  [
    box([-WALL, -WALL, 0], [0, depth + WALL, 0.2], ''),
    box([width, -WALL, 0], [width + WALL, depth + WALL, 0.2], ''),
    box([0, -WALL, 0], [width, 0, 0.2], ''),
    box([0, depth, 0], [width, depth + WALL, 0.2], ''),
    ...pillars.map(({ x, y, radius }) => `<geom type="cylinder" pos="${x} ${y} 0.1" size="${radius} 0.1"/>`),
  ].join('\n')

const outward = (name: string, angle: number): string => {
  const [x, y] = [cos(angle), sin(angle)]
  return `<site name="${name}" pos="${RADIUS * x} ${RADIUS * y} 0.05" zaxis="${x} ${y} 0"/>`
}
const downward = (name: string, x: number, y: number): string =>
  `<site name="${name}" pos="${x} ${y} ${CLIFF_HEIGHT}" zaxis="0 0 -1"/>`

/** The names of the rangefinders, in the order of their directions. */
export const rangefinders = {
  light: lightDirections.map((_, i) => `light${i}`),
  wall: 'wall',
  cliffs: cliffDirections.map((_, i) => `cliff${i}`),
  wheels: ['wheel left', 'wheel right'],
} as const

/**
 * The model: a disk that moves in the plane, pushed by the forces of its wheels, which are computed outside. The two sites of its bumper measure
 * what touches its front.
 */
export const bodyModel = (arena: Arena): string => {
  const { light, wall, cliffs, wheels } = rangefinders
  const rays = [...light, wall, ...cliffs, ...wheels]
  return `
<mujoco model="create2">
  <compiler angle="radian"/>
  <option timestep="${TIMESTEP}" integrator="Euler" gravity="0 0 0"/>
  <worldbody>
    ${floor(arena)}
    ${walls(arena)}
    <body name="robot">
      <joint name="x" type="slide" axis="1 0 0"/>
      <joint name="y" type="slide" axis="0 1 0"/>
      <joint name="heading" type="hinge" axis="0 0 1"/>
      <geom name="shell" type="cylinder" pos="0 0 0.06" size="${RADIUS} 0.04" mass="${MASS}" friction="0.2 0.005 0.0001"/>
      <site name="bumper left" type="box" pos="0.1 0.09 0.06" size="0.1 0.11 0.06"/>
      <site name="bumper right" type="box" pos="0.1 -0.09 0.06" size="0.1 0.11 0.06"/>
      ${lightDirections.map((angle, i) => outward(light[i], angle)).join('\n')}
      ${outward(wall, -1.3)}
      ${cliffDirections.map((angle, i) => downward(cliffs[i], 0.155 * cos(angle), 0.155 * sin(angle))).join('\n')}
      ${downward(wheels[0], 0, 0.1175)}
      ${downward(wheels[1], 0, -0.1175)}
    </body>
  </worldbody>
  <actuator>
    <motor joint="x"/>
    <motor joint="y"/>
    <motor joint="heading"/>
  </actuator>
  <sensor>
    <touch name="bumper left" site="bumper left"/>
    <touch name="bumper right" site="bumper right"/>
    ${rays.map((name) => `<rangefinder name="${name}" site="${name}"/>`).join('\n')}
  </sensor>
</mujoco>`
}
