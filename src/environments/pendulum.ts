/**
 * Pendulum-v1: a rod on a motor that is too weak to lift it at once. The task is to swing it up and hold it upright.
 *
 * Gymnasium's definition (Pendulum-v1 of Gymnasium 1.3.0): rod of 1 kg and 1 m with g = 10 m/s², semi-implicit Euler in steps of 0.05
 * s. Golden: test/golden/gymnasium/Pendulum-v1.json. Numbers are doubles; Gymnasium rounds observations to float32.
 */
import { NotFiniteError } from '../failure.js'
import { cos, sin } from '../kernels/elementary.js'
import { checkAction, checkFinite } from '../checks.js'
import { checkRestored, checkSnapshot } from '../restored.js'
import type { Random, Simulator, SimulatorStart, Spec } from '../types.js'
import { type SimulatorRandomState, simulatorRandom, checkSimulatorRandom, uniformWithin } from './simulatorRandom.js'
import { components } from './components.js'

const maxSpeed = 8
const maxTorque = 2
const seconds = 0.05
const gravity = 10
const mass = 1
const length = 1

/**
 * Largest angle in radians from upright. Up to it a step turns the rod by the right angle to about 1e-8; it takes 250 million steps to
 * reach it.
 */
const largestAngle = 1e8

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
export interface PendulumState {
  readonly theta: number
  readonly thetaDot: number
}

/** Everything that determines how the pendulum moves on; `elapsed` counts the episode's steps and is null before the first episode began. */
export interface PendulumSnapshot extends PendulumState {
  readonly task: string
  readonly elapsed: number | null
  readonly random: SimulatorRandomState
}

/** The pendulum as a simulator. */
export interface PendulumSimulator extends Simulator {
  /** Begins an episode with the rod at `state`. */
  setState(state: PendulumState): SimulatorStart
  snapshot(): PendulumSnapshot
  restore(state: PendulumSnapshot): void
}

const clip = (x: number, bound: number): number => (x > bound ? bound : x < -bound ? -bound : x)

const isAllowedAngle = (theta: unknown): boolean => typeof theta === 'number' && Math.abs(theta) <= largestAngle

/** Throws a RangeError for an angle so large that rounding would hide a step. */
const checkAngle = (theta: number): void => {
  if (isAllowedAngle(theta)) return
  throw new RangeError(`${pendulumSpec.name}: expected theta within 1e8 rad of upright, got ${theta}`)
}

/** The same angle in [-π, π). */
const wrap = (angle: number): number => {
  const turned = (angle + Math.PI) % (2 * Math.PI)
  return (turned < 0 ? turned + 2 * Math.PI : turned) - Math.PI
}

/**
 * The pendulum. An episode begins at a random angle, at a random speed up to 1 rad/s.
 *
 * The torque is clipped to ±2 N m here, and the cost uses the clipped torque. An episode never terminates; it is truncated at 200
 * steps, and further steps are allowed. `reset(seed)` switches to the seed's stream of random numbers.
 *
 * Fails: RangeError for an action of another size, for an angle more than 1e8 rad from upright and for a snapshot of another task,
 * NotFiniteError for an action or state that is not finite or whose reward is not, each before anything has moved; Error when stepped
 * before an episode began or used after `close()`.
 */
export const pendulum = ({ random }: { readonly random: Random }): PendulumSimulator => {
  const { name, action: actionSpec, stepLimit } = pendulumSpec
  const source = simulatorRandom(random)
  let theta = 0
  let thetaDot = 0
  let elapsed: number | null = null
  let closed = false

  const requireOpen = (): void => {
    if (closed) throw new Error(`${name}: used after close()`)
  }
  const observe = () => Float64Array.of(cos(theta), sin(theta), thetaDot)
  const begin = (at: PendulumState): SimulatorStart => {
    checkFinite('state', [at.theta, at.thetaDot], ['theta', 'thetaDot'])
    checkAngle(at.theta)
    ;({ theta, thetaDot } = at)
    elapsed = 0
    return { observation: observe(), info: {} }
  }

  return {
    spec: pendulumSpec,
    reset: (seed) => {
      requireOpen()
      if (seed !== undefined) source.reseed(seed)
      return begin({ theta: uniformWithin(Math.PI, source.random()), thetaDot: uniformWithin(1, source.random()) })
    },
    setState: (state) => {
      requireOpen()
      return begin(state)
    },
    step: (action) => {
      requireOpen()
      if (elapsed === null) throw new Error(`${name}: expected reset() or setState() before the first step()`)
      checkAction(name, action, actionSpec)
      const torque = clip(action[0], maxTorque)
      const angle = wrap(theta)
      const cost = angle * angle + 0.1 * thetaDot * thetaDot + 0.001 * torque * torque
      const acceleration = ((3 * gravity) / (2 * length)) * sin(theta) + (3 / (mass * length * length)) * torque
      if (!Number.isFinite(cost)) throw new NotFiniteError('reward', null, -cost)
      const nextThetaDot = clip(thetaDot + acceleration * seconds, maxSpeed)
      const nextTheta = theta + nextThetaDot * seconds
      checkAngle(nextTheta)
      theta = nextTheta
      thetaDot = nextThetaDot
      elapsed += 1
      return { observation: observe(), reward: -cost, terminated: false, truncated: elapsed >= stepLimit, info: {} }
    },
    snapshot: () => {
      requireOpen()
      return { task: name, elapsed, theta, thetaDot, random: source.snapshot() }
    },
    restore: (state) => {
      requireOpen()
      checkSnapshot(name, state)
      if (state.task !== name) throw new RangeError(`${name}: expected a snapshot of its own, got one of ${state.task}`)
      const require = (field: keyof PendulumSnapshot, expected: string, holds: boolean): void =>
        checkRestored({ owner: name, field }, state[field], expected, holds)
      const isCount = state.elapsed === null || (Number.isSafeInteger(state.elapsed) && state.elapsed >= 0)
      require('elapsed', 'null or an integer from 0 up', isCount)
      require('theta', 'a number within 1e8 rad of upright', isAllowedAngle(state.theta))
      require('thetaDot', 'a finite number', Number.isFinite(state.thetaDot))
      checkSimulatorRandom(name, state.random)
      ;({ elapsed, theta, thetaDot } = state)
      source.restore(state.random)
    },
    close: () => {
      closed = true
    },
  }
}
