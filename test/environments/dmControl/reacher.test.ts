import { describe, expect, it } from 'vitest'
import { fields, reacher } from '../../../src/environments/dmControl/reacher.js'
import type { Model } from '../../../src/environments/mujoco/model.js'
import type { MujocoSimulator, MujocoSnapshot } from '../../../src/environments/mujoco/types.js'
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

  describe('in minimum time', () => {
    const task = reacher('hard')({ minimumTime: true, targetSize: 1e-6 })
    const targetOf = ({ physics: { model } }: MujocoSnapshot) =>
      Array.from(model['geom_pos'].subarray(3 * target, 3 * target + 2))
    const toTheLimit = (world: MujocoSimulator) => {
      let last = world.step([1, -1])
      while (!last.truncated) last = world.step([1, -1])
    }

    it('keeps the target after the limit, with the arm placed anew, also from a snapshot between the two', async () => {
      const [world, other] = [await open(task), await open(task)]
      const first = world.reset(3).observation
      const place = targetOf(world.snapshot())
      toTheLimit(world)
      other.restore(world.snapshot())
      const next = world.reset().observation
      expect(targetOf(world.snapshot())).toEqual(place)
      expect([next[0], next[1]]).not.toEqual([first[0], first[1]])
      expect(other.reset().observation).toEqual(next)
      expect(targetOf(other.snapshot())).toEqual(place)
      for (const each of [world, other]) each.close()
    })

    it('moves it after any other end, and with a seed', async () => {
      const world = await open(task)
      world.reset(3)
      const place = targetOf(world.snapshot())
      toTheLimit(world)
      world.reset(4)
      const seeded = targetOf(world.snapshot())
      world.step([0, 0])
      world.reset()
      expect(
        [place, seeded, targetOf(world.snapshot())].map(String).filter((each, i, all) => all.indexOf(each) === i),
      ).toHaveLength(3)
      world.close()
    })

    it('refuses a snapshot that does not say how its episode ended', async () => {
      const world = await open(task)
      world.reset()
      const { limited, ...rest } = world.snapshot()
      expect(limited).toBe(false)
      expect(() => world.restore(rest)).toThrow('limited of a snapshot: expected true or false')
      world.close()
    })
  })
})
