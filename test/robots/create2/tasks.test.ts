/** The tasks of the Create 2 as SenseAct defines them, on a robot that a script plays, on a virtual clock. */
import { interval, map, type SchedulerLike, Subject } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { seeded } from '../../../src/random.js'
import type { DrivenCreate2 } from '../../../src/robots/create2/create2World.js'
import {
  createDocker,
  dockerEnds,
  dockerObservation,
  dockerObservationSpec,
  dockerReward,
} from '../../../src/robots/create2/createDocker.js'
import {
  createMover,
  moverEnds,
  moverObservation,
  moverObservationSpec,
  moverReward,
} from '../../../src/robots/create2/createMover.js'
import type { FrameValues } from '../../../src/robots/create2/frames.js'
import { scaledSignal } from '../../../src/robots/create2/lightSignals.js'
import type { SensedStep } from '../../../src/drivers/device.js'
import { driverSuite } from '../../../src/testing/driverSuite.js'
import { virtualClock } from '../../../src/testing/virtualClock.js'
import { realtime } from '../../../src/time/realtime.js'

/** A robot that does what it is told at once, and whose frames are those of a script. */
const scripted = () => {
  const clock = virtualClock()
  const frames = new Subject<FrameValues>()
  const calls: string[] = []
  let values: FrameValues = { mode: 2, charge: 2600, lightBumpLeft: 20 }
  const robot: DrivenCreate2 = {
    frames,
    drive: async (left, right) => calls.push(`drive ${left} ${right}`) > 0,
    driveFor: async (left, right, milliseconds) => {
      calls.push(`driveFor ${Math.round(left)} ${Math.round(right)} ${milliseconds}`)
      // On the spot it turns by ten degrees a frame.
      if (left === -right) values = { ...values, angle: left > 0 ? -10 : 10 }
      await pass(milliseconds)
      values = { ...values, angle: 0 }
      return true
    },
    halt: async () => calls.push('halt') > 0,
    setMode: async (mode) => calls.push(mode) > 0,
    seekDock: async () => {
      values = { ...values, chargingSources: 2 }
      return calls.push('seekDock') > 0
    },
    status: () => ({
      connected: true,
      values,
      longestGap: 15,
      faults: {},
      frames: 0,
      skipped: 0,
      corrupt: 0,
      implausible: 0,
      unknown: 0,
    }),
  }
  /** Milliseconds pass; promises settle in between. */
  const pass = async (milliseconds: number, isSilent = false): Promise<void> => {
    for (let ms = 0; ms < milliseconds; ms += 15) {
      clock.advance(15)
      if (!isSilent) frames.next(values)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return {
    clock,
    robot,
    calls,
    pass,
    set: (change: FrameValues) => {
      values = { ...values, ...change }
    },
  }
}

test('signals are scaled as in SenseAct, and not clipped', () => {
  const rounded = [0, 20, 100, 1000, 4095].map((signal) => Math.round(100 * scaledSignal(signal)) / 100)
  expect(rounded).toEqual([-7.34, -1, 0.27, 0.86, 1])
})

describe('Create-Mover', () => {
  const raise = (error: unknown): void => {
    throw error
  }
  const moverOf = (script: ReturnType<typeof scripted>, failed = raise) => {
    const world = createMover(script.robot, {
      schedule: realtime({ cycle: 150, scheduler: script.clock }),
      report: (line) => script.calls.push(line),
    })
    const steps: SensedStep[] = []
    const subscription = world.timeSteps.subscribe({
      next: (step) => {
        steps.push(step)
        world.act([100.7, -50.2], step.index, { action: [0.5, -0.3] })
      },
      error: failed,
    })
    return { world, steps, subscription }
  }

  test('backs off before an episode, and adds the distances of every frame of a step', async () => {
    const script = scripted()
    const { steps, subscription, world } = moverOf(script)
    await script.pass(2500)
    expect(script.calls.slice(0, 3)).toEqual(['safe', 'driveFor -150 -150 1500', 'safe'])
    script.set({ distance: 2, lightBumpLeft: 4095, lightBumpRight: 100 })
    await script.pass(600)
    const step = steps.at(-1)!
    // Ten frames of 2 mm each.
    expect(moverReward(step)).toBeCloseTo(0.15 * 20, 12)
    expect(moverEnds(step)).toBe(false)
    expect([...moverObservation(step)].map((each) => Math.round(100 * each) / 100)).toEqual([
      1, -7.34, -7.34, -7.34, -7.34, 0.27, 0.67, -0.33,
    ])
    expect(moverObservation(step)).toHaveLength(moverObservationSpec.size)
    // The first step of an episode has no action before it.
    expect([...moverObservation(steps[0])].slice(6)).toEqual([0, 0])
    expect(script.calls).toContain('drive 100.7 -50.2')
    subscription.unsubscribe()
    expect(script.calls.at(-1)).toBe('halt')
    await world.stop()
  })

  test.each<readonly [string, FrameValues]>([
    ['a bump', { bumpsAndWheelDrops: 1 }],
    ['a hanging wheel', { bumpsAndWheelDrops: 8 }],
    ['a cliff', { cliffFrontRight: 1 }],
    ['the dock', { chargingSources: 2 }],
  ])('%s of one frame ends the episode', async (_name, change) => {
    const script = scripted()
    const { steps, subscription } = moverOf(script)
    await script.pass(2500)
    const before = steps.length
    script.set(change)
    await script.pass(15)
    script.set({ bumpsAndWheelDrops: 0, cliffFrontRight: 0, chargingSources: 0 })
    await script.pass(300)
    expect(steps.slice(before).filter(moverEnds)).toHaveLength(1)
    subscription.unsubscribe()
  })

  test('leaves its dock first, and backs off in full mode where safe mode does not hold', async () => {
    const script = scripted()
    script.set({ chargingSources: 2, mode: 1 })
    const { subscription } = moverOf(script)
    await script.pass(6000)
    expect(script.calls.slice(0, 6)).toEqual([
      'safe',
      'full',
      'driveFor -50 -50 500',
      'safe',
      'driveFor -300 -300 1000',
      'driveFor -150 -150 1500',
    ])
    subscription.unsubscribe()
  })

  test('waits on a low battery, in passive mode, until it is charged', async () => {
    const script = scripted()
    script.set({ charge: 1499 })
    const { subscription, steps } = moverOf(script)
    await script.pass(5000)
    expect(script.calls).toEqual([
      '1499 mAh are left, less than 1500: put the robot onto its dock; the run goes on above 2600 mAh',
      'passive',
    ])
    script.set({ charge: 2601 })
    await script.pass(3000)
    expect(steps.length).toBeGreaterThan(0)
    subscription.unsubscribe()
  })

  test('steps go on without frames, with the signals of the frame before, their age, and no way; after ten seconds the run ends', async () => {
    const script = scripted()
    const run = { error: null as unknown }
    const { steps: shown } = moverOf(script, (error) => void (run.error = error))
    await script.pass(2500)
    script.set({ distance: 2, lightBumpLeft: 4095 })
    await script.pass(300)
    expect(shown.at(-1)!.samples['light'].late).toBe(false)
    const before = shown.length
    await script.pass(600, true)
    const silent = shown.slice(before + 1)
    expect(silent.length).toBeGreaterThan(2)
    for (const step of silent) {
      expect(moverObservation(step)[0]).toBe(1)
      expect(moverReward(step)).toBe(0)
      expect(step.samples['light'].late).toBe(true)
    }
    const ages = silent.map((step) => step.samples['light'].age)
    expect(ages).toEqual(ages.toSorted((one, other) => one - other))
    expect(ages.at(-1)).toBeGreaterThan(400)
    expect(run.error).toBeNull()
    await script.pass(10_000, true)
    expect(String(run.error)).toContain('SensorError')
    expect(script.calls.at(-1)).toBe('halt')
  })

  test('unwinds its cable after two turns', async () => {
    const script = scripted()
    const { world, subscription, steps } = moverOf(script)
    await script.pass(2500)
    script.set({ angle: 10 })
    await script.pass(15 * 75)
    script.set({ angle: 0 })
    subscription.unsubscribe()
    await world.stop()
    script.calls.length = 0
    const again = world.timeSteps.subscribe((step) => steps.push(step))
    await script.pass(4000)
    const turns = script.calls.filter((call) => call === 'driveFor 150 -150 500')
    // 750 degrees are two turns and a bit; each motion takes back 340 or more.
    expect(turns.length).toBeGreaterThan(0)
    expect(turns.length).toBeLessThan(4)
    again.unsubscribe()
  })

  test('a run that ends while the robot gets ready moves it no more', async () => {
    const script = scripted()
    const { subscription } = moverOf(script)
    await script.pass(60)
    subscription.unsubscribe()
    const before = script.calls.length
    await script.pass(4000)
    // One `stop` at once, and one after `begin`.
    expect(script.calls.slice(before).filter((call) => call.startsWith('drive'))).toEqual([])
  })
})

describe('Create-Docker', () => {
  test('sees infrared bits as means, rewards them, and is not ended by a bump', async () => {
    const script = scripted()
    const world = createDocker(script.robot, {
      random: seeded(1)('environment'),
      schedule: realtime({ cycle: 45, scheduler: script.clock }),
    })
    const steps: SensedStep[] = []
    const subscription = world.timeSteps.subscribe((step) => {
      steps.push(step)
      world.act([0, 0], step.index, { action: [0, 0] })
    })
    await script.pass(6000)
    const ready = script.calls.filter((call) => call.startsWith('driveFor') || call === 'seekDock')
    expect(ready[0]).toBe('seekDock')
    const [, left, right, time] = /^driveFor (-\d+) (-\d+) (\d+)$/.exec(ready[1])!.map(Number)
    for (const speed of [left, right]) expect(speed >= -250 && speed <= -50).toBe(true)
    expect(time).toBe(2500)
    // Red on the left, the force field on top, green on the right; a key of a remote control counts as nothing.
    script.set({ chargingSources: 0, infraredLeft: 168, infraredOmni: 161, infraredRight: 164 })
    await script.pass(15 * 30)
    const near = steps.at(-1)!
    expect([...dockerObservation(near)].slice(6, 15)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1])
    expect(dockerReward(near)).toBeCloseTo(0.045 * 4 * (1 + 0.15 + 1), 12)
    script.set({ infraredLeft: 0, infraredOmni: 129, infraredRight: 0 })
    await script.pass(15 * 10)
    const half = [...dockerObservation(steps.at(-1)!)]
    expect(half[6]).toBeGreaterThan(0.3)
    expect(half[6]).toBeLessThan(0.8)
    await script.pass(15 * 30)
    expect([...dockerObservation(steps.at(-1)!)].slice(6, 15)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0])
    // Three frames of 2 mm: 20 / 12 for each millimeter; a bump on one side costs 10.
    script.set({ distance: 2, bumpsAndWheelDrops: 2 })
    await script.pass(15 * 6)
    expect(dockerReward(steps.at(-1)!)).toBeCloseTo(0.045 * ((20 / 12) * 6 - 10), 12)
    expect(dockerEnds(steps.at(-1)!)).toBe(false)
    script.set({ distance: 0, bumpsAndWheelDrops: 0, chargingSources: 2 })
    await script.pass(15 * 6)
    expect(dockerReward(steps.at(-1)!)).toBeCloseTo(0.045 * 150, 12)
    expect(dockerObservation(steps.at(-1)!)).toHaveLength(dockerObservationSpec.size)
    script.set({ bumpsAndWheelDrops: 4 })
    await script.pass(15 * 6)
    expect(dockerEnds(steps.at(-1)!)).toBe(true)
    subscription.unsubscribe()
  })
})

describe('a world of the robot keeps the rules of drivers', () => {
  /** A robot whose frames come every 15 ms, and which gets ready at once. */
  const atOnce = (scheduler: SchedulerLike): DrivenCreate2 => {
    const values: FrameValues = { mode: 2, charge: 2600 }
    const sent = async (): Promise<boolean> => true
    return {
      ...scripted().robot,
      frames: interval(15, scheduler).pipe(map(() => values)),
      drive: sent,
      driveFor: sent,
      halt: sent,
      setMode: sent,
    }
  }
  const make = (scheduler: SchedulerLike) =>
    createMover(atOnce(scheduler), { schedule: realtime({ cycle: 150, scheduler }) })
  for (const rule of driverSuite(make)) test(rule.name, rule.run)
})
