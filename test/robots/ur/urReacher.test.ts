/** The world of a reacher on a virtual clock: the protocol of drivers, and what it does about stops. */
import { BehaviorSubject, filter } from 'rxjs'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { seeded } from '../../../src/random.js'
import { openArmBody } from '../../../src/robots/armSimulator/armBody.js'
import { simulateArm } from '../../../src/robots/armSimulator/simulateArm.js'
import type { SensedStep } from '../../../src/drivers/device.js'
import type { Held } from '../../../src/robots/ur/safety.js'
import { urReacher2 } from '../../../src/robots/ur/reacherSetup.js'
import { type DrivenUr5, urReacher } from '../../../src/robots/ur/urReacher.js'
import { ur5Model } from '../../../src/robots/urSimulator/ur5Model.js'
import { driverSuite } from '../../../src/testing/driverSuite.js'
import { virtualClock } from '../../../src/testing/virtualClock.js'
import { realtime } from '../../../src/time/realtime.js'

const random = seeded(1)('environment')
const body = await openArmBody(ur5Model())
afterAll(body.close)

describe('obeys the protocol of drivers', () => {
  // A cycle in whose 50 turns, which the suite waits at most, the arm is brought back to its reference.
  for (const rule of driverSuite((scheduler) => {
    const arm = simulateArm({ setup: urReacher2, body, scheduler })
    onTestFinished(() => arm.close())
    return urReacher(arm, { random, schedule: realtime({ cycle: 100, scheduler }) })
  })) {
    test(rule.name, rule.run)
  }
})

/** A simulated arm on a virtual clock that can be held and disconnected. */
const heldArm = () => {
  const clock = virtualClock()
  const arm = simulateArm({ setup: urReacher2, body, scheduler: clock })
  onTestFinished(() => arm.close())
  const state = new BehaviorSubject<{ readonly held: Held | null; readonly connected: boolean }>({
    held: null,
    connected: true,
  })
  const calls: string[] = []
  const cable = { isPulled: false }
  const robot: DrivenUr5 = {
    ...arm,
    samples: arm.samples.pipe(filter(() => !cable.isPulled)),
    speed: (...words) => {
      calls.push('speed')
      return arm.speed(...words)
    },
    approach: async (angles, milliseconds) => {
      calls.push('approach')
      return state.value.held === null && (await arm.approach(angles, milliseconds))
    },
    unlock: async () => {
      calls.push(`unlock at ${clock.now()}`)
      state.next({ ...state.value, held: null })
    },
    status: () => ({ ...arm.status(), ...state.value }),
  }
  const pass = async (milliseconds: number): Promise<void> => {
    for (let ms = 0; ms < milliseconds; ms += 8) {
      clock.advance(8)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const hold = (kind: Held['kind']): void =>
    state.next({ ...state.value, held: { kind, line: `${kind}: it is held`, since: clock.now() } })
  const play = (unlock: boolean) => {
    const world = urReacher(robot, { random, schedule: realtime({ cycle: 40, scheduler: clock }), unlock })
    const run = { steps: 0, kinds: [] as string[], shown: [] as SensedStep[], error: null as unknown }
    const subscription = world.timeSteps.subscribe({
      next: (step) => {
        run.steps += 1
        run.kinds.push(step.kind)
        run.shown.push(step)
        if (run.steps % 20 === 0) world.begin(step.index)
        else world.act([0, 0], step.index, {} as never)
      },
      error: (error: unknown) => (run.error = error),
    })
    onTestFinished(() => subscription.unsubscribe())
    return run
  }
  return { state, calls, pass, hold, play, clock, cable }
}

test('with unlock, a protective stop is unlocked when the next episode begins, five seconds after the stop', async () => {
  const { pass, hold, play, calls } = heldArm()
  const run = play(true)
  await pass(2900)
  expect(run.steps).toBeGreaterThan(3)
  hold('protectiveStop')
  await pass(1000)
  // The steps go on, and nothing is sent until the episode is over.
  const sent = calls.filter((call) => call === 'speed').length
  expect(run.error).toBeNull()
  await pass(1000)
  expect(calls.filter((call) => call === 'speed').length).toBe(sent)
  await pass(7500)
  const unlocked = calls.find((call) => call.startsWith('unlock'))
  expect(Number(unlocked?.slice(10))).toBeGreaterThan(2900 + 5000)
  expect(run.error).toBeNull()
  expect(run.kinds.filter((kind) => kind === 'first').length).toBeGreaterThan(1)
})

test.each([
  ['protectiveStop', false],
  ['emergencyStop', true],
] as const)('%s ends the run (unlock: %s)', async (kind, unlock) => {
  const { pass, hold, play, calls } = heldArm()
  const run = play(unlock)
  await pass(2900)
  hold(kind)
  await pass(200)
  expect(String(run.error)).toBe(`SensorError: UR-Reacher-2: ${kind}: it is held`)
  expect(calls.some((call) => call.startsWith('unlock'))).toBe(false)
})

test('without a connection an episode begins only once there is one', async () => {
  const { pass, play, state, calls } = heldArm()
  state.next({ held: null, connected: false })
  const run = play(false)
  await pass(4000)
  expect(run.steps).toBe(0)
  expect(calls).toEqual([])
  state.next({ held: null, connected: true })
  await pass(3500)
  expect(run.steps).toBeGreaterThan(0)
})

test('steps go on without samples, with the sample before and its age; after ten seconds the run ends', async () => {
  const { pass, play, cable } = heldArm()
  const run = play(false)
  await pass(2900)
  expect(run.shown.at(-1)!.samples['arm'].late).toBe(false)
  cable.isPulled = true
  const before = run.shown.length
  await pass(400)
  const [first, ...silent] = run.shown.slice(before + 1)
  expect(silent.length).toBeGreaterThan(5)
  for (const step of silent) expect([...step.observation].slice(0, 6)).toEqual([...first.observation].slice(0, 6))
  const ages = silent.map((step) => step.samples['arm'].age)
  expect(ages).toEqual(ages.toSorted((one, other) => one - other))
  expect(silent.at(-1)!.samples['arm']).toMatchObject({ late: true, readings: 0 })
  expect(ages.at(-1)).toBeGreaterThan(300)
  expect(run.error).toBeNull()
  await pass(10_500)
  expect(String(run.error)).toContain('SensorError')
})
