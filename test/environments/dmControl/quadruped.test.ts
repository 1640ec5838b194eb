import { describe, expect, it } from 'vitest'
import { quadruped } from '../../../src/environments/dmControl/quadruped.js'
import { expectAnyOrientation, expectAtRest, expectWithin, open, startsOf, stepFrom } from './starts.js'

const joints = Array.from({ length: 16 }, () => 0)
const still = Array.from({ length: 12 }, () => 0)

// Finding its height, an episode of the quadruped takes long to begin; both tasks begin alike.
describe('quadruped', () => {
  it('begins in any orientation at the lowest height without contacts, at rest', async () => {
    const starts = await startsOf(quadruped('walk')(), 100)
    expectAtRest(starts, 0)
    expectAnyOrientation(starts)
    expectWithin(
      'height',
      starts.map(({ qpos }) => qpos[2]),
      0.2,
      1.2,
    )
    for (const { qpos } of starts) {
      expect([qpos[0], qpos[1], ...qpos.slice(7)]).toEqual([0, 0, ...joints])
      expect(qpos[2] * 100 - Math.round(qpos[2] * 100)).toBeCloseTo(0, 9)
    }
    const world = await open(quadruped('walk')())
    const lower = starts.slice(0, 20).map(({ qpos }) => {
      // One centimeter lower, a part of the robot is in the floor, which pushes it up at once.
      world.setState({ qpos: [0, 0, qpos[2] - 0.01, ...qpos.slice(3)], qvel: [0, 0, 0, 0, 0, 0, ...joints] })
      return Math.hypot(...[...world.step(still).observation].slice(16, 32))
    })
    expect(Math.min(...lower)).toBeGreaterThan(1e-6)
    world.close()
  })
})

it.each([
  ['walk', 0.5],
  ['run', 5],
] as const)('%s is rewarded for %d m/s along the axis of an upright torso', async (variant, speed) => {
  const rewardOf = async (velocity: number, tilt = 0) =>
    (
      await stepFrom(
        quadruped(variant)(),
        { qpos: [0, 0, 9, Math.cos(tilt / 2), Math.sin(tilt / 2), 0, 0, ...joints], qvel: [velocity, 0, 0, 0, 0, 0, ...joints] }, // prettier-ignore
        still,
      )
    ).reward
  expect(await rewardOf(1.1 * speed)).toBeCloseTo(1, 6)
  expect(await rewardOf(0)).toBeCloseTo(0.5, 6)
  expect(await rewardOf(-2 * speed)).toBe(0)
  expect(await rewardOf(1.1 * speed, Math.PI / 2)).toBeCloseTo(0.5, 3)
  expect(await rewardOf(1.1 * speed, Math.PI)).toBeCloseTo(0, 3)
})
