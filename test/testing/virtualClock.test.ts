import {
  type SchedulerAction,
  type SchedulerLike,
  type Subscription,
  VirtualTimeScheduler,
  interval,
  observeOn,
  of,
  take,
  timer,
} from 'rxjs'
import { describe, expect, test } from 'vitest'
import { drive } from '../../src/drivers/drive.js'
import { seeded } from '../../src/random.js'
import { lockstep } from '../../src/time/schedule.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import { virtualClock } from '../../src/testing/virtualClock.js'

/** A clock, and a log of what ran on it and when. */
const logged = () => {
  const clock = virtualClock()
  const log: string[] = []
  return { clock, log, note: (what: string) => () => void log.push(`${what} at ${clock.now()}`) }
}

test('stands still until it is advanced', () => {
  const { clock, log, note } = logged()
  clock.schedule(note('now'))
  clock.schedule(note('later'), 5)
  expect([clock.now(), log]).toEqual([0, []])
  clock.advance(0)
  expect([clock.now(), log]).toEqual([0, ['now at 0']])
  clock.advance(4.5)
  expect([clock.now(), log]).toEqual([4.5, ['now at 0']])
  clock.advance(0.5)
  expect(log).toEqual(['now at 0', 'later at 5'])
})

test('runs what is due at its own time, and in the order in which it was scheduled', () => {
  const { clock, log, note } = logged()
  for (const [what, delay] of [['c', 9], ['a', 3], ['d', 9], ['b', 3]] as const) clock.schedule(note(what), delay) // prettier-ignore
  clock.schedule(() => clock.schedule(note('from within'), 2), 3)
  clock.advance(100)
  expect(log).toEqual(['a at 3', 'b at 3', 'from within at 5', 'c at 9', 'd at 9'])
  expect(clock.now()).toBe(100)
})

test('time that is blocked makes what is due run late, each in its order', () => {
  const { clock, log, note } = logged()
  clock.schedule(() => clock.block(30), 10)
  clock.schedule(note('a'), 20)
  clock.schedule(note('b'), 35)
  clock.schedule(note('c'), 50)
  clock.advance(35)
  expect(log).toEqual(['a at 40', 'b at 40'])
  expect(clock.now()).toBe(40)
  clock.advance(10)
  expect(log.at(-1)).toBe('c at 50')
})

test('what was left does not run, and a task may schedule itself anew', () => {
  const { clock, log, note } = logged()
  clock.schedule(note('never'), 5).unsubscribe()
  const again = clock.schedule(function (left) {
    note('again')()
    if (left > 0) this.schedule(left - 1, 10)
  }, 1, 5) // prettier-ignore
  clock.advance(25)
  again.unsubscribe()
  clock.advance(100)
  expect(log).toEqual(['again at 1', 'again at 11', 'again at 21'])
})

test('an exception is thrown by advance, and the rest stays due', () => {
  const { clock, log, note } = logged()
  clock.schedule(() => {
    throw new Error('the work')
  }, 1)
  clock.schedule(note('the other'), 1)
  expect(() => clock.advance(10)).toThrow('the work')
  expect(clock.now()).toBe(1)
  clock.advance(9)
  expect(log).toEqual(['the other at 1'])
})

test('throws on time that is none', () => {
  for (const milliseconds of [-1, NaN, Infinity]) {
    expect(() => virtualClock().advance(milliseconds)).toThrow(`0 or more, got ${milliseconds}`)
    expect(() => virtualClock().block(milliseconds)).toThrow(`0 or more, got ${milliseconds}`)
  }
})

describe('is a scheduler to RxJS', () => {
  test('of its timers', () => {
    const { clock, log, note } = logged()
    take(3)(interval(10, clock)).subscribe({ next: note('tick') as () => void, complete: note('complete') })
    timer(15, clock).subscribe(note('timer'))
    clock.advance(50)
    expect(log).toEqual(['tick at 10', 'timer at 15', 'tick at 20', 'tick at 30', 'complete at 30'])
  })

  test('of its turns', () => {
    const { clock, log, note } = logged()
    observeOn(clock)(of('a')).subscribe(note('a'))
    expect(log).toEqual([])
    clock.advance(0)
    expect(log).toEqual(['a at 0'])
  })

  test('that runs any work in the order of its own VirtualTimeScheduler, cancellations and repetitions among it', () => {
    const run = (scheduler: SchedulerLike, seed: number, flush: () => void): readonly string[] => {
      const random = seeded(seed)('work')
      const pick = (count: number): number => Math.floor(random.uniform() * count)
      const log: string[] = []
      const pending: Subscription[] = []
      let left = 200
      const work = function (this: SchedulerAction<number>, name = 0): void {
        log.push(`${name} at ${scheduler.now()}`)
        if (left-- <= 0) return
        if (pick(3) === 0) this.schedule(name, pick(5))
        if (pick(2) === 0) pending.push(scheduler.schedule(work, pick(5), name * 10 + 1))
        if (pick(4) === 0) pending[pick(pending.length)].unsubscribe()
      }
      for (let name = 1; name <= 20; name++) pending.push(scheduler.schedule(work, pick(10), name))
      flush()
      return log
    }
    for (let seed = 1; seed <= 20; seed++) {
      const [ours, theirs] = [virtualClock(), new VirtualTimeScheduler()]
      const expected = run(theirs, seed, () => theirs.flush())
      expect(run(ours, seed, () => ours.advance(10_000))).toEqual(expected)
      expect(expected.length).toBeGreaterThan(20)
    }
  })

  test('for a long time: hours of ticks can be left again', () => {
    const clock = virtualClock()
    let ticks = 0
    const subscription = interval(40, clock).subscribe(() => void ticks++)
    clock.advance(3_600_000)
    expect(ticks).toBe(90_000)
    subscription.unsubscribe()
    clock.advance(1000)
    expect(ticks).toBe(90_000)
  })
})

test('leads a world in lockstep through time', () => {
  const clock = virtualClock()
  const world = drive(scriptedSimulator({ episodeLength: Infinity }), {
    schedule: lockstep({ scheduler: clock, pace: 10 }),
  })
  const heard: string[] = []
  world.timeSteps.subscribe(({ index }) => {
    heard.push(`${index} at ${clock.now()}`)
    world.act([0], index, { action: [0] })
  })
  expect(heard).toEqual([])
  clock.advance(35)
  expect(heard).toEqual(['0 at 10', '1 at 20', '2 at 30'])
})
