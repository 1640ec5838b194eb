import { describe, expect, it } from 'vitest'
import { cartpole } from '../../../src/environments/dmControl/cartpole.js'
import { expectNormal, expectUniform, startsOf, stepFrom } from './starts.js'

describe.each(['swingup', 'swingup_sparse'] as const)('cartpole %s', (variant) => {
  it('begins with the pole down, near rest', async () => {
    const starts = await startsOf(cartpole(variant)())
    expectNormal(
      'position',
      starts.map(({ qpos }) => qpos[0]),
      0,
      0.01,
    )
    expectNormal(
      'angle',
      starts.map(({ qpos }) => qpos[1]),
      Math.PI,
      0.01,
    )
    for (const i of [0, 1])
      expectNormal(
        `velocity ${i}`,
        starts.map(({ qvel }) => qvel[i]),
        0,
        0.01,
      )
  })
})

describe.each(['balance', 'balance_sparse'] as const)('cartpole %s', (variant) => {
  it('begins with the pole near upright', async () => {
    const starts = await startsOf(cartpole(variant)())
    expectUniform(
      'position',
      starts.map(({ qpos }) => qpos[0]),
      -0.1,
      0.1,
    )
    expectUniform(
      'angle',
      starts.map(({ qpos }) => qpos[1]),
      -0.034,
      0.034,
    )
    for (const i of [0, 1])
      expectNormal(
        `velocity ${i}`,
        starts.map(({ qvel }) => qvel[i]),
        0,
        0.01,
      )
  })
})

const rewardAt = async (variant: Parameters<typeof cartpole>[0], qpos: readonly number[], action = 0) =>
  (await stepFrom(cartpole(variant)(), { qpos, qvel: [0, 0] }, [action])).reward

it('rewards a still pole upright in the middle with 1, and less for each of the four terms', async () => {
  expect(await rewardAt('balance', [0, 0])).toBeCloseTo(1, 9)
  // The weakest push that counts in full has 0.8 of the reward, less what the motion of a hundredth of a second takes.
  expect(await rewardAt('balance', [0, 0], 1)).toBeCloseTo(0.8, 2)
  // 1.8 m from the middle: (1 + 0.1^(0.9²)) / 2.
  expect(await rewardAt('balance', [1.8, 0])).toBeCloseTo((1 + 0.1 ** 0.81) / 2, 6)
  expect(await rewardAt('balance', [0, Math.PI])).toBeCloseTo(0, 9)
  const turning = await stepFrom(cartpole('swingup')(), { qpos: [0, Math.PI / 2], qvel: [0, 5] }, [0])
  expect(turning.reward).toBeLessThan(0.5 * 0.56)
})

it('rewards the sparse tasks with 1 for both bounds, and else with 0', async () => {
  const at = (position: number, cosine: number) => rewardAt('swingup_sparse', [position, Math.acos(cosine)])
  expect(await Promise.all([at(0, 0.996), at(0.249, 0.996), at(0.251, 0.996), at(0, 0.994)])).toEqual([1, 1, 0, 0])
})
