import { expect, it } from 'vitest'
import { pendulum } from '../../../src/environments/dmControl/pendulum.js'
import { expectAtRest, expectUniform, startsOf, stepFrom } from './starts.js'

const task = pendulum('swingup')()

it('begins at any angle, at rest', async () => {
  const starts = await startsOf(task)
  expectAtRest(starts)
  expectUniform(
    'angle',
    starts.map(({ qpos }) => qpos[0]),
    -Math.PI,
    Math.PI,
  )
})

it('rewards 8 degrees to both sides of upright, after the action', async () => {
  const rewardAt = async (degrees: number, velocity = 0) =>
    (await stepFrom(task, { qpos: [(degrees * Math.PI) / 180], qvel: [velocity] }, [0])).reward
  expect(await Promise.all([0, 7.8, -7.8, 8.1, -8.1, 180].map((at) => rewardAt(at)))).toEqual([1, 1, 1, 0, 0, 0])
  expect(await rewardAt(7.8, 2)).toBe(0)
  expect(await rewardAt(0 + 360 * 3)).toBe(1)
})
