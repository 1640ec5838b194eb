/** Terms that several MuJoCo tasks share. */
import type { Random, Vector } from '../../types.js'
import { uniformWithin } from '../simulatorRandom.js'

/** The square of a number; the operator of powers does not round in the same way on every platform. */
export const square = (value: number): number => value * value

/** The sum of the squares of all components. */
export const squaredNorm = (vector: Vector): number => {
  let sum = 0
  for (let i = 0; i < vector.length; i++) sum += vector[i] * vector[i]
  return sum
}

/** Positions from index `first` on, then velocities, in a new array. */
export const jointState = (qpos: Float64Array, qvel: Float64Array, first: number): Float64Array => {
  const state = new Float64Array(qpos.length - first + qvel.length)
  for (let i = first; i < qpos.length; i++) state[i - first] = qpos[i]
  for (let i = 0; i < qvel.length; i++) state[qpos.length - first + i] = qvel[i]
  return state
}

/** Adds to each value, in place, a draw of its own, uniform from -bound up to bound. */
export const addUniform = (values: Float64Array, bound: number, random: Random): void => {
  for (let i = 0; i < values.length; i++) values[i] += uniformWithin(bound, random)
}

/** Adds to each value, in place, a draw of its own from the normal distribution around 0. */
export const addNormal = (values: Float64Array, deviation: number, random: Random): void => {
  const draws = new Float32Array(values.length)
  random.normal(draws)
  for (let i = 0; i < values.length; i++) values[i] += deviation * draws[i]
}
