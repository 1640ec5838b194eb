/** Promises under the virtual clock. */
import { pipe } from 'fp-ts/lib/function.js'
import { concat, firstValueFrom, interval, NEVER, of, take, timer } from 'rxjs'
import { expect, test } from 'vitest'
import { actuate } from '../../operators/actuate.js'
import { dropping } from '../../operators/dropping.js'
import { sampleAction } from '../../operators/sampleAction.js'
import { sliding } from '../../operators/sliding.js'
import { suspend } from '../../operators/suspend.js'
import { transitions } from '../../operators/transitions.js'
import { updateInGap } from '../../operators/updateInGap.js'
import { device } from '../../src/drivers/device.js'
import { observe } from '../../src/drivers/observe.js'
import { realtime } from '../../src/time/realtime.js'
import { scriptedLearner } from '../../src/testing/scriptedLearner.js'
import { type VirtualClock, virtualClock } from '../../src/testing/virtualClock.js'

/** A clock, and a log of what ran on it and when. */
const logged = () => {
  const clock = virtualClock()
  const log: string[] = []
  return { clock, log, note: (what: string) => () => void log.push(`${what} at ${clock.now()}`) }
}

test('a turn settles a chain of any length, in the virtual moment in which it began', async () => {
  const { clock, log, note } = logged()
  const chain = async (): Promise<void> => {
    for (let link = 0; link < 1000; link++) await Promise.resolve()
    note('chain')()
  }
  clock.schedule(() => void chain(), 5)
  clock.schedule(note('timer'), 5)
  clock.schedule(note('later'), 6)
  await clock.advanceAsync(10)
  expect(log).toEqual(['chain at 5', 'timer at 5', 'later at 6'])
  expect(clock.now()).toBe(10)
})

test('what a promise schedules within the time is run, after promises that were settled before', async () => {
  const { clock, log, note } = logged()
  void Promise.resolve().then(note('before'))
  clock.schedule(() => void Promise.resolve().then(() => clock.schedule(note('follows'), 3)), 5)
  await clock.advanceAsync(8)
  expect(log).toEqual(['before at 0', 'follows at 8'])
})

test('time is the same as without: what is due, in its order, none of it late', async () => {
  const run = async (advance: (clock: VirtualClock) => unknown): Promise<readonly string[]> => {
    const { clock, log, note } = logged()
    for (const delay of [9, 3, 9, 3, 12]) clock.schedule(note(`asked for ${delay}`), delay)
    take(3)(interval(4, clock)).subscribe(note('tick'))
    await advance(clock)
    return [...log, String(clock.now())]
  }
  expect(await run((clock) => clock.advanceAsync(11.5))).toEqual(await run((clock) => clock.advance(11.5)))
})

test('what the work throws is what it rejects with, the rest still due', async () => {
  const { clock, log, note } = logged()
  clock.schedule(() => {
    throw new Error('the work')
  }, 1)
  clock.schedule(note('the other'), 1)
  await expect(clock.advanceAsync(10)).rejects.toThrow('the work')
  await expect(clock.advanceAsync(-1)).rejects.toThrow('expected finite milliseconds')
  await clock.advanceAsync(0)
  expect(log).toEqual(['the other at 1'])
})

test('a second one meanwhile is refused', async () => {
  const clock = virtualClock()
  const first = clock.advanceAsync(1)
  expect(() => clock.advance(1)).toThrow('virtualClock: advance: advanceAsync is under way; await it first')
  await expect(clock.advanceAsync(1)).rejects.toThrow('advanceAsync is under way')
  await first
  clock.advance(1)
  expect(clock.now()).toBe(2)
})

