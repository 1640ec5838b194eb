/** UR-Reacher-2 as SenseAct defines it: its numbers, its safety in a closed loop, and the whole world on a simulated arm. */
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { seeded } from '../../../src/random.js'
import { inverseKinematics, forwardKinematics, nearestAngles } from '../../../src/robots/ur/kinematics.js'
import { anglesOf, reacherSafety } from '../../../src/robots/ur/reacherSafety.js'
import { drawTarget, isInBox, type ToolPlace, urReacher2, urReacher2On } from '../../../src/robots/ur/reacherSetup.js'
import type { SimulateUr5Options } from '../../../src/robots/urSimulator/simulateUr5.js'
import { reacherObservation, reacherObservationSpec, reacherReward } from '../../../src/robots/ur/reacherTask.js'
import { urReacher, type UrReacherOptions } from '../../../src/robots/ur/urReacher.js'
import { openArmBody } from '../../../src/robots/armSimulator/armBody.js'
import { simulatedArm } from '../../../src/robots/armSimulator/simulatedArm.js'
import { ur5Model } from '../../../src/robots/urSimulator/ur5Model.js'
import type { SensedStep } from '../../../src/drivers/device.js'
import { realtime } from '../../../src/time/realtime.js'
import { pause, until } from '../../links/running.js'
import { drivenArm, rests, simulatedArm as startedArm } from '../urRig.js'

const { placeOf, reference, box } = urReacher2
const body = await openArmBody(ur5Model())
afterAll(body.close)
/** A step of the world whose tool is beside its target. */
const stepAt = (y: number, z: number) => ({ observation: [-2.4, 1.5, 0.15, -0.3, y, z, 0.1, 0.7, 0.3, -0.06] })

describe('the numbers of the task', () => {
  test.each([
    [0, 5],
    [0.02, 4.7],
    [0.05, 3.64],
    [0.1, 1.34],
    [0.2, -0.91],
    [0.3, -1.5],
  ])('a distance of %d m gives a reward of %d', (d, reward) => {
    expect(reacherReward(stepAt(0.1 + 0.6 * d, 0.7 - 0.8 * d))).toBeCloseTo(reward, 2)
  })

  test('a learner sees angles, speeds and the action in units of 0.3 rad/s, and the way to the target', () => {
    const seen = reacherObservation(stepAt(0.15, 0.65))
    expect(seen).toHaveLength(reacherObservationSpec().size)
    for (const [i, each] of [-2.4, 1.5, 0.5, -1, 0.05, -0.05, 1, -0.2].entries()) expect(seen[i]).toBeCloseTo(each, 12)
  })

  test('the reference is inside the box, in the frame of SenseAct', () => {
    const place = placeOf(reference)
    for (const [i, each] of [-0.10405, 0.019403, 0.769977].entries()) expect(place[i]).toBeCloseTo(each, 5)
    expect(isInBox(urReacher2, place)).toBe(true)
  })

  test('targets are places of the tool inside the box, the same for the same seed', () => {
    const [one, other] = [seeded(4)('environment'), seeded(4)('environment')]
    const targets = Array.from({ length: 300 }, () => drawTarget(urReacher2, one))
    expect(targets[0]).toEqual(drawTarget(urReacher2, other))
    for (const [y, z] of targets) {
      expect(y).toBeGreaterThan(box.low[1])
      expect(y).toBeLessThan(box.high[1])
      expect(z).toBeGreaterThan(box.low[2])
      expect(z).toBeLessThan(box.high[2])
    }
    // They fill the box.
    const spread = (axis: number): number =>
      Math.max(...targets.map((t) => t[axis])) - Math.min(...targets.map((t) => t[axis]))
    expect(spread(0)).toBeGreaterThan(0.5)
    expect(spread(1)).toBeGreaterThan(0.3)
  })
})

