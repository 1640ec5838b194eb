import { describe, expect, test } from 'vitest'
import { simulatedArm } from '../../../src/robots/urSimulator/arm.js'
import { parseScript } from '../../../src/robots/urSimulator/scriptParser.js'
import { seeded } from '../../../src/random.js'
import { script } from '../../../src/robots/ur/script.js'

const zeros = [0, 0, 0, 0, 0, 0]
const run = (arm: ReturnType<typeof simulatedArm>, ticks: number): void => {
  for (let tick = 0; tick < ticks; tick++) arm.tick(0.008)
}

describe('speedj', () => {
  test('accelerates all joints together, the leading one at the acceleration', () => {
    const arm = simulatedArm(zeros)
    arm.run({ kind: 'speedj', speeds: [0.4, -0.2, 0, 0, 0, 0], acceleration: 1, time: 1 })
    run(arm, 25)
    expect(arm.targetQd[0]).toBeCloseTo(0.2, 9)
    expect(arm.targetQd[1]).toBeCloseTo(-0.1, 9)
    expect(arm.targetQdd[0]).toBeCloseTo(1, 9)
    run(arm, 26)
    expect(arm.targetQd[0]).toBeCloseTo(0.4, 9)
    // The joints follow with the delay of a tick.
    const before = arm.targetQ[0]
    arm.tick(0.008)
    expect(arm.q[0]).toBe(before)
  })

  test('ends after its time, and the arm brakes; without a time it ends when the speeds are reached', () => {
    const arm = simulatedArm(zeros)
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
    const arm = simulatedArm(zeros)
    arm.run({ kind: 'speedj', speeds: [9, 0, 0, 0, 0, 0], acceleration: 40, time: 60 })
    run(arm, 50)
    expect(arm.targetQd[0]).toBe(Math.PI)
    let reached: number | null = null
    for (let tick = 0; tick < 500 && reached === null; tick++) reached = arm.tick(0.008)
    expect(reached).toBe(0)
    expect(arm.targetQ[0]).toBeLessThanOrEqual(2 * Math.PI)
    const elbow = simulatedArm([0, 0, 3.1, 0, 0, 0])
    elbow.run({ kind: 'speedj', speeds: [0, 0, 1, 0, 0, 0], acceleration: 40, time: 1 })
    run(elbow, 50)
    expect(elbow.targetQ[2]).toBeLessThanOrEqual(Math.PI)
  })
})

test('movej arrives after its time, without a jump of the speed, also from a motion', () => {
  const arm = simulatedArm(zeros)
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
  const arm = simulatedArm(zeros)
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

describe('the reader of lines', () => {
  test('reads what the driver writes', () => {
    expect(parseScript(script.speedj([0.1, 0, 0, 0, 0, -0.5], 1.4, 0.1))).toEqual({
      kind: 'motion',
      motion: { kind: 'speedj', speeds: [0.1, 0, 0, 0, 0, -0.5], acceleration: 1.4, time: 0.1 },
    })
    expect(parseScript(script.movej(zeros, { time: 2 }))).toMatchObject({ motion: { kind: 'movej', time: 2 } })
    expect(parseScript(script.servoj(zeros))).toMatchObject({ motion: { kind: 'servoj', time: 0.008, lookahead: 0.1 } })
    expect(parseScript(script.stopj(3))).toMatchObject({ motion: { kind: 'stopj', acceleration: 3 } })
    expect(parseScript('set unlock protective stop')).toEqual({ kind: 'unlock' })
  })

  test.each([
    ['speedj([0,0,0,0,0], 1, 1)', 'speedj: expected six numbers, got [0,0,0,0,0]'],
    ['speedj([nan,0,0,0,0,0], 1, 1)', 'speedj: expected six numbers'],
    ['speedj([0,0,0,0,0,0], 99, 1)', 'speedj: a: expected 0 to 40, got 99'],
    ['movej([0,0,0,0,0,0], b=1)', 'movej: unexpected argument b=1'],
    ['movej([0,0,0,0,0,0], v=0)', 'movej: v: expected a speed above 0, got 0'],
    ['stopj()', 'stopj: a: expected 0 to 40, got null'],
    ['popup("x")', 'not understood: popup("x")'],
  ])('refuses %s', (line, why) => {
    const read = parseScript(line)
    expect(read.kind === 'refused' && read.why).toContain(why)
  })

  test('never throws', () => {
    const random = seeded(2)('environment')
    const letters = 'speedj([0,1.-e]) \n=atv'
    for (let round = 0; round < 20_000; round++) {
      const line = Array.from({ length: 30 }, () => letters[Math.floor(letters.length * random.uniform())]).join('')
      expect(() => parseScript(`speedj(${line}`)).not.toThrow()
    }
  })
})
