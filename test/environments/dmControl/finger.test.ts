import { describe, expect, it } from 'vitest'
import { finger } from '../../../src/environments/dmControl/finger.js'
import { expectAtRest, expectUniform, expectWithin, startsOf, stepFrom } from './starts.js'

const limit = (110 * Math.PI) / 180
/** The spinner upright, with its tip at (0.2, 0.53), and the finger away from it. */
const away = { qpos: [-Math.PI / 2, 0, 0], qvel: [0, 0, 0] }

describe.each(['spin', 'turn_easy', 'turn_hard'] as const)('finger %s', (variant) => {
  it('begins in any posture without contacts, at rest', async () => {
    const starts = await startsOf(finger(variant)())
    expectAtRest(starts, 0)
    const angles = [0, 1, 2].map((i) => starts.map(({ qpos }) => qpos[i]))
    // Contacts take some of the postures away, least of the spinner's.
    for (const i of [0, 1]) expectWithin(`angle ${i}`, angles[i], -limit, limit)
    for (const i of [0, 1]) expect(Math.max(...angles[i]) - Math.min(...angles[i])).toBeGreaterThan(1.9 * limit)
    expectUniform('spinner', angles[2], -Math.PI, Math.PI)
  })
})

it('spins with a light hinge, and turns with a heavy one', async () => {
  const dampings = await Promise.all(
    (['spin', 'turn_hard'] as const).map(async (variant) => {
      const [{ model }] = await startsOf(finger(variant)(), 1)
      return model['dof_damping'][2]
    }),
  )
  expect(dampings).toEqual([0.03, 0.5])
})

it('rewards 15 rad/s in one direction of spinning', async () => {
  const rewardAt = async (velocity: number) =>
    (await stepFrom(finger('spin')(), { ...away, qvel: [0, 0, velocity] }, [0, 0])).reward
  expect(await Promise.all([-20, -5, 0, 20].map(rewardAt))).toEqual([1, 0, 0, 0])
})

describe.each([
  ['turn_easy', 0.07],
  ['turn_hard', 0.03],
] as const)('finger %s', (variant, radius) => {
  const task = finger(variant)()

  it('has its target on the circle of the tip', async () => {
    const starts = await startsOf(task)
    const places = starts.map(({ model }) => model['site_pos'].slice(0, 3))
    for (const [x, y, z] of places) {
      expect(Math.hypot(x - 0.2, z - 0.4)).toBeCloseTo(0.13, 12)
      expect(y).toBe(0)
    }
    expectUniform(
      'angle',
      places.map(([x, , z]) => Math.atan2(x - 0.2, z - 0.4)),
      -Math.PI,
      Math.PI,
    )
    for (const { model } of starts) expect(model['site_size'][0]).toBe(radius)
  })

  it('rewards a tip in the target, and observes the distance to its edge', async () => {
    const at = async (gap: number) => {
      const model = { site_pos: { 0: [0.2 + gap, 0, 0.53] } }
      const { reward, observation } = await stepFrom(task, { ...away, model }, [0, 0])
      return [reward, observation[11]]
    }
    const [inside, outside] = await Promise.all([at(radius - 1e-3), at(radius + 1e-3)])
    expect([inside[0], outside[0]]).toEqual([1, 0])
    expect(inside[1]).toBeCloseTo(-1e-3, 9)
    expect(outside[1]).toBeCloseTo(1e-3, 9)
  })
})
