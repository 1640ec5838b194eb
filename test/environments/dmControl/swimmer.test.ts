import { describe, expect, it } from 'vitest'
import { swimmer } from '../../../src/environments/dmControl/swimmer.js'
import { expectAtRest, expectUniform, expectWithin, startsOf, stepFrom } from './starts.js'

describe.each([
  ['swimmer6', 6],
  ['swimmer15', 15],
] as const)('swimmer %s', (variant, links) => {
  const task = swimmer(variant)()
  const rest = Array.from({ length: links + 2 }, () => 0)

  it('begins in any posture, at rest, with the target nearby in one episode of five', async () => {
    const starts = await startsOf(task)
    expectAtRest(starts)
    for (const { qpos } of starts) expect(qpos.slice(0, 2)).toEqual([0, 0])
    expectUniform(
      'direction',
      starts.map(({ qpos }) => qpos[2]),
      -Math.PI,
      Math.PI,
    )
    const limit = (2 * Math.PI) / links
    for (let i = 3; i < links + 2; i++)
      expectUniform(
        `joint ${i}`,
        starts.map(({ qpos }) => qpos[i]),
        -limit,
        limit,
      )
    const places = starts.map(({ model }) => model['geom_pos'].slice(3, 6))
    for (const axis of [0, 1])
      expectWithin(
        `target ${axis}`,
        places.map((each) => each[axis]),
        -2,
        2,
      )
    const nearby = places.filter(([x, y]) => Math.abs(x) < 0.3 && Math.abs(y) < 0.3)
    // Of the targets far away, one in 44 is as near. Four deviations of a count over 400.
    expect(Math.abs(nearby.length / 400 - (0.2 + 0.8 * 0.15 * 0.15))).toBeLessThan(0.085)
    expect(new Set(places.map(([, , z]) => z))).toEqual(new Set([0.05]))
  })

  it('rewards a nose near the target', async () => {
    // The nose is 0.06 m before the head, along -y.
    const rewardAt = async (gap: number) =>
      (
        await stepFrom(
          task,
          { qpos: rest, qvel: rest, model: { geom_pos: { 1: [0, -0.06 - gap, 0.05] } } },
          Array.from({ length: links - 1 }, () => 0),
        )
      ).reward
    expect(await Promise.all([0, 0.0999].map(rewardAt))).toEqual([1, 1])
    expect(await rewardAt(0.6)).toBeCloseTo(0.1, 9)
    expect(await rewardAt(1.1)).toBeCloseTo(1 / 37, 9)
  })
})
