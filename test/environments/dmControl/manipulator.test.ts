import { beforeAll, describe, expect, it } from 'vitest'
import { manipulator } from '../../../src/environments/dmControl/manipulator.js'
import { type Start, expectUniform, expectWithin, startsOf, stepFrom } from './starts.js'

const task = manipulator('bring_ball')()
const degree = Math.PI / 180
const target = 11

describe('initial states of the manipulator', () => {
  let starts: readonly Start[] = []
  beforeAll(async () => {
    starts = await startsOf(task, 1000)
  })
  const place = ({ model }: Start) => {
    const [x, , z] = model['body_pos'].slice(3 * target)
    const [w, , y] = model['body_quat'].slice(4 * target)
    return { x, z, angle: 2 * Math.atan2(y, w) }
  }
  const ball = ({ qpos }: Start) => ({ x: qpos[8], z: qpos[9], angle: qpos[10] })
  const isInTarget = (start: Start) => {
    const [a, b] = [place(start), ball(start)]
    return Math.hypot(a.x - b.x, a.z - b.z) < 1e-9
  }

  it('have any posture of the arm without contacts, and a closed or open hand', () => {
    for (const { time, contacts } of starts) expect([time, contacts]).toEqual([0, 0])
    const angles = (i: number) => starts.map(({ qpos }) => qpos[i])
    expectWithin('root', angles(0), -Math.PI, Math.PI)
    for (const i of [1, 2]) expectWithin(`joint ${i}`, angles(i), -160 * degree, 160 * degree)
    expectWithin('wrist', angles(3), -140 * degree, 140 * degree)
    expectWithin('thumb', angles(4), -10 * degree, 60 * degree)
    for (const i of [5, 7]) expectUniform(`tip ${i}`, angles(i), -40 * degree, 20 * degree)
    for (const { qpos } of starts) expect(qpos[6]).toBe(qpos[4])
  })

  it('have the target anywhere before the walls', () => {
    const places = starts.map(place)
    expectUniform(
      'x',
      places.map(({ x }) => x),
      -0.4,
      0.4,
    )
    expectUniform(
      'z',
      places.map(({ z }) => z),
      0.1,
      0.4,
    )
    expectUniform(
      'angle',
      places.map(({ angle }) => angle),
      -Math.PI,
      Math.PI,
    )
  })

  it('have the ball in the target, in the hand, or anywhere with a velocity', () => {
    const inTarget = starts.filter(isInTarget)
    for (const start of inTarget) expect(ball(start).angle).toBeCloseTo(place(start).angle, 9)
    // Contacts reject more of the balls that lie anywhere than of those in the target, which are drawn in one attempt of ten.
    expectWithin('share in the target', [inTarget.length / starts.length], 0.08, 0.25)
    const moving = starts.filter(({ qvel }) => qvel[8] !== 0)
    expectWithin(
      'velocity',
      moving.map(({ qvel }) => qvel[8]),
      -5,
      5,
    )
    expectWithin('share that moves', [moving.length / starts.length], 0.6, 0.95)
    for (const { qvel } of starts) expect(qvel.filter((velocity, i) => i !== 8 && velocity !== 0)).toEqual([])
    const inHand = starts.filter((start) => !isInTarget(start) && start.qvel[8] === 0)
    expectWithin('share in the hand', [inHand.length / starts.length], 0.01, 0.15)
  })
})

it('rewards a ball near the target', async () => {
  /** The arm upright, and the ball at 0.2 m beside it. */
  const rewardAt = async (gap: number) =>
    (
      await stepFrom(
        task,
        {
          qpos: [0, 0, 0, 0, 0, 0, 0, 0, 0.2, 0.3, 0],
          qvel: Array.from({ length: 11 }, () => 0),
          model: { body_pos: { [target]: [0.2 + gap, 0, 0.3] } },
        },
        [0, 0, 0, 0, 0],
      )
    ).reward
  expect(await rewardAt(0)).toBe(1)
  expect(await rewardAt(0.009)).toBe(1)
  expect(await rewardAt(0.03)).toBeCloseTo(0.1, 2)
})
