/** The dot of Dot Reacher and Dot Seeker: a point in a square that is accelerated. */
import type { Component } from '../components.js'
import type { Action, Random } from '../../types.js'
import { uniformWithin } from '../simulatorRandom.js'
import { anyFinite, type StateNumber } from './classicSimulator.js'

/** Position and velocity of the dot. */
export type DotState = {
  readonly x: number
  readonly y: number
  readonly vx: number
  readonly vy: number
}

/** Seconds of one step. */
export const dotSeconds = 0.2

/** What a wall leaves of a velocity, and in which direction. */
const REBOUND = -0.1

const inSquare: StateNumber = { expected: 'a number from -1 to 1', holds: (value) => Math.abs(value) <= 1 }

/** The numbers of a dot. */
export const dotNumbers = { x: inSquare, y: inSquare, vx: anyFinite, vy: anyFinite }

/** Components of an observed dot. */
export const dotComponents: readonly Component[] = [
  ['x', 'm', -1, 1],
  ['y', 'm', -1, 1],
  ['x velocity', 'm/s'],
  ['y velocity', 'm/s'],
]

/** Components of its actions. */
export const dotActions: readonly Component[] = [
  ['x acceleration', 'm/s^2', -1, 1],
  ['y acceleration', 'm/s^2', -1, 1],
]

/** A dot at rest, anywhere in the square. */
export const beginDot = (random: Random): DotState => ({
  x: uniformWithin(1, random),
  y: uniformWithin(1, random),
  vx: 0,
  vy: 0,
})

/** One coordinate after a step: it moves by its velocity and half the acceleration; beyond a wall it is put back, and its velocity turned. */
const moved = (position: number, velocity: number, acceleration: number): readonly [number, number] => {
  const reached = position + velocity * dotSeconds + 0.5 * acceleration * dotSeconds * dotSeconds
  const isOutside = Math.abs(reached) > 1
  const rebounded = isOutside ? REBOUND * velocity : velocity
  return [Math.max(-1, Math.min(1, reached)), rebounded + acceleration * dotSeconds]
}

const clip = (value: number): number => Math.max(-1, Math.min(1, value))

/** The dot after a step with an acceleration, which is clipped to 1 in each direction. */
export const moveDot = ({ x, y, vx, vy }: DotState, action: Action): DotState => {
  const [nextX, nextVx] = moved(x, vx, clip(action[0]))
  const [nextY, nextVy] = moved(y, vy, clip(action[1]))
  return { x: nextX, y: nextY, vx: nextVx, vy: nextVy }
}
