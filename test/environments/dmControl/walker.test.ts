import { expect, it } from 'vitest'
import { walker } from '../../../src/environments/dmControl/walker.js'
import { expectAtRest, expectUniform, startsOf, stepFrom } from './starts.js'

const degree = Math.PI / 180
const limits = [
  [-20, 100],
  [-150, 0],
  [-45, 45],
]

// Its other tasks begin alike.
it('begins at any pitch and any angles within the limits, at rest', async () => {
  const starts = await startsOf(walker('stand')())
  expectAtRest(starts)
  for (const { qpos } of starts) expect(qpos.slice(0, 2)).toEqual([0, 0])
  expectUniform(
    'pitch',
    starts.map(({ qpos }) => qpos[2]),
    -Math.PI,
    Math.PI,
  )
  for (let i = 0; i < 6; i++) {
    const [low, high] = limits[i % 3]
    expectUniform(
      `joint ${i}`,
      starts.map(({ qpos }) => qpos[3 + i]),
      low * degree,
      high * degree,
    )
  }
})

/** High above the floor, where the height is rewarded in full. */
const rewardOf = async (variant: 'stand' | 'walk' | 'run', speed: number, pitch = 0) =>
  (
    await stepFrom(
      walker(variant)(),
      { qpos: [3, 0, pitch, 0, 0, 0, 0, 0, 0], qvel: [0, speed, 0, 0, 0, 0, 0, 0, 0] },
      [0, 0, 0, 0, 0, 0],
    )
  ).reward

it('stands for height and for an upright torso', async () => {
  expect(await rewardOf('stand', 0)).toBeCloseTo(1, 9)
  expect(await rewardOf('stand', 0, Math.PI)).toBeCloseTo(0.75, 9)
})

it.each([
  ['walk', 1],
  ['run', 8],
] as const)('%s is rewarded in full at %d m/s, and with a sixth backward', async (variant, speed) => {
  expect(await rewardOf(variant, speed + 0.1)).toBeCloseTo(1, 9)
  expect(await rewardOf(variant, speed / 2)).toBeCloseTo((5 * 0.5 + 1) / 6, 6)
  expect(await rewardOf(variant, -speed)).toBeCloseTo(1 / 6, 9)
})