/** A device with one sensor, whose command takes so long: 0 for a promise that is kept at once, else milliseconds. */
const scene = (takes: number) => {
  const clock = virtualClock()
  const log: string[] = []
  const schedule = realtime({ cycle: 40, scheduler: clock })
  const world = device({
    spec: { name: 'Robot', action: { size: 1, low: [-1], high: [1], names: ['speed'], units: ['m/s'] } },
    observe: observe({ warmth: concat(of(20), NEVER) }, { warmth: { patience: Infinity } }),
    act: async ([speed]) => {
      log.push(`${speed} at ${clock.now()}`)
      await (takes === 0 ? Promise.resolve() : firstValueFrom(timer(takes, clock)))
    },
    stop: () => {},
    schedule,
  })
  const subscription = world.timeSteps.subscribe(({ index }) => world.act([index], index, { action: [index] }))
  return { clock, log, world, subscription }
}

test('a device whose act returns a promise acts at each of six beats; with advance at the first alone', async () => {
  const beats = ['0 at 0', '1 at 40', '2 at 80', '3 at 120', '4 at 160', '5 at 200']
  const patient = scene(0)
  await patient.clock.advanceAsync(200)
  expect(patient.log).toEqual(beats)
  const hasty = scene(0)
  hasty.clock.advance(200)
  expect(hasty.log).toEqual(beats.slice(0, 1))
  for (const { subscription } of [patient, hasty]) subscription.unsubscribe()
})

test('a command that takes 90 ms of virtual time is followed by the newest one that waited', async () => {
  const { clock, log, world, subscription } = scene(90)
  await clock.advanceAsync(200)
  expect(log).toEqual(['0 at 0', '2 at 90', '4 at 180'])
  expect(world.replaced).toBe(2)
  subscription.unsubscribe()
})

test.each([
  ['sliding', sliding, [0, 3, 6, 10, 13]],
  ['dropping', dropping, [0, 1, 4, 7, 11]],
] as const)('%s, whose work is a promise, begins on what it should', async (_, operator, expected) => {
  const clock = virtualClock()
  const begun: number[] = []
  const heard: number[] = []
  const work = async (value: number): Promise<number> => {
    begun.push(value)
    await firstValueFrom(timer(35, clock))
    return value
  }
  const subscription = operator(1, { work })(interval(10, clock)).subscribe((value) => heard.push(value))
  await clock.advanceAsync(150)
  expect(begun).toEqual(expected)
  expect(heard).toEqual(expected.slice(0, -1))
  subscription.unsubscribe()
})

test('suspend requests the next value when the promise of the one before resolves', async () => {
  const clock = virtualClock()
  const heard: string[] = []
  const work = async (value: number): Promise<number> => {
    await firstValueFrom(timer(10, clock))
    return value
  }
  suspend({ work })([1, 2, 3]).subscribe((value) => heard.push(`${value} at ${clock.now()}`))
  await clock.advanceAsync(35)
  expect(heard).toEqual(['1 at 10', '2 at 20', '3 at 30'])
})

test('an update in the gap is made between the beats, beside an act that is awaited', async () => {
  const clock = virtualClock()
  const schedule = realtime({ cycle: 40, scheduler: clock })
  const learner = scriptedLearner({ actions: Array.from({ length: 6 }, () => [0.5]) })
  const acted: number[] = []
  const world = device({
    spec: { name: 'Robot', action: { size: 1, low: [-1], high: [1], names: ['speed'], units: ['m/s'] } },
    observe: observe({ warmth: concat(of(20), NEVER) }, { warmth: { patience: Infinity } }),
    act: async () => {
      await Promise.resolve()
      acted.push(clock.now())
    },
    stop: () => {},
    schedule,
  })
  const subscription = pipe(
    world.timeSteps,
    transitions(),
    sampleAction(learner),
    actuate(world),
    updateInGap(learner, { gap: schedule, overflow: { kind: 'sliding', size: 1 } }),
  ).subscribe()
  await clock.advanceAsync(200)
  expect(acted).toEqual([0, 40, 80, 120, 160, 200])
  expect(learner.calls.filter(({ call }) => call === 'update')).toHaveLength(5)
  subscription.unsubscribe()
})
