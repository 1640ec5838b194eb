/** The reacher on other arms that MJCF describes, of six and of seven joints, on a virtual clock. */
import { describe, expect, onTestFinished, test } from 'vitest'
import type { SensedStep } from '../../../src/drivers/device.js'
import { seeded } from '../../../src/random.js'
import { openArmModel } from '../../../src/robots/armSimulator/armModel.js'
import { simulateArm } from '../../../src/robots/armSimulator/simulateArm.js'
import { armGeometries, flangeOf } from '../../../src/robots/ur/kinematics.js'
import { anglesOf } from '../../../src/robots/ur/reacherSafety.js'
import { isInBox } from '../../../src/robots/ur/reacherSetup.js'
import { reacherObservation, reacherObservationSpec, reacherReward } from '../../../src/robots/ur/reacherTask.js'
import { urReacher } from '../../../src/robots/ur/urReacher.js'
import { virtualClock } from '../../../src/testing/virtualClock.js'
import { realtime } from '../../../src/time/realtime.js'
import { type ReacherArm, reacherOn, sevenJoints, sixJoints } from './arms.js'

describe('the model of an arm', () => {
  test('of six joints has the geometry of its table', async () => {
    const random = seeded(9)('environment')
    for (const geometry of Object.values(armGeometries)) {
      const model = await openArmModel(sixJoints(geometry))
      onTestFinished(() => model.close())
      for (let run = 0; run < 20; run++) {
        const q = Array.from({ length: 6 }, () => 6 * random.uniform() - 3)
        const place = model.placeOf(q)
        for (const [i, each] of flangeOf(q, geometry).place.entries()) expect(place[i]).toBeCloseTo(each, 9)
      }
    }
  })

  test('without a joint, a site, or a range is refused in one line', async () => {
    await expect(openArmModel({ ...sevenJoints, joints: ['joint8'] })).rejects.toThrow(
      /joint7\), got 'joint8'; nearest: joint1/,
    )
    await expect(openArmModel({ ...sevenJoints, tool: 'tol' })).rejects.toThrow(/got 'tol'; nearest: tool/)
    const xml = (sevenJoints.source.xml as string).replace('range="-2 2"', '')
    await expect(openArmModel({ ...sevenJoints, source: { xml } })).rejects.toThrow(
      'seven joints: expected a range of the joint joint1, got none',
    )
  })
})

/** Runs the task with commands at random, or towards the target by the slopes of the place. */
const played = async (setup: ReacherArm, steps: number, towards: boolean) => {
  const clock = virtualClock()
  const arm = simulateArm({ setup, body: setup.body, scheduler: clock })
  onTestFinished(() => arm.close())
  const random = seeded(3)
  const schedule = realtime({ cycle: 40, scheduler: clock })
  const world = urReacher(arm, { setup, schedule, random: random('environment') })
  const seen: SensedStep[] = []
  const draws = random('policy')
  const run = { error: null as unknown }
  const subscription = world.timeSteps.subscribe({
    next: (step) => {
      seen.push(step)
      const n = setup.driven.length
      const target = Array.from(step.observation).slice(2 * n + 3, 2 * n + 6)
      const q = arm.status().sample!.targetQ
      const goal = towards ? anglesOf(setup, target as unknown as readonly [number, number, number], q) : q
      const command = setup.driven.map((joint) =>
        towards
          ? Math.max(-setup.mostSpeed, Math.min(setup.mostSpeed, 3 * (goal[joint] - q[joint])))
          : setup.mostSpeed * (2 * draws.uniform() - 1),
      )
      world.act(command, step.index, {} as never)
    },
    error: (error: unknown) => {
      run.error = error
    },
  })
  onTestFinished(() => subscription.unsubscribe())
  while (seen.length < steps && run.error === null) {
    clock.advance(8)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(run.error).toBeNull()
  return { seen, arm }
}

describe.each([
  ['six', () => reacherOn(sixJoints(armGeometries.ur5), [1.587, -2.0, 1.5, -0.718, 1.637, 1.009], [0, 1, 2]), 9 + 3],
  ['seven', () => reacherOn(sevenJoints, [0.2, 0.7, 0, -1.2, 0, 0.6, 0], [0, 1, 2, 3, 4, 5, 6]), 21 + 3],
] as const)('a reacher on an arm of %s joints', (_name, open, size) => {
  test('begins at the reference, has targets in its box, and reaches them', async () => {
    const setup = await open()
    onTestFinished(setup.close)
    const { seen } = await played(setup, 100, true)
    setup.driven.forEach((joint, i) => expect(seen[0].observation[i]).toBeCloseTo(setup.reference[joint], 2))
    expect(reacherObservation(seen[0], setup)).toHaveLength(size)
    expect(reacherObservationSpec(setup).size).toBe(size)
    const first = reacherReward(seen[0], setup)
    const last = reacherReward(seen[99], setup)
    expect(first).toBeLessThan(3)
    expect(last).toBeGreaterThan(4.5)
  })

  test('stays in its space, by commands at random', async () => {
    const setup = await open()
    onTestFinished(setup.close)
    const { arm, seen } = await played(setup, 300, false)
    expect(seen).toHaveLength(300)
    const { targetQ } = arm.status().sample!
    expect(isInBox(setup, setup.placeOf(targetQ), -0.05)).toBe(true)
    for (const [joint, angle] of targetQ.entries()) {
      expect(angle).toBeGreaterThan(setup.low[joint] - 0.2)
      expect(angle).toBeLessThan(setup.high[joint] + 0.2)
      if (!setup.driven.includes(joint)) expect(angle).toBe(setup.reference[joint])
    }
  })
})

test('commands of another number of joints are refused', async () => {
  const setup = await reacherOn(sevenJoints, [0, 0.5, 0, -1, 0, 0.5, 0], [1, 3])
  onTestFinished(setup.close)
  const { body } = setup
  const arm = simulateArm({ setup, body, scheduler: virtualClock() })
  await expect(arm.speed([1, 2])).rejects.toThrow('Reacher, seven joints: expected 7 finite numbers, got 1, 2')
  await expect(arm.approach([NaN, 0, 0, 0, 0, 0, 0], 100)).rejects.toThrow('expected 7 finite numbers')
  expect(() => simulateArm({ setup: { ...setup, reference: [0] }, body })).toThrow(
    'Reacher, seven joints: body: expected 1 joints, as in reference, got 7',
  )
  expect(() => simulateArm({ setup: { ...setup, reference: [0, 0, 0, -2.5, 0, 0, 0] }, body })).toThrow(
    'Reacher, seven joints: reference[3]: expected -2 to 2 rad, got -2.5',
  )
  arm.close()
})
