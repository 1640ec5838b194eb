/** The speeds and angles that a simulated controller wants. */
import { describe, expect, test } from 'vitest'
import { jointPlan } from '../../../src/robots/armSimulator/jointPlan.js'

const zeros = [0, 0, 0, 0, 0, 0]
const high = zeros.map((_, i) => (i === 2 ? 1 : 2) * Math.PI)
const limits = { low: high.map((angle) => -angle), high }
const planFrom = (start: readonly number[]) => jointPlan(start, limits)
const run = (arm: ReturnType<typeof planFrom>, ticks: number): void => {
  for (let tick = 0; tick < ticks; tick++) arm.tick(0.008)
}

describe('speedj', () => {
  test('accelerates all joints together, the leading one at the acceleration', () => {
    const arm = planFrom(zeros)
    arm.run({ kind: 'speedj', speeds: [0.4, -0.2, 0, 0, 0, 0], acceleration: 1, time: 1 })
    run(arm, 25)
    expect(arm.targetQd[0]).toBeCloseTo(0.2, 9)
    expect(arm.targetQd[1]).toBeCloseTo(-0.1, 9)
    expect(arm.targetQdd[0]).toBeCloseTo(1, 9)
    run(arm, 26)
    expect(arm.targetQd[0]).toBeCloseTo(0.4, 9)
  })

  test('ends after its time, and the arm brakes; without a time it ends when the speeds are reached', () => {
    const arm = planFrom(zeros)
    arm.run({ kind: 'speedj', speeds: [0.4, 0, 0, 0, 0, 0], acceleration: 40, time: 0.1 })
    run(arm, 13)
    expect(arm.running).toBeNull()
    run(arm, 14)
    expect(arm.targetQd[0]).toBe(0)
    arm.run({ kind: 'speedj', speeds: [0.4, 0, 0, 0, 0, 0], acceleration: 1, time: null })
    run(arm, 49)
    expect(arm.running).toBe('speedj')
    run(arm, 2)
    expect(arm.running).toBeNull()
  })

  test('is limited to π rad/s, and a joint to its range', () => {
    const arm = planFrom(zeros)
    arm.run({ kind: 'speedj', speeds: [9, 0, 0, 0, 0, 0], acceleration: 40, time: 60 })
    run(arm, 50)
    expect(arm.targetQd[0]).toBe(Math.PI)
    let reached: number | null = null
    for (let tick = 0; tick < 500 && reached === null; tick++) reached = arm.tick(0.008)
    expect(reached).toBe(0)
    expect(arm.targetQ[0]).toBeLessThanOrEqual(2 * Math.PI)
    const elbow = planFrom([0, 0, 3.1, 0, 0, 0])
    elbow.run({ kind: 'speedj', speeds: [0, 0, 1, 0, 0, 0], acceleration: 40, time: 1 })
    run(elbow, 50)
    expect(elbow.targetQ[2]).toBeLessThanOrEqual(Math.PI)
  })
})

test('movej arrives after its time, without a jump of the speed, also from a motion', () => {
  const arm = planFrom(zeros)
  arm.run({ kind: 'speedj', speeds: [0.5, 0, 0, 0, 0, 0], acceleration: 40, time: 1 })
  run(arm, 20)
  arm.run({ kind: 'movej', angles: [1, -1, 0, 0, 0, 0], acceleration: 1.4, speed: 1.05, time: 2 })
  let most = 0
  for (let tick = 0; tick < 400; tick++) {
    arm.tick(0.008)
    most = Math.max(most, Math.max(...arm.targetQdd.map(Math.abs)))
  }
  expect([...arm.targetQ]).toEqual([1, -1, 0, 0, 0, 0].map((each) => expect.closeTo(each, 9) as number))
  expect(arm.running).toBeNull()
  expect(most).toBeLessThan(2)
})

test('servoj tracks its angles, stopj and brake end a motion', () => {
  const arm = planFrom(zeros)
  for (let beat = 0; beat < 100; beat++) {
    arm.run({ kind: 'servoj', angles: [0.2, 0, 0, 0, 0, 0], time: 0.1, lookahead: 0.1 })
    run(arm, 1)
  }
  expect(arm.targetQ[0]).toBeCloseTo(0.2, 3)
  arm.run({ kind: 'speedj', speeds: [1, 0, 0, 0, 0, 0], acceleration: 40, time: 1 })
  run(arm, 10)
  arm.run({ kind: 'stopj', acceleration: 2 })
  run(arm, 30)
  expect(arm.targetQd[0]).toBeCloseTo(1 - 2 * 0.24, 6)
  arm.brake()
  run(arm, 3)
  expect(arm.targetQd[0]).toBe(0)
})