describe('safety', () => {
  test('the angles of a place, by the driven joints alone, agree with a solution of the closed form', () => {
    const q = [...reference]
    q[1] -= 0.15
    q[2] += 0.1
    const found = anglesOf(urReacher2, placeOf(q), reference)
    for (const [i, each] of placeOf(q).entries()) expect(Math.abs(placeOf(found)[i] - each)).toBeLessThan(2e-4)
    expect([0, 3, 4, 5].map((joint) => found[joint])).toEqual([0, 3, 4, 5].map((joint) => reference[joint]))
    const closed = nearestAngles(inverseKinematics(forwardKinematics(found), reference), reference)!
    for (const [i, each] of closed.entries()) expect(Math.abs(found[i] - each)).toBeLessThan(1e-6)
  })

  /** Drives the arm by a command for so many samples, checked at each of them; the places of the tool. */
  const driven = (choose: (sample: number) => readonly number[], samples: number) => {
    const arm = simulatedArm(body, reference)
    const safety = reacherSafety(urReacher2)
    const places: ToolPlace[] = []
    let replaced = 0
    for (let sample = 0; sample < samples; sample++) {
      const command = safety.guard(choose(sample), arm.targetQ, arm.qd)
      replaced += command.replaced === 'nothing' ? 0 : 1
      arm.run({ kind: 'speedj', speeds: command.speeds, acceleration: command.acceleration ?? 1.4, time: 0.1 })
      arm.tick(0.008)
      places.push(placeOf(arm.targetQ))
    }
    return { arm, places, replaced }
  }
  const outside = ([x, y, z]: ToolPlace): number =>
    Math.max(box.low[0] - x, x - box.high[0], box.low[1] - y, y - box.high[1], box.low[2] - z, z - box.high[2])

  test.each([
    [0.3, 0.3],
    [-0.3, -0.3],
    [0.3, -0.3],
    [-0.3, 0.3],
    [0.3, 0],
    [0, -0.3],
  ])('at full speed out of the box (%d, %d): the tool turns round within centimeters, and comes back', (one, other) => {
    const { places, replaced, arm } = driven(() => [one, other], 2000)
    expect(replaced).toBeGreaterThan(0)
    expect(Math.max(...places.map(outside))).toBeLessThan(0.05)
    // The return ends inside, and the command leads out again.
    expect(places.slice(-500).some((place) => outside(place) < 0)).toBe(true)
    for (const joint of [0, 3, 4, 5]) expect(arm.targetQ[joint]).toBe(reference[joint])
  })

  test('commands at random for two minutes: never far outside', () => {
    const random = seeded(8)('environment')
    let command = [0, 0]
    const { places } = driven((sample) => {
      if (sample % 5 === 0) command = [0.6 * random.uniform() - 0.3, 0.6 * random.uniform() - 0.3]
      return command
    }, 15_000)
    expect(Math.max(...places.map(outside))).toBeLessThan(0.05)
  }, 60_000)

  test('a joint at its limit turns back, and the other one obeys', () => {
    const safety = reacherSafety({ ...urReacher2, box: { low: [-2, -2, -2], high: [2, 2, 2] } })
    const q = [...reference]
    q[1] = urReacher2.high[1] - 0.0005
    expect(safety.guard([0.3, 0.2], q, [0, 0, 0, 0, 0, 0])).toEqual({
      speeds: [0, -0.1, 0.2, 0, 0, 0],
      acceleration: null,
      replaced: 'joints',
    })
    expect(safety.guard([-0.3, 0.2], q, [0, 0, 0, 0, 0, 0]).replaced).toBe('nothing')
    q[1] = urReacher2.low[1]
    expect(safety.guard([-0.3, 0.2], q, [0, 0, 0, 0, 0, 0]).speeds[1]).toBe(0.1)
  })
})

describe('the world', () => {
  const worldOf = async (options: Partial<UrReacherOptions> = {}, arm: SimulateUr5Options = {}) => {
    const simulator = await startedArm(arm)
    const { robot, faults } = await drivenArm(simulator, { acceleration: 1.4 })
    const world = urReacher(robot, {
      random: seeded(2)('environment'),
      schedule: realtime({ cycle: 40 }),
      ...options,
    })
    const steps: SensedStep[] = []
    const run = { error: null as unknown }
    const subscription = world.timeSteps.subscribe({
      next: (step) => {
        steps.push(step)
        world.act([0.1, -0.2], step.index, {} as never)
      },
      error: (error: unknown) => {
        run.error = error
      },
    })
    onTestFinished(() => subscription.unsubscribe())
    return { simulator, robot, faults, world, steps, run, subscription }
  }

  test('begins at the reference with a target, moves as it is told, and stops', async () => {
    const { simulator, steps, subscription, faults } = await worldOf()
    await until('some steps', () => steps.length > 12)
    const { observation } = steps[0]
    expect(observation[0]).toBeCloseTo(reference[1], 2)
    expect(observation[1]).toBeCloseTo(reference[2], 2)
    expect(Array.from(observation).slice(6, 8)).toEqual(drawTarget(urReacher2, seeded(2)('environment')))
    expect(Array.from(observation).slice(8)).toEqual([0, 0])
    expect(Array.from(steps[1].observation).slice(8)).toEqual([0.1, -0.2])
    const later = steps[12].observation
    expect(later[2]).toBeCloseTo(0.1, 2)
    expect(later[3]).toBeCloseTo(-0.2, 2)
    subscription.unsubscribe()
    await until('the rest', () => rests(simulator))
    expect(simulator.scripts().at(-1)?.line).toBe('stopj(3)')
    expect(faults.filter((kind) => kind !== 'late')).toEqual([])
  })

  test.each([
    ['ur5', 'cb3'],
    ['ur5e', 'eSeries'],
  ] as const)('the tool of a %s is where its controller reports it', async (name, generation) => {
    const { steps, robot } = await worldOf({ setup: urReacher2On(name) }, { generation })
    await until('the first step', () => steps.length > 0)
    const [, y, z] = robot.status().sample!.tcpPose
    const [toolY, toolZ] = Array.from(steps[0].observation).slice(4)
    expect(toolY).toBeCloseTo(-y, 2)
    expect(toolZ).toBeCloseTo(z, 2)
  })

  test('a protective stop ends the run, with what is to be done', async () => {
    const { simulator, steps, run } = await worldOf()
    await until('some steps', () => steps.length > 3)
    simulator.protectiveStop()
    await until('the end', () => run.error !== null)
    expect(String(run.error)).toBe(
      'SensorError: UR-Reacher-2: protective stop: no motion is sent; look at the arm, then unlock the stop',
    )
    expect(simulator.state().safetyMode).toBe(3)
  })

  test('a lost connection ends no run: the steps go on, and so does the arm', async () => {
    const { simulator, steps, run, faults } = await worldOf()
    await until('some steps', () => steps.length > 3)
    simulator.disconnect()
    await until('the restoration', () => faults.includes('restored'))
    const before = steps.length
    await until('more steps', () => steps.length > before + 10)
    await pause(50)
    expect(run.error).toBeNull()
    expect(simulator.state().running).toBe('speedj')
  })
})
