import { afterAll, describe, expect, it } from 'vitest'
import { hopper } from '../../../src/environments/gymnasium/hopper.js'
import { robotTask } from '../../../src/environments/gymnasium/robot.js'
import { mujocoSimulator } from '../../../src/environments/mujoco/mujocoSimulator.js'
import { seeded } from '../../../src/random.js'
import type { SimulatorStep } from '../../../src/types.js'
import { gymnasiumTask } from '../mujoco/gymnasium.js'

const versions = ['v4', 'v5'] as const
for (const version of versions) gymnasiumTask(hopper, version, { facts: 'hopper', noise: [5e-3, 5e-3] })

describe.each(versions)('hopper %s', async (version) => {
  const world = await mujocoSimulator(robotTask(hopper, version), { random: seeded(1)('environment') })
  afterAll(() => world.close())
  const rest = [0, 1.25, 0, 0, 0, 0]
  /** One step without torque from near rest, high above the ground, with one number changed. */
  const stepFrom = (part: 'qpos' | 'qvel', index: number, value: number) => {
    const posture = { qpos: [0, 5, 0, 0, 0, 0], qvel: [0, 0, 0, 0, 0, 0] }
    posture[part][index] = value
    world.setState(posture)
    return world.step([0, 0, 0])
  }

  it('terminates when any number leaves the healthy range', () => {
    expect(stepFrom('qpos', 1, 5).terminated).toBe(false)
    // The leg is folded up, so that no contact with the floor lifts the torso.
    const folded = (height: number) => {
      world.setState({ qpos: [0, height, 0, -2.5, 0, 0], qvel: [0, 0, 0, 0, 0, 0] })
      return world.step([0, 0, 0]).terminated
    }
    expect([folded(0.71), folded(0.69)]).toEqual([false, true])
    for (const side of [-1, 1]) {
      expect(stepFrom('qpos', 2, side * 0.199).terminated).toBe(false)
      expect(stepFrom('qpos', 2, side * 0.201).terminated).toBe(true)
      expect(stepFrom('qvel', 0, side * 99).terminated).toBe(false)
      expect(stepFrom('qvel', 0, side * 101).terminated).toBe(true)
    }
  })

  it('rewards the step in which it falls with the 1 only in v4', () => {
    const fallen = stepFrom('qpos', 2, 0.25)
    const healthy = stepFrom('qpos', 2, 0.15)
    const survival = ({ reward, info }: SimulatorStep) => reward - info['x_velocity']
    expect(fallen.terminated).toBe(true)
    expect(survival(healthy)).toBeCloseTo(1, 12)
    expect(survival(fallen)).toBeCloseTo(version === 'v4' ? 1 : 0, 12)
    if (version === 'v5') expect([healthy.info['reward_survive'], fallen.info['reward_survive']]).toEqual([1, 0])
  })

  it('is healthy at any forward position', () => {
    expect(stepFrom('qpos', 0, 1e4).terminated).toBe(false)
  })

  it('clips observed velocities at 10, and rewards the whole velocity', () => {
    const { observation, reward } = stepFrom('qvel', 0, 50)
    expect(observation[5]).toBe(10)
    expect(reward).toBeCloseTo(1 + 50, 6)
    expect(stepFrom('qvel', 0, -50).observation[5]).toBe(-10)
  })

  it('truncates at 1000 steps exactly, fallen or not', () => {
    world.setState({ qpos: rest, qvel: [0, 0, 0, 0, 0, 0] })
    const ends = Array.from({ length: 1001 }, () => world.step([0, 0, 0]).truncated)
    expect(ends.indexOf(true)).toBe(999)
    expect(ends[1000]).toBe(true)
  })
})
