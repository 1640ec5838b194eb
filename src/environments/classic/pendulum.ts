/**
 * Pendulum-v1: a rod on a motor that is too weak to lift it at once. The task is to swing it up and hold it upright.
 *
 * Gymnasium's definition (Pendulum-v1 of Gymnasium 1.3.0): rod of 1 kg and 1 m with g = 10 m/s², semi-implicit Euler in steps of 0.05
 * s. Golden: test/golden/gymnasium/Pendulum-v1.json. Numbers are doubles; Gymnasium rounds observations to float32.
 */
import { finiteNumber } from '../../edge/codecs.js'
import { defaultsOf, field, type ValuesOf } from '../../edge/settings.js'
import { cos, sin } from '../../kernels/elementary.js'
import type { Random, Spec } from '../../types.js'
import { components } from '../components.js'
import { uniformWithin } from '../simulatorRandom.js'
import { anyFinite, classicSimulator, type ClassicSimulator, type ClassicSnapshot } from './classicSimulator.js'

const maxSpeed = 8
const maxTorque = 2
const seconds = 0.05
const mass = 1
const length = 1

/**
 * Largest angle in radians from upright. Up to it a step turns the rod by the right angle to about 1e-8; it takes 250 million steps to
 * reach it.
 */
const largestAngle = 1e8

/** The options of Pendulum-v1. */
export const pendulumFields = {
  /** Gravity in m/s². The default is 10. */
  g: field(finiteNumber, { default: 10, about: 'gravity', unit: 'm/s^2', origin: 'Gymnasium' }),
}

/** Shapes, bounds and pace of Pendulum-v1. */
export const pendulumSpec: Spec = {
  name: 'Pendulum-v1',
  observation: components([
    ['cosine of angle', '1', -1, 1],
    ['sine of angle', '1', -1, 1],
    ['angular velocity', 'rad/s', -maxSpeed, maxSpeed],
  ]),
  action: components([['torque', 'N m', -maxTorque, maxTorque]]),
  stepSeconds: seconds,
  stepLimit: 200,
}

/** The state of the rod: `theta` in rad from upright, not wrapped, `thetaDot` in rad/s. */
export type PendulumState = {
  readonly theta: number
  readonly thetaDot: number
}

/** Everything that determines how the pendulum moves on; `elapsed` counts the episode's steps and is null before the first episode began. */
export type PendulumSnapshot = ClassicSnapshot<PendulumState>

/** The pendulum as a simulator. */
export type PendulumSimulator = ClassicSimulator<PendulumState>

const clip = (x: number, bound: number): number => (x > bound ? bound : x < -bound ? -bound : x)

/** The same angle in [-π, π). */
const wrap = (angle: number): number => {
  const turned = (angle + Math.PI) % (2 * Math.PI)
  return (turned < 0 ? turned + 2 * Math.PI : turned) - Math.PI
}

/**
 * The pendulum. An episode begins at a random angle, at a random speed up to 1 rad/s.
 *
 * The torque is clipped to ±2 N m here, and the cost uses the clipped torque. An episode never terminates; it is truncated at 200
 * steps. An angle more than 1e8 rad from upright, at which rounding would hide a step, is refused.
 */
export const pendulum = (
  { random }: { readonly random: Random },
  { g: gravity }: ValuesOf<typeof pendulumFields> = defaultsOf(pendulumFields),
): PendulumSimulator =>
  classicSimulator<PendulumState>(
    {
      spec: pendulumSpec,
      numbers: {
        theta: {
          expected: 'a number within 1e8 rad of upright',
          holds: (theta) => Math.abs(theta) <= largestAngle,
        },
        thetaDot: anyFinite,
      },
      begin: (source) => ({ theta: uniformWithin(Math.PI, source), thetaDot: uniformWithin(1, source) }),
      observe: ({ theta, thetaDot }) => Float64Array.of(cos(theta), sin(theta), thetaDot),
      step: ({ theta, thetaDot }, action) => {
        const torque = clip(action[0], maxTorque)
        const angle = wrap(theta)
        const cost = angle * angle + 0.1 * thetaDot * thetaDot + 0.001 * torque * torque
        const acceleration = ((3 * gravity) / (2 * length)) * sin(theta) + (3 / (mass * length * length)) * torque
        const nextThetaDot = clip(thetaDot + acceleration * seconds, maxSpeed)
        const state = { theta: theta + nextThetaDot * seconds, thetaDot: nextThetaDot }
        return { state, reward: -cost, terminated: false }
      },
    },
    { random },
  )
