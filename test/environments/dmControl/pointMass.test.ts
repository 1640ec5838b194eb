import { expect, it } from 'vitest'
import { pointMass } from '../../../src/environments/dmControl/pointMass.js'
import { expectAtRest, expectUniform, startsOf, stepFrom } from './starts.js'

const task = pointMass('easy')()

it('begins anywhere between the walls, at rest', async () => {
  const starts = await startsOf(task)
  expectAtRest(starts)
  for (const i of [0, 1])
    expectUniform(
      `position ${i}`,
      starts.map(({ qpos }) => qpos[i]),
      -0.29,
      0.29,
    )
})

it('rewards a ball near the middle, and small actions', async () => {
  const rewardAt = async (x: number, action: readonly number[] = [0, 0]) =>
    (await stepFrom(task, { qpos: [x, 0], qvel: [0, 0] }, action)).reward
  expect(await rewardAt(0)).toBe(1)
  expect(await rewardAt(0.0149)).toBe(1)
  // One radius beyond the edge of the target.
  expect(await rewardAt(0.03)).toBeCloseTo(0.1, 12)
  expect(await rewardAt(0, [1, -1])).toBeCloseTo(0.8, 12)
  expect(await rewardAt(0, [1, 0])).toBeCloseTo(0.9, 12)
  expect(await rewardAt(0, [0.5, 0.5])).toBeCloseTo(0.95, 12)
})
