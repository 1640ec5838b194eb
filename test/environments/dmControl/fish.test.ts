import { describe, expect, it } from 'vitest'
import { fish } from '../../../src/environments/dmControl/fish.js'
import { expectAnyOrientation, expectAtRest, expectUniform, startsOf, stepFrom } from './starts.js'

/** The fish level and at rest; `tilt` turns it about its length. */
const state = (tilt = 0) => ({
  qpos: [0, 0, 0.1, Math.cos(tilt / 2), 0, Math.sin(tilt / 2), 0, 0, 0, 0, 0, 0, 0, 0],
  qvel: Array.from({ length: 13 }, () => 0),
})
const still = [0, 0, 0, 0, 0]

describe.each(['upright', 'swim'] as const)('fish %s', (variant) => {
  it('begins in any orientation, with bent joints, at rest', async () => {
    const starts = await startsOf(fish(variant)())
    expectAtRest(starts)
    for (const { qpos } of starts) expect(qpos.slice(0, 3)).toEqual([0, 0, 0.1])
    expectAnyOrientation(starts)
    for (let i = 7; i < 14; i++)
      expectUniform(
        `joint ${i}`,
        starts.map(({ qpos }) => qpos[i]),
        -0.2,
        0.2,
      )
    const places = starts.map(({ model }) => model['geom_pos'].slice(3, 6))
    if (variant === 'upright') return expect(new Set(places.map(String))).toEqual(new Set(['0,0.4,0.1']))
    for (const axis of [0, 1])
      expectUniform(
        `target ${axis}`,
        places.map((each) => each[axis]),
        -0.4,
        0.4,
      )
    expectUniform(
      'target height',
      places.map(([, , z]) => z),
      0.1,
      0.3,
    )
  })
})

it('rewards an upright torso', async () => {
  const rewardAt = async (tilt: number) => (await stepFrom(fish('upright')(), state(tilt), still)).reward
  // A rounding error beyond 1 is outside of the bounds, and within the margin.
  expect(await rewardAt(0)).toBeCloseTo(1, 9)
  expect(await rewardAt(Math.PI / 2)).toBeCloseTo(0.1, 6)
  expect(await rewardAt(Math.PI)).toBeCloseTo(0.1 ** 4, 9)
})

it('rewards a mouth at the target, and a little of the posture', async () => {
  // The mouth is around 0.0745 m before the middle of the fish.
  const rewardAt = async (gap: number, tilt: number) =>
    (await stepFrom(fish('swim')(), { ...state(tilt), model: { geom_pos: { 1: [0, 0.0745 + gap, 0.1] } } }, still))
      .reward
  expect(await rewardAt(0, 0)).toBeCloseTo(1, 6)
  expect(await rewardAt(0, Math.PI)).toBeCloseTo(7 / 8, 6)
  // Its edge and two margins away: 3 times 0.045 m.
  expect(await rewardAt(0.135, 0)).toBeCloseTo((7 * 0.1 + 1) / 8, 6)
})
