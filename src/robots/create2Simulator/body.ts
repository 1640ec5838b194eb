/** The body of the simulated Create 2: its wheels push it, and it touches and sees the arena. */
import { openPhysics } from '../../environments/mujoco/physics.js'
import { cos, sin } from '../../kernels/elementary.js'
import { WHEEL_BASE } from '../create2/odometry.js'
import type { Arena, Pose } from './arena.js'
import { bodyModel, MASS, RADIUS, rangefinders, TIMESTEP } from './bodyModel.js'

/** What the body shows after 15 ms. */
export interface BodyReadings {
  /** Millimeters that the left and the right wheel have rolled. */
  readonly rolled: readonly [left: number, right: number]
  /** Whether something touches the bumper. */
  readonly bumps: readonly [left: boolean, right: boolean]
  /** Meters to what is in front of each light bumper, from left to right; Infinity for nothing. */
  readonly light: readonly number[]
  /** Meters to the wall on the right. */
  readonly wall: number
  /** Whether there is no floor under each cliff sensor, from left to right. */
  readonly cliffs: readonly boolean[]
  /** Whether each wheel hangs in the air. */
  readonly drops: readonly [left: boolean, right: boolean]
  /** Force with which the wheels push, in N, of 15 at most. */
  readonly push: number
  readonly pose: Pose
}

/** A body in its arena. */
export interface Body {
  /** Turns the wheels with these speeds, in mm/s, for 15 ms. */
  step(left: number, right: number): BodyReadings
  /** Where it stands. */
  pose(): Pose
  /** Puts the robot somewhere, at rest. */
  place(pose: Pose): void
  /** Lifts the robot, so that its wheels hang, or puts it down. */
  lift(isLifted: boolean): void
  /** Frees the memory of the model. */
  close(): void
}

/** Physics steps in 15 ms. */
const STEPS = 6
/** Newtons that both wheels push with before they slip, and that hold them sideways; newton meters with which they turn the robot. */
const [PUSH, HOLD, TURN] = [15, 12, 1.5]
/** Seconds in which the wheels take a new speed, and in which a motion to the side ends. */
const [RESPONSE, SIDEWAYS] = [0.04, 0.01]
/** Moment of inertia of the disk. */
const INERTIA = (MASS * RADIUS * RADIUS) / 2
/** Newtons that press a bumper in. */
const TOUCH = 0.5

const clamped = (value: number, most: number): number => Math.max(-most, Math.min(most, value))

/**
 * A body at the start of its arena.
 *
 * Memory: that of a model of MuJoCo, until `close`.
 */
export const openBody = async (arena: Arena): Promise<Body> => {
  const physics = await openPhysics({
    name: 'create2 simulator',
    source: { xml: bodyModel(arena) },
    reads: ['sensordata'],
    moves: [],
    stepping: 'suite',
  })
  const { data, place: placeOf } = physics.scene
  const at = (name: string): number => placeOf('sensor', name).sensordata
  const bumpers = [at('bumper left'), at('bumper right')] as const
  const light = rangefinders.light.map(at)
  const wall = at(rangefinders.wall)
  const cliffs = rangefinders.cliffs.map(at)
  const wheels = rangefinders.wheels.map(at)
  let isLifted = false

  const place = ({ x, y, heading }: Pose): void => physics.begin(() => data.qpos.set([x, y, heading]))
  place(arena.start)

  const pose = (): Pose => {
    const [x, y, heading] = data.qpos
    return { x, y, heading }
  }
  const distance = (sensor: number): number => {
    const meters = data.sensordata[sensor]
    return meters < 0 ? Infinity : meters
  }
  /** One physics step; returns the push, and the speeds of the robot: forward in m/s, and around in rad/s. */
  const push = (forward: number, around: number): readonly [push: number, forward: number, around: number] => {
    const [, , heading] = data.qpos
    const [vx, vy, turning] = data.qvel
    const [c, s] = [cos(heading), sin(heading)]
    const ahead = c * vx + s * vy
    const aside = c * vy - s * vx
    const force = isLifted ? 0 : clamped((MASS * (forward - ahead)) / RESPONSE, PUSH)
    const side = isLifted ? 0 : clamped((-MASS * aside) / SIDEWAYS, HOLD)
    const torque = isLifted ? 0 : clamped((INERTIA * (around - turning)) / RESPONSE, TURN)
    physics.advance([c * force - s * side, s * force + c * side, torque], 1)
    return [force, ahead, turning]
  }
  return {
    step: (left, right) => {
      physics.requireOpen()
      const [forward, around] = [(left + right) / 2000, (right - left) / WHEEL_BASE]
      const rolled: [number, number] = [0, 0]
      let pushed = 0
      for (let i = 0; i < STEPS; i++) {
        const [force, ahead, turning] = push(forward, around)
        pushed = Math.max(pushed, Math.abs(force))
        const half = (turning * WHEEL_BASE) / 2
        rolled[0] += TIMESTEP * (1000 * ahead - half)
        rolled[1] += TIMESTEP * (1000 * ahead + half)
      }
      return {
        rolled,
        bumps: [data.sensordata[bumpers[0]] > TOUCH, data.sensordata[bumpers[1]] > TOUCH],
        light: light.map(distance),
        wall: distance(wall),
        cliffs: cliffs.map((sensor) => isLifted || distance(sensor) === Infinity),
        drops: [isLifted || distance(wheels[0]) === Infinity, isLifted || distance(wheels[1]) === Infinity],
        push: pushed,
        pose: pose(),
      }
    },
    pose,
    place,
    lift: (lifted) => {
      isLifted = lifted
    },
    close: physics.close,
  }
}
