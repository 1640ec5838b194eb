import { asyncScheduler, delay, interval, observeOn, of, type SchedulerLike, take, VirtualTimeScheduler } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { lockstep, type ScheduledWorld, eventLoop } from '../../src/time/schedule.js'
import { type HandClock, handClock } from '../handClock.js'

describe.each<[string, SchedulerLike]>([
  ['asyncScheduler, which sets the standard', asyncScheduler],
  ['turns', eventLoop],
])('%s', (_, scheduler) => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('runs work with its state, and not from within schedule', () => {
    const ran: string[] = []
    scheduler.schedule((state: string) => ran.push(state), 0, 'now')
    scheduler.schedule((state: string) => ran.push(state), 5, 'later')
    expect(ran).toEqual([])
    vi.advanceTimersByTime(1)
    expect(ran).toEqual(['now'])
    vi.advanceTimersByTime(4)
    expect(ran).toEqual(['now', 'later'])
  })

  it('runs work in the order in which it was scheduled', () => {
    const ran: number[] = []
    for (const n of [1, 2, 3]) scheduler.schedule(() => ran.push(n))
    vi.advanceTimersByTime(1)
    expect(ran).toEqual([1, 2, 3])
  })

  it.each([0, 5])('cancels work that waits for %i ms', (delay) => {
    const work = vi.fn<() => void>()
    const subscription = scheduler.schedule(work, delay)
    subscription.unsubscribe()
    vi.advanceTimersByTime(10)
    expect(work).not.toHaveBeenCalled()
    expect(subscription.closed).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('lets work schedule itself anew, with another state and delay', () => {
    const ran: [number, number | undefined][] = []
    const start = scheduler.now()
    scheduler.schedule<number>(
      function (state = 0) {
        ran.push([scheduler.now() - start, state])
        if (state < 3) this.schedule(state + 1, 10 * state)
      },
      5,
      1,
    )
    vi.advanceTimersByTime(100)
    expect(ran).toEqual([
      [5, 1],
      [15, 2],
      [35, 3],
    ])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('cancels through the first subscription what the work scheduled', () => {
    let runs = 0
    const subscription = scheduler.schedule(function () {
      runs += 1
      this.schedule(undefined, 10)
    }, 10)
    vi.advanceTimersByTime(35)
    subscription.unsubscribe()
    vi.advanceTimersByTime(100)
    expect(runs).toBe(3)
  })

  it('lets work cancel itself', () => {
    let runs = 0
    scheduler.schedule(function () {
      runs += 1
      this.schedule(undefined, 1)
      this.unsubscribe()
      this.schedule(undefined, 1)
    })
    vi.advanceTimersByTime(10)
    expect(runs).toBe(1)
  })

  it('replaces what waits when scheduled anew before it ran', () => {
    const ran: (string | undefined)[] = []
    let again: (state: string) => void = () => {}
    scheduler.schedule<string>(
      function (state) {
        ran.push(state)
        again = (next) => this.schedule(next, 5)
      },
      0,
      'first',
    )
    vi.advanceTimersByTime(1)
    again('dropped')
    again('kept')
    vi.advanceTimersByTime(20)
    expect(ran).toEqual(['first', 'kept'])
  })

  it('runs nothing anew after work that threw', () => {
    let runs = 0
    const subscription = scheduler.schedule(function () {
      runs += 1
      this.schedule(undefined, 1)
      throw new Error('scripted')
    })
    expect(() => vi.advanceTimersByTime(1)).toThrow('scripted')
    vi.advanceTimersByTime(10)
    expect(runs).toBe(1)
    expect(subscription.closed).toBe(true)
  })

  it('serves the operators of RxJS', () => {
    const seen: unknown[] = []
    interval(10, scheduler)
      .pipe(take(3))
      .subscribe((n) => seen.push(n))
    of('b')
      .pipe(observeOn(scheduler), delay(50, scheduler))
      .subscribe((letter) => seen.push(letter))
    expect(seen).toEqual([])
    vi.advanceTimersByTime(100)
    expect(seen).toEqual([0, 1, 2, 'b'])
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('turns', () => {
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
    vi.resetModules()
  })

  it('has a time that does not depend on the date', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 })
    const before = eventLoop.now()
    vi.setSystemTime(10 ** 12)
    expect(eventLoop.now() - before).toBeLessThan(10 ** 6)
  })

  it.each([2 ** 31, 2 ** 33])('waits for %i ms, longer than one timer can', (delay) => {
    vi.useFakeTimers()
    const work = vi.fn<() => void>()
    eventLoop.schedule(work, delay)
    vi.advanceTimersByTime(delay - 1)
    expect(work).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(work).toHaveBeenCalledOnce()
  })

  it('never runs what is to wait for ever', () => {
    vi.useFakeTimers()
    const work = vi.fn<() => void>()
    const subscription = eventLoop.schedule(work, Infinity)
    vi.advanceTimersByTime(2 ** 34)
    expect(work).not.toHaveBeenCalled()
    subscription.unsubscribe()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves a turn to timers between any two', async () => {
    // Without such turns the timer would never come, and this promise never be kept.
    await new Promise<void>((resolve) => {
      const endless = eventLoop.schedule(function () {
        this.schedule()
      })
      asyncScheduler.schedule(() => {
        endless.unsubscribe()
        resolve()
      })
    })
  })

  it('takes turns by messages where there is no setImmediate', async () => {
    vi.stubGlobal('setImmediate', undefined)
    vi.resetModules()
    const { eventLoop: inBrowser } = await import('../../src/time/schedule.js')
    const ran: string[] = []
    await new Promise<void>((resolve) => {
      inBrowser.schedule(() => ran.push('cancelled')).unsubscribe()
      const turn = (state: string): void => {
        ran.push(state)
        void Promise.resolve().then(() => ran.push(`after ${state}`))
      }
      inBrowser.schedule(turn, 0, 'first')
      inBrowser.schedule<number>(
        function (state = 0) {
          ran.push(`again ${state}`)
          if (state < 2) this.schedule(state + 1)
          else resolve()
        },
        0,
        1,
      )
      void Promise.resolve().then(() => ran.push('microtask'))
      ran.push('scheduled')
    })
    expect(ran).toEqual(['scheduled', 'microtask', 'first', 'after first', 'again 1', 'again 2'])
  })
})

describe('lockstep', () => {
  const never = (): never => {
    throw new Error('lockstep waits: nothing is missed and nothing fails')
  }
  const led = (advance: () => boolean): ScheduledWorld => ({ advance, miss: never, fail: never })

  /** A world of `steps` steps that take 3 ms each. */
  const toil = (clock: HandClock, steps: number, log: string[], name = 's') => {
    let left = steps
    return () => {
      clock.pass(3)
      left -= 1
      log.push(name)
      return left > 0
    }
  }

  it('is called lockstep and takes its time from the scheduler', () => {
    const scheduler = new VirtualTimeScheduler()
    expect(lockstep({ scheduler })).toMatchObject({ name: 'lockstep', scheduler })
    expect(lockstep().scheduler).toBe(eventLoop)
  })

  it('advances nothing from within wake', () => {
    const scheduler = new VirtualTimeScheduler()
    const advance = vi.fn<() => boolean>(() => false)
    lockstep({ scheduler }).timeline(led(advance)).wake()
    expect(advance).not.toHaveBeenCalled()
    scheduler.flush()
    expect(advance).toHaveBeenCalledOnce()
  })

  it('is woken once, however often wake is called', () => {
    const scheduler = new VirtualTimeScheduler()
    const advance = vi.fn<() => boolean>(() => false)
    const timeline = lockstep({ scheduler }).timeline(led(advance))
    timeline.wake()
    timeline.wake()
    scheduler.flush()
    expect(advance).toHaveBeenCalledOnce()
  })

  it('sleeps when the world waits, and can be woken again', () => {
    const scheduler = new VirtualTimeScheduler()
    const answers = [true, true, false, true, false]
    const advance = vi.fn<() => boolean>(() => answers.shift() ?? false)
    const timeline = lockstep({ scheduler }).timeline(led(advance))
    timeline.wake()
    scheduler.flush()
    expect(advance).toHaveBeenCalledTimes(3)
    timeline.wake()
    scheduler.flush()
    expect(advance).toHaveBeenCalledTimes(5)
  })

  it('leaves it to what advance returns when woken from within', () => {
    const scheduler = new VirtualTimeScheduler()
    const answers = [true, false]
    const advance = vi.fn<() => boolean>(() => {
      timeline.wake()
      return answers.shift() ?? false
    })
    const timeline = lockstep({ scheduler }).timeline(led(advance))
    timeline.wake()
    scheduler.flush()
    expect(advance).toHaveBeenCalledTimes(2)
  })

  it('gives a turn at least every 20 ms, at the end of a step', () => {
    const scheduler = handClock()
    const log: string[] = []
    lockstep({ scheduler })
      .timeline(led(toil(scheduler, 17, log)))
      .wake()
    scheduler.run(() => log.push('|'))
    expect(log.join('')).toBe('sssssss|sssssss|sss|')
  })

  it.each([
    [0, 's|s|s|s|'],
    [4, 'ss|ss|'],
    [Infinity, 'ssss|'],
  ])('gives a turn every %d ms if it is told so', (slice, expected) => {
    const scheduler = handClock()
    const log: string[] = []
    lockstep({ scheduler, slice })
      .timeline(led(toil(scheduler, 4, log)))
      .wake()
    scheduler.run(() => log.push('|'))
    expect(log.join('')).toBe(expected)
  })

  it('lets several worlds take turns', () => {
    const scheduler = handClock()
    const log: string[] = []
    const schedule = lockstep({ scheduler, slice: 6 })
    for (const name of 'abc') schedule.timeline(led(toil(scheduler, 4, log, name))).wake()
    scheduler.run()
    expect(log.join('')).toBe('aabbccaabbcc')
  })

  it('advances nothing any more once cancelled', () => {
    const scheduler = new VirtualTimeScheduler()
    const advance = vi.fn<() => boolean>(() => true)
    const timeline = lockstep({ scheduler }).timeline(led(advance))
    timeline.wake()
    timeline.cancel()
    timeline.wake()
    scheduler.flush()
    expect(advance).not.toHaveBeenCalled()
    expect(scheduler.actions).toHaveLength(0)
  })

  it('ends its turn when cancelled within it', () => {
    const scheduler = new VirtualTimeScheduler()
    const advance = vi.fn<() => boolean>(() => {
      timeline.cancel()
      return true
    })
    const timeline = lockstep({ scheduler }).timeline(led(advance))
    timeline.wake()
    scheduler.flush()
    expect(advance).toHaveBeenCalledOnce()
    expect(scheduler.actions).toHaveLength(0)
  })

  it('lets what advance throws through, and can be woken again', () => {
    const scheduler = new VirtualTimeScheduler()
    const advance = vi.fn<() => boolean>(() => {
      if (advance.mock.calls.length === 1) throw new Error('scripted')
      return false
    })
    const timeline = lockstep({ scheduler }).timeline(led(advance))
    timeline.wake()
    expect(() => scheduler.flush()).toThrow('scripted')
    timeline.wake()
    scheduler.flush()
    expect(advance).toHaveBeenCalledTimes(2)
  })

  it('takes a step each `pace` of the scheduler’s time, the first one too', () => {
    const scheduler = new VirtualTimeScheduler()
    const frames: number[] = []
    const timeline = lockstep({ scheduler, pace: 7 }).timeline(led(() => frames.push(scheduler.now()) % 3 > 0))
    timeline.wake()
    scheduler.schedule(() => timeline.wake(), 100)
    scheduler.flush()
    expect(frames).toEqual([7, 14, 21, 107, 114, 121])
  })

  it('is one frame a step for a marble test', () => {
    const scheduler = new TestScheduler(() => {})
    const frames: number[] = []
    lockstep({ scheduler, pace: 1 })
      .timeline(led(() => frames.push(scheduler.now()) < 4))
      .wake()
    scheduler.flush()
    expect(frames).toEqual([1, 2, 3, 4])
  })

  it.each([{ slice: -1 }, { slice: NaN }, { pace: -0.5 }, { pace: NaN }])('refuses %o', (options) => {
    const [[name, value]] = Object.entries(options)
    expect(() => lockstep(options)).toThrow(`lockstep: ${name}: expected milliseconds, 0 or more, got ${value}`)
  })
})
