/** Initial states of many episodes, and what their numbers are to be spread like. */
import { expect } from 'vitest'
import type { DataArray, MovableArray } from '../../../src/environments/mujoco/arrays.js'
import { mujocoSimulator } from '../../../src/environments/mujoco/mujocoSimulator.js'
import { openPhysics } from '../../../src/environments/mujoco/physics.js'
import type { MujocoTask } from '../../../src/environments/mujoco/task.js'
import type { MujocoState } from '../../../src/environments/mujoco/types.js'
import { seeded } from '../../../src/random.js'

/** An initial state. */
export interface Start {
  readonly time: number
  readonly qpos: readonly number[]
  readonly qvel: readonly number[]
  /** The arrays of the model that the task moves, whole. */
  readonly model: Readonly<Record<string, readonly number[]>>
  /** How many contacts it has. */
  readonly contacts: number
}

type AnyTask = MujocoTask<DataArray, MovableArray>

/** Opens a task with random numbers of a seed. */
export const open = (task: AnyTask, seed = 1) => mujocoSimulator(task, { random: seeded(seed)('environment') })

/** The result of one action from a state. */
export const stepFrom = async (task: AnyTask, state: MujocoState, action: readonly number[]) => {
  const world = await open(task)
  world.setState(state)
  const step = world.step(action)
  world.close()
  return step
}

/** The initial states of `count` episodes. */
export const startsOf = async (task: AnyTask, count = 400): Promise<readonly Start[]> => {
  const world = await open(task)
  const { source, moves } = task
  const physics = await openPhysics({ name: task.spec.name, source, reads: [], moves })
  const { qpos, qvel } = physics.scene.data
  const [nq, nv] = [qpos.length, qvel.length]
  const starts = Array.from({ length: count }, (): Start => {
    world.reset()
    const { integration, model } = world.snapshot().physics
    const [time, ...rest] = integration
    physics.begin(() => {
      physics.scene.data.qpos.set(rest.slice(0, nq))
      for (const array of moves) physics.scene.model[array].set(model[array])
    })
    return {
      time,
      qpos: rest.slice(0, nq),
      qvel: rest.slice(nq, nq + nv),
      model: Object.fromEntries(moves.map((array) => [array, [...model[array]]])),
      contacts: physics.scene.contacts(),
    }
  })
  world.close()
  physics.close()
  return starts
}

const momentsOf = (draws: readonly number[]) => {
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length
  const deviation = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length)
  return { mean, deviation }
}

/** Expects draws within bounds. */
export const expectWithin = (what: string, draws: readonly number[], low: number, high: number): void => {
  expect(Math.min(...draws), `${what}: smallest`).toBeGreaterThanOrEqual(low)
  expect(Math.max(...draws), `${what}: largest`).toBeLessThanOrEqual(high)
}

/** Expects draws with this mean, to four standard errors, and this deviation, to 15 %. */
const expectMoments = (what: string, draws: readonly number[], mean: number, deviation: number): void => {
  const ours = momentsOf(draws)
  expect(Math.abs(ours.mean - mean), `${what}: mean`).toBeLessThan((4 * deviation) / Math.sqrt(draws.length))
  expect(Math.abs(ours.deviation / deviation - 1), `${what}: deviation`).toBeLessThan(0.15)
}

/** Expects draws that are uniform between the bounds. */
export const expectUniform = (what: string, draws: readonly number[], low: number, high: number): void => {
  expectWithin(what, draws, low, high)
  expectMoments(what, draws, (low + high) / 2, (high - low) / Math.sqrt(12))
}

/** Expects draws from a normal distribution. */
export const expectNormal = expectMoments

/** Expects a velocity of 0 in all states, time 0 and no more contacts than `most`. */
export const expectAtRest = (starts: readonly Start[], most = Infinity): void => {
  for (const { time, qvel, contacts } of starts) {
    expect(time).toBe(0)
    expect(new Set(qvel)).toEqual(new Set([0]))
    expect(contacts).toBeLessThanOrEqual(most)
  }
}

/** Expects unit quaternions, from index 3 on, of which no direction is preferred. */
export const expectAnyOrientation = (starts: readonly Start[]): void => {
  const quaternions = starts.map(({ qpos }) => qpos.slice(3, 7))
  for (const each of quaternions) expect(Math.hypot(...each)).toBeCloseTo(1, 12)
  // A component of a random unit vector of four numbers has mean 0 and mean square 1/4.
  for (let i = 0; i < 4; i++)
    expectMoments(
      `quaternion ${i}`,
      quaternions.map((each) => each[i]),
      0,
      0.5,
    )
}
