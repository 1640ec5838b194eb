/** The bodies of simulated arms: they follow their paths within the torques of their joints, and stop at what they touch. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ArmBody, openArmBody } from '../../../src/robots/armSimulator/armBody.js'
import { openArmModel } from '../../../src/robots/armSimulator/armModel.js'
import { type Obstacle, type SimulatedArm, simulatedArm } from '../../../src/robots/armSimulator/simulatedArm.js'
import { armGeometries, flangeOf } from '../../../src/robots/ur/kinematics.js'
import { urReacher2 } from '../../../src/robots/ur/reacherSetup.js'
import { ur5Model } from '../../../src/robots/urSimulator/ur5Model.js'
import { seeded } from '../../../src/random.js'
import { sevenJoints } from './arms.js'

const opened = async (model: Parameters<typeof openArmBody>[0]): Promise<ArmBody> => {
  const body = await openArmBody(model)
  onTestFinished(body.close)
  return body
}
/** Lets so many ticks of 8 ms pass; the first obstacle, and how far a joint was from what was wanted a tick before, at most. */
const passed = (arm: SimulatedArm, ticks: number): { readonly obstacle: Obstacle | null; readonly behind: number } => {
  let behind = 0
  for (let tick = 0; tick < ticks; tick++) {
    const wanted = [...arm.targetQ]
    const obstacle = arm.tick(0.008)
    behind = Math.max(behind, ...wanted.map((angle, i) => Math.abs(arm.q[i] - angle)))
    if (obstacle !== null) return { obstacle, behind }
  }
  return { obstacle: null, behind }
}

describe('the model of a UR5', () => {
  test.each(Object.entries(armGeometries))('has the geometry of the %s', async (_name, geometry) => {
    const model = await openArmModel(ur5Model(geometry))
    onTestFinished(model.close)
    const random = seeded(4)('environment')
    for (let run = 0; run < 50; run++) {
      const q = Array.from({ length: 6 }, () => 6 * random.uniform() - 3)
      const place = model.placeOf(q)
      for (const [i, each] of flangeOf(q, geometry).place.entries())
        expect(Math.abs(place[i] - each)).toBeLessThan(1e-12)
    }
  })

  test('touches nothing within the space of the reacher', async () => {
    const body = await opened(ur5Model())
    const arm = simulatedArm(body, urReacher2.reference)
    for (let i = 0; i <= 10; i++) {
      for (let j = 0; j <= 10; j++) {
        const q = [...urReacher2.reference]
        q[1] = urReacher2.low[1] + (i / 10) * (urReacher2.high[1] - urReacher2.low[1])
        q[2] = urReacher2.low[2] + (j / 10) * (urReacher2.high[2] - urReacher2.low[2])
        if (urReacher2.placeOf(q)[2] < 0.45) continue
        arm.place(q)
        expect(passed(arm, 2).obstacle).toBeNull()
      }
    }
  })
})

describe('a body', () => {
  test('holds its place against gravity', async () => {
    const arm = simulatedArm(await opened(ur5Model()), [0, -0.5, 0.3, 0, 0, 0])
    expect(passed(arm, 500).behind).toBeLessThan(1e-6)
  })

  test('follows within a millirad at the speeds of the reacher, and slides behind where its torque is used up', async () => {
    const body = await opened(ur5Model())
    const arm = simulatedArm(body, urReacher2.reference)
    const random = seeded(2)('environment')
    let behind = 0
    for (let step = 0; step < 100; step++) {
      const speeds = [0, 1, 1, 0, 0, 0].map((share) => share * (0.6 * random.uniform() - 0.3))
      arm.run({ kind: 'speedj', speeds, acceleration: 1.4, time: 1 })
      behind = Math.max(behind, passed(arm, 5).behind)
    }
    expect(behind).toBeLessThan(1e-3)
    expect(behind).toBeGreaterThan(1e-6)

    arm.place([0, -0.4, 0.1, 0, 0, 0])
    // Upwards with the whole arm stretched out: gravity and 40 rad/s² are more than 150 Nm.
    arm.run({ kind: 'speedj', speeds: [0, -2, 0, 0, 0, 0], acceleration: 40, time: 1 })
    expect(passed(arm, 10).behind).toBeGreaterThan(0.005)
  })

  test('that touches the table stops there, and presses no further', async () => {
    const body = await opened(ur5Model())
    const arm = simulatedArm(body, urReacher2.reference)
    arm.run({ kind: 'movej', angles: [1.58, 0.3, 0.3, 0, 0, 0], acceleration: 1.4, speed: 1.05, time: 3 })
    const { obstacle } = passed(arm, 500)
    expect(obstacle?.kind).toBe('contact')
    expect(obstacle?.line).toMatch(/^the arm has touched something: \d+ Nm at a joint$/)
    for (let tick = 0; tick < 200; tick++) if (arm.tick(0.008) !== null) arm.hold()
    expect(arm.tick(0.008)).toBeNull()
    expect(Math.max(...arm.qd.map(Math.abs))).toBeLessThan(1e-3)
    expect(body.contactTorque).toBeLessThan(30)
    // It is free to move away.
    arm.run({ kind: 'movej', angles: [1.58, -1, 0.3, 0, 0, 0], acceleration: 1.4, speed: 1.05, time: 2 })
    expect(passed(arm, 300).obstacle).toBeNull()
    expect(arm.q[1]).toBeCloseTo(-1, 3)
  })

  test('whose joint is blocked says which', async () => {
    const { source, joints } = ur5Model()
    const weak = (source.xml as string).replaceAll('-150 150', '-5 5')
    const arm = simulatedArm(await opened({ name: 'weak', source: { xml: weak }, joints }), [0, -0.8, 0, 0, 0, 0])
    expect(passed(arm, 100).obstacle).toMatchObject({
      kind: 'behind',
      line: expect.stringMatching(/^joint \d does not follow$/) as string,
    })
  })

  test('ignores the actuators of its model', async () => {
    const xml = (sevenJoints.source.xml as string).replace(
      '</mujoco>',
      '<actuator><position joint="joint2" kp="5000"/><motor joint="joint3" gear="9"/></actuator></mujoco>',
    )
    const arm = simulatedArm(await opened({ ...sevenJoints, source: { xml } }), [0, 0.7, 0, -1.2, 0, 0.6, 0])
    expect(passed(arm, 100).behind).toBeLessThan(1e-6)
  })

  test('refuses a timestep that does not divide a tick, and joints without a range', async () => {
    const xml = (sevenJoints.source.xml as string).replace('<worldbody>', '<option timestep="0.003"/><worldbody>')
    const arm = simulatedArm(await opened({ ...sevenJoints, source: { xml } }), [0, 0, 0, 0, 0, 0, 0])
    expect(() => arm.tick(0.008)).toThrow('seven joints: expected a timestep of the model that divides 8 ms, got 3 ms')
    await expect(openArmBody({ ...sevenJoints, joints: ['joint8'] })).rejects.toThrow(/nearest: joint1/)
    const free = (sevenJoints.source.xml as string).replace('range="-2 2"', '')
    await expect(openArmBody({ ...sevenJoints, source: { xml: free } })).rejects.toThrow(
      'seven joints: expected a range of the joint joint1, got none',
    )
  })
})
