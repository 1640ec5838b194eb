import { expect, it } from 'vitest'
import { ballInCup } from '../../../src/environments/dmControl/ballInCup.js'
import { expectAtRest, expectWithin, open, startsOf, stepFrom } from './starts.js'

const task = ballInCup('catch')()
/** The ball hangs at a height of 0.2 m where its position is 0; the middle of the cup is at 0.55 m. */
const inCup = 0.35

it('begins with the ball around the cup, without contacts, at rest', async () => {
  const starts = await startsOf(task)
  expectAtRest(starts, 0)
  for (const { qpos } of starts) expect(qpos.slice(0, 2)).toEqual([0, 0])
  const [x, z] = [2, 3].map((i) => starts.map(({ qpos }) => qpos[i]))
  expectWithin('x', x, -0.2, 0.2)
  expectWithin('z', z, 0.2, 0.5)
  expect(Math.max(...x) - Math.min(...x)).toBeGreaterThan(0.38)
  expect(Math.max(...z) - Math.min(...z)).toBeGreaterThan(0.28)
})

it('rewards a ball that is in the cup with all of it', async () => {
  const rewardAt = async (x: number, z: number) =>
    (await stepFrom(task, { qpos: [0, 0, x, z], qvel: [0, 0, 0, 0] }, [0, 0])).reward
  expect(await rewardAt(0, inCup)).toBe(1)
  expect(await rewardAt(0, inCup + 0.02)).toBe(1)
  expect(await rewardAt(0, inCup + 0.03)).toBe(0)
  expect(await rewardAt(0.03, inCup + 0.2)).toBe(0)
  expect(await rewardAt(0, 0.1)).toBe(0)
})

it('in minimum time terminates once the ball is caught', async () => {
  const world = await open(ballInCup('catch')({ minimumTime: true }))
  const ends = [0.1, inCup].map((z) => {
    world.setState({ qpos: [0, 0, 0, z], qvel: [0, 0, 0, 0] })
    const { reward, terminated } = world.step([0, 0])
    return [reward, terminated]
  })
  expect(ends).toEqual([
    [-1, false],
    [-1, true],
  ])
  world.close()
})
