import { expect, it } from 'vitest'
import { cheetah } from '../../../src/environments/dmControl/cheetah.js'
import { expectWithin, startsOf, stepFrom } from './starts.js'

const task = cheetah('run')()

it('begins on the floor, settled, at time 0', async () => {
  const starts = await startsOf(task, 100)
  for (const { time, contacts } of starts) {
    expect(time).toBe(0)
    expect(contacts).toBeGreaterThan(0)
  }
  // It begins 0.7 m above the floor, where the height is 0, and falls at most to its radius.
  expectWithin(
    'height',
    starts.map(({ qpos }) => qpos[1]),
    -0.7,
    0.1,
  )
  const speeds = starts.map(({ qvel }) => Math.hypot(...qvel))
  expect(speeds.filter((speed) => speed < 3).length, 'almost all of them lie still').toBeGreaterThan(80)
  // Springs hold the limbs, which began anywhere within their limits, in postures of their own.
  expect(new Set(starts.map(({ qpos }) => qpos[3])).size).toBe(100)
})

it('rewards in proportion to the forward speed, up to 10 m/s', async () => {
  const rewardAt = async (speed: number) =>
    (await stepFrom(task, { qpos: [0, 5, 0, 0, 0, 0, 0, 0, 0], qvel: [speed, 0, 0, 0, 0, 0, 0, 0, 0] }, [0, 0, 0, 0, 0, 0])) // prettier-ignore
    .reward
  expect(await rewardAt(5)).toBeCloseTo(0.5, 6)
  expect(await rewardAt(1)).toBeCloseTo(0.1, 6)
  expect(await Promise.all([11, 50, -3].map(rewardAt))).toEqual([1, 1, 0])
})
