import { describe, expect, it } from 'vitest'
import { fields, reacher } from '../../../src/environments/dmControl/reacher.js'
import type { Model } from '../../../src/environments/mujoco/model.js'
import { expectAtRest, expectUniform, expectWithin, open, startsOf, stepFrom } from './starts.js'

const target = 6
const wrist = (160 * Math.PI) / 180
/** The arm along x: its finger is at 0.24 m. The target is `gap` beyond it. */
const reaching = (gap: number) => ({
  qpos: [0, 0],
  qvel: [0, 0],
  model: { geom_pos: { [target]: [0.24 + gap, 0, 0.01] } },
})

describe.each([
  ['easy', 0.05],
  ['hard', 0.015],
] as const)('reacher %s', (variant, radius) => {
  it('begins in any posture, with the target in a ring around the shoulder', async () => {
    const starts = await startsOf(reacher(variant)())
    expectAtRest(starts)
    expectUniform(
      'shoulder',
      starts.map(({ qpos }) => qpos[0]),
      -Math.PI,
      Math.PI,
    )
    expectUniform(
      'wrist',
      starts.map(({ qpos }) => qpos[1]),
      -wrist,
      wrist,
    )
    const places = starts.map(({ model }) => model['geom_pos'].slice(3 * target, 3 * target + 3))
    expectUniform(
      'distance',
      places.map(([x, y]) => Math.hypot(x, y)),
      0.05,
      0.2,
    )
    expectUniform(
      'angle',
      places.map(([x, y]) => Math.atan2(y, x)),
      -Math.PI,
      Math.PI,
    )
    expectWithin(
      'height',
      places.map(([, , z]) => z),
      0.01,
      0.01,
    )
    for (const { model } of starts) expect(model['geom_size'][3 * target]).toBe(radius)
  })

  it('rewards a finger that overlaps with the target', async () => {
    const rewardAt = async (gap: number) => (await stepFrom(reacher(variant)(), reaching(gap), [0, 0])).reward
    const touching = radius + 0.01
    expect(await Promise.all([0, touching - 1e-6, touching + 1e-6].map(rewardAt))).toEqual([1, 1, 0])
  })
})

describe('options of reacher', () => {
  it('has a target of any size', async () => {
    const task = reacher('hard')({ targetSize: 0.001 })
    const size = (task.source as Model).geoms[target].size
    expect(size).toEqual([0.001])
    const rewardAt = async (gap: number) => (await stepFrom(task, reaching(gap), [0, 0])).reward
    expect(await Promise.all([0.0109, 0.0111].map(rewardAt))).toEqual([1, 0])
    expect(fields.targetSize.codec.is(0)).toBe(false)
    expect(fields.targetSize.codec.is('task')).toBe(true)
  })

  it('in minimum time rewards each step with -1, and terminates at the first that the task rewards', async () => {
    const world = await open(reacher('easy')({ minimumTime: true }))
    world.setState(reaching(0.2))
    const before = world.step([0, 0])
    world.setState(reaching(0))
    const arrived = world.step([0, 0])
    expect([before, arrived].map(({ reward, terminated }) => [reward, terminated])).toEqual([
      [-1, false],
      [-1, true],
    ])
    world.close()
  })
})
