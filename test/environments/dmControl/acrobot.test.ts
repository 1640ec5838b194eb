import { expect, it } from 'vitest'
import { acrobot } from '../../../src/environments/dmControl/acrobot.js'
import { expectAtRest, expectUniform, startsOf, stepFrom } from './starts.js'

it.each(['swingup', 'swingup_sparse'] as const)('%s begins at any angles, at rest', async (variant) => {
  const starts = await startsOf(acrobot(variant)())
  expectAtRest(starts)
  for (const i of [0, 1])
    expectUniform(
      `angle ${i}`,
      starts.map(({ qpos }) => qpos[i]),
      -Math.PI,
      Math.PI,
    )
})

it('rewards a tip in the target, and in swingup one that is near it', async () => {
  const rewardAt = async (variant: 'swingup' | 'swingup_sparse', angle: number) =>
    (await stepFrom(acrobot(variant)(), { qpos: [angle, 0], qvel: [0, 0] }, [0])).reward
  expect(await rewardAt('swingup', 0)).toBe(1)
  expect(await rewardAt('swingup_sparse', 0)).toBe(1)
  // The tip is two meters from the shoulder: 0.05 rad are 0.1 m, and 0.15 rad 0.3 m.
  expect(await rewardAt('swingup_sparse', 0.05)).toBe(1)
  expect(await rewardAt('swingup_sparse', 0.15)).toBe(0)
  expect(await rewardAt('swingup', 0.15)).toBeCloseTo(0.1 ** 0.01, 1)
  // Hanging down, the tip is four meters away from the target: 3.8 margins.
  expect(await rewardAt('swingup', Math.PI)).toBeCloseTo(0.1 ** (3.8 * 3.8), 16)
})
