import { expect, it } from 'vitest'
import { hopper } from '../../../src/environments/dmControl/hopper.js'
import { expectAtRest, expectUniform, startsOf, stepFrom } from './starts.js'

const degree = Math.PI / 180
const limits = [
  [-30, 30],
  [-170, 10],
  [5, 150],
  [-45, 45],
]

// Its other tasks begin alike.
it('begins at any pitch and any angles within the limits, at rest', async () => {
  const starts = await startsOf(hopper('stand')())
  expectAtRest(starts)
  for (const { qpos } of starts) expect(qpos.slice(0, 2)).toEqual([0, 0])
  expectUniform(
    'pitch',
    starts.map(({ qpos }) => qpos[2]),
    -Math.PI,
    Math.PI,
  )
  limits.forEach(([low, high], i) => {
    expectUniform(
      `joint ${i}`,
      starts.map(({ qpos }) => qpos[3 + i]),
      low * degree,
      high * degree,
    )
  })
})

/** Upright, high above the floor, with straight legs; `pitch` turns it. */
const rewardOf = async (variant: 'stand' | 'hop', speed: number, action = 0, pitch = 0) =>
  (
    await stepFrom(hopper(variant)(), { qpos: [0, 5, pitch, 0, 0, 5 * degree, 0], qvel: [speed, 0, 0, 0, 0, 0, 0] }, [
      action,
      action,
      action,
      action,
    ])
  ).reward

it('stands for small actions', async () => {
  expect(await rewardOf('stand', 0)).toBe(1)
  expect(await rewardOf('stand', 0, 1)).toBeCloseTo(0.8, 12)
  expect(await rewardOf('stand', 0, 0, Math.PI)).toBe(0)
})

it('hops at 2 m/s, standing', async () => {
  expect(await rewardOf('hop', 2.1)).toBe(1)
  // One meter per second too slow has half of the reward, and falls on in a straight line.
  expect(await rewardOf('hop', 1)).toBeCloseTo(0.5, 6)
  expect(await rewardOf('hop', -0.5)).toBe(0)
  expect(await rewardOf('hop', 3, 0, Math.PI)).toBe(0)
})
