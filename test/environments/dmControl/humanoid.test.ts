import { expect, it } from 'vitest'
import { humanoid } from '../../../src/environments/dmControl/humanoid.js'
import { humanoidModel } from '../../../src/environments/dmControl/humanoidModel.js'
import type { Body, Joint } from '../../../src/environments/mujoco/model.js'
import { expectAnyOrientation, expectAtRest, expectWithin, startsOf, stepFrom } from './starts.js'

const jointsOf = ({ joints = [], bodies = [] }: Body): readonly Joint[] => [...joints, ...bodies.flatMap(jointsOf)]
const [, ...hinges] = jointsOf(humanoidModel.bodies[0])

// Its other tasks begin alike.
it('begins in any posture and orientation without contacts, at rest', async () => {
  const starts = await startsOf(humanoid('stand')())
  expectAtRest(starts, 0)
  for (const { qpos } of starts) expect(qpos.slice(0, 3)).toEqual([0, 0, 1.5])
  expectAnyOrientation(starts)
  hinges.forEach(({ name = '', range = [0, 0] }, i) => {
    const draws = starts.map(({ qpos }) => qpos[7 + i])
    expectWithin(name, draws, ...range)
    // Contacts take some of the postures away.
    expect(Math.max(...draws) - Math.min(...draws), name).toBeGreaterThan(0.95 * (range[1] - range[0]))
  })
})

/** Upright in the air, moving as a whole along `velocity`; `tilt` turns it about x. */
const rewardOf = async (
  variant: 'stand' | 'walk' | 'run',
  velocity: readonly [x: number, y: number],
  { action = 0, tilt = 0 } = {},
) => {
  const posture = hinges.map(() => 0)
  const state = {
    qpos: [0, 0, 5, Math.cos(tilt / 2), Math.sin(tilt / 2), 0, 0, ...posture],
    qvel: [...velocity, 0, 0, 0, 0, ...posture],
  }
  return (
    await stepFrom(
      humanoid(variant)(),
      state,
      Array.from({ length: 21 }, () => action),
    )
  ).reward
}

it('stands without speed, for small actions', async () => {
  expect(await rewardOf('stand', [0, 0])).toBeCloseTo(1, 2)
  // Two meters per second along one of two axes: half of 1 and half of 0.1.
  expect(await rewardOf('stand', [0, 2])).toBeCloseTo(0.55, 2)
  expect(await rewardOf('stand', [0, 0], { tilt: Math.PI })).toBeCloseTo(0, 2)
  // Across: the cosine 0 is 0.9 of the margin of 1.9 below the bound.
  expect(await rewardOf('stand', [0, 0], { tilt: Math.PI / 2 })).toBeCloseTo(1 - 0.9 / 1.9, 1)
})

it.each([
  ['walk', 1],
  ['run', 10],
] as const)('%s is rewarded in full at %d m/s in any direction', async (variant, speed) => {
  expect(await rewardOf(variant, [1.2 * speed, 0])).toBeCloseTo(1, 2)
  expect(await rewardOf(variant, [-0.9 * speed, -0.9 * speed])).toBeCloseTo(1, 2)
  expect(await rewardOf(variant, [0, speed / 2])).toBeCloseTo((5 * 0.5 + 1) / 6, 2)
  expect(await rewardOf(variant, [0, 0])).toBeCloseTo(1 / 6, 1)
})

it('rewards the greatest action with 0.8 of what none has', async () => {
  // The action moves the body as well; actions beyond 1 move it no further.
  const [none, whole] = await Promise.all([0, 1].map((action) => rewardOf('walk', [2, 0], { action })))
  expect(whole / none).toBeLessThan(0.805)
  expect(whole / none).toBeGreaterThan(0.7)
})
