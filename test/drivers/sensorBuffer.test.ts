/** How old a reading is, what is a sign of life, what is bad, and what the first step of an episode is shown. */
import {
  type Observable,
  type SchedulerLike,
  asyncScheduler,
  concat,
  firstValueFrom,
  interval,
  NEVER,
  of,
  Subject,
  take,
  timer,
} from 'rxjs'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { device } from '../../src/drivers/device.js'
import { observe } from '../../src/drivers/observe.js'
import type { LinkState, Reading, SensorOptions } from '../../src/drivers/sensor.js'
import { realtime } from '../../src/time/realtime.js'
import { dateOf, eventLoop } from '../../src/time/schedule.js'
import { mapStamped, type Stamped } from '../../src/time/stamped.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import type { TimeStep } from '../../src/types.js'

/** What becomes of one sensor called `probe`, whose stream is fed by hand, from 1000 ms of a virtual clock on. */
const probe = <M = Reading>(options: SensorOptions<M>, link?: LinkState) => {
  const messages = new Subject<M | Stamped<M>>()
  const clock = virtualClock()
  clock.advance(1000)
  let error: unknown = null
  const stream = link === undefined ? messages : Object.assign(messages, { link })
  const senses = observe({ probe: stream as Observable<Reading> }, { probe: options as SensorOptions })
  const watch = senses.subscribe(clock, { ready: () => {}, fail: (cause) => (error = cause) })
  return {
    clock,
    watch,
    say: (message: M) => messages.next(message),
    /** Says what was measured so many milliseconds ago. */
    since: (ago: number, value: M, live = true) => messages.next({ value, stamp: clock.now() - ago, live }),
    /** Says a copy without a stamp. */
    copy: (value: M) => messages.next({ value, stamp: null, live: false }),
    shown: () => {
      const { observation, samples } = watch.sample()
      return [...observation, samples['probe'].age]
    },
    sampled: () => watch.sample().samples['probe'],
    error: () => (error === null ? null : (error as Error).message),
  }
}

describe('an age', () => {
  test('is that of the measurement: a message that is 5 s old when it arrives is 5 s old', () => {
    const sensor = probe({ maxAge: 3000 })
    sensor.since(5000, 7)
    sensor.clock.advance(30)
    expect(sensor.watch.ages()).toEqual({ probe: 5030 })
    expect(sensor.sampled()).toEqual({ age: 5030, late: true, readings: 1, dropped: 0, bad: 0 })
  })

  test('is that of the arrival where there is no stamp, or an empty one', () => {
    const sensor = probe<{ readonly x: number; readonly t: number | null }>({ read: ({ x }) => x, stamp: ({ t }) => t })
    sensor.say({ x: 1, t: null })
    sensor.clock.advance(30)
    expect(sensor.shown()).toEqual([1, 30])
  })

  test('is by the reading’s own time, which goes before that of the message around it', () => {
    const sensor = probe<{ readonly x: number; readonly t: number }>({ read: ({ x }) => x, stamp: ({ t }) => t })
    sensor.since(100, { x: 1, t: 800 })
    expect(sensor.shown()).toEqual([1, 200])
  })

  test('is 0 for a stamp of the future, and grows from the arrival', () => {
    const sensor = probe({})
    sensor.since(-60_000, 7)
    sensor.clock.advance(40)
    expect(sensor.shown()).toEqual([7, 40])
  })

  test('is that of a device whose clock begins when it is switched on, by a stamp of the user', () => {
    type Tick = { readonly millis: number; readonly x: number }
    // The delay of the fastest message counts as 0.
    let offset = Infinity
    const stamp = ({ millis }: Tick, arrived: number): number => {
      offset = Math.min(offset, arrived - millis)
      return millis + offset
    }
    const sensor = probe<Tick>({ read: ({ x }) => x, stamp })
    sensor.say({ millis: 50, x: 1 })
    sensor.clock.advance(100)
    sensor.say({ millis: 90, x: 2 })
    expect(sensor.shown()).toEqual([2, 60])
  })

  test.each<[string, SchedulerLike]>([
    ['the turns of the event loop, which count from the start of the process', eventLoop],
    ['one of RxJS, which counts from 1970', asyncScheduler],
  ])('is right by %s', (_, scheduler) => {
    const sensed = concat(of({ value: 7, stamp: dateOf(scheduler) - 5000, live: true }), NEVER)
    const watch = observe({ sensed }, { sensed: {} }).subscribe(scheduler, { ready: () => {}, fail: () => {} })
    const { sensed: age } = watch.ages()
    watch.unsubscribe()
    expect(age).toBeGreaterThanOrEqual(5000)
    expect(age).toBeLessThan(15_000)
    expect(dateOf(scheduler)).toBeGreaterThan(1.7e12)
  })

  test('does not follow a calendar that is set after the reading came', () => {
    const clock = virtualClock()
    let set = 1_000_000
    const scheduler = { now: clock.now, schedule: clock.schedule, date: () => clock.now() + set }
    const sensed = concat(of({ value: 7, stamp: 999_900, live: true }), NEVER)
    const watch = observe({ sensed }, { sensed: {} }).subscribe(scheduler, { ready: () => {}, fail: () => {} })
    set = 0
    clock.advance(50)
    expect(watch.ages()).toEqual({ sensed: 150 })
  })
})

describe('readings out of order', () => {
  test('do not take the place of a newer one, and are counted', () => {
    const sensor = probe({})
    sensor.since(100, 1)
    sensor.since(300, 2)
    expect(sensor.watch.sample()).toEqual({
      observation: Float64Array.of(1),
      samples: { probe: { age: 100, late: false, readings: 2, dropped: 1, bad: 0 } },
    })
    sensor.since(400, 3)
    sensor.since(50, 4)
    expect(sensor.shown()).toEqual([4, 50])
    expect(sensor.sampled().dropped).toBe(2)
  })

  test('are summed and averaged all the same, at the age of the newest', () => {
    for (const [each, expected] of [
      ['sum', 6],
      ['mean', 2],
    ] as const) {
      // prettier-ignore
      const sensor = probe({ each })
      for (const [ago, value] of [[100, 1], [300, 2], [200, 3]]) sensor.since(ago, value) // prettier-ignore
      expect(sensor.shown()).toEqual([expected, 100])
    }
  })

  test('alone do not end a silence: a clock that was set back is an error, and not hidden', () => {
    const sensor = probe({ patience: 1000 })
    sensor.since(0, 1)
    for (let i = 0; i < 20; i++) {
      sensor.clock.advance(50)
      sensor.since(3_600_000, 2)
    }
    expect(sensor.error()).toBe('sensor probe is missing: no reading for 1000 ms (readings older than one before: 19)')
  })

  test('of one moment are both taken, the later one last', () => {
    const sensor = probe({})
    sensor.since(100, 1)
    sensor.since(100, 2)
    expect(sensor.shown()).toEqual([2, 100])
  })
})

describe('a copy that was kept', () => {
  test.each<[string, SensorOptions]>([
    ['latest', {}],
    ['mean', { each: 'mean' }],
    ['fold', { each: (sofar, [x]) => [Math.max(sofar?.[0] ?? -Infinity, x)] }],
  ])('is shown while there is nothing newer, and late: %s', (_, options) => {
    const sensor = probe(options)
    sensor.copy(7)
    expect(sensor.watch.missing()).toEqual([])
    expect(sensor.watch.sample()).toEqual({
      observation: Float64Array.of(7),
      samples: { probe: { age: Infinity, late: true, readings: 0, dropped: 0, bad: 0 } },
    })
    sensor.copy(8)
    expect(sensor.shown()).toEqual([8, Infinity])
    sensor.say(9)
    sensor.copy(7)
    expect(sensor.shown()).toEqual([9, 0])
    sensor.clock.advance(10)
    sensor.copy(7)
    expect(sensor.shown()).toEqual([9, 10])
  })

  test('is replaced by the default, being late', () => {
    const sensor = probe({ default: -1 })
    sensor.copy(7)
    expect(sensor.shown()).toEqual([-1, Infinity])
  })

  test('has the age of its stamp, and takes the place of an older reading alone', () => {
    const sensor = probe({ maxAge: 1000 })
    sensor.since(500, 7, false)
    expect(sensor.sampled()).toMatchObject({ age: 500, late: false, readings: 0 })
    sensor.say(8)
    sensor.clock.advance(100)
    sensor.since(200, 7, false)
    expect(sensor.shown()).toEqual([8, 100])
    sensor.since(50, 9, false)
    expect(sensor.shown()).toEqual([9, 50])
  })

  test('with a stamp of the future is of unknown age', () => {
    const sensor = probe({})
    sensor.since(-10, 7, false)
    expect(sensor.shown()).toEqual([7, Infinity])
  })

  test('is no increment, nor a reading that a sum could begin with', () => {
    const sensor = probe({ each: 'sum' })
    sensor.copy(7)
    expect(sensor.watch.missing()).toEqual(['probe'])
    sensor.say(1)
    sensor.copy(7)
    expect(sensor.sampled()).toMatchObject({ age: 0, readings: 1 })
    sensor.copy(7)
    expect(sensor.shown()).toEqual([0, 0])
  })

  test('is part of no mean and no fold beside readings', () => {
    const sensor = probe({ each: 'mean' })
    sensor.say(1)
    sensor.copy(100)
    sensor.say(3)
    expect(sensor.shown()).toEqual([2, 0])
  })

  test.each([
    ['alone', false],
    ['after a reading', true],
  ])('is no sign of life, however often a connection brings it again: %s', (_, spoke) => {
    const sensor = probe({ patience: 1000 })
    if (spoke) sensor.say(1)
    for (let connection = 0; connection < 10; connection++) {
      sensor.copy(7)
      sensor.since(50, 7, false)
      sensor.clock.advance(100)
    }
    expect(sensor.error()).toBe('sensor probe is missing: no reading for 1000 ms (stored copies: 20)')
  })
})

describe('a bad reading', () => {
  const bad: readonly (readonly [unknown, string])[] = [
    [[NaN, NaN], 'sensor probe[0] (left) is NaN, expected a finite number'],
    [[1, Infinity], 'sensor probe[1] (right) is Infinity, expected a finite number'],
    [JSON.parse('[1e999, 0]'), 'sensor probe[0] (left) is Infinity, expected a finite number'],
    [[1], 'sensor probe: expected a vector of size 2, got 1'],
    [new Float32Array(48), 'sensor probe: expected a vector of size 2, got 48'],
    [[], 'sensor probe: expected a vector of size 2, got 0'],
    [7, 'sensor probe: expected a vector of size 2, got 1'],
    [null, 'sensor probe: expected a number or a vector of size 2, got null'],
    [undefined, 'sensor probe: expected a number or a vector of size 2, got nothing'],
    ['1,2', 'sensor probe: expected a number or a vector of size 2, got "1,2"'],
    [['1', 2], 'sensor probe: expected a number as left, got "1"'],
    [[undefined, 2], 'sensor probe: expected a number as left, got nothing'],
    [{ length: 2 }, 'sensor probe: expected a number as left, got nothing'],
    [
      { value: [1, 2], stamp: NaN, live: true },
      'sensor probe: expected a stamp in milliseconds since 1970, or null, got NaN',
    ],
  ]

  test.each(bad)('%j fails the watch, or is counted and skipped', (reading, complaint) => {
    const options = { names: ['left', 'right'] }
    const failing = probe(options)
    failing.say(reading as Reading)
    expect(failing.error()).toBe(complaint)
    const skipping = probe({ ...options, onBad: 'skip', patience: 1000 })
    skipping.say([1, 2])
    skipping.say(reading as Reading)
    skipping.clock.advance(10)
    skipping.say(reading as Reading)
    expect(skipping.watch.sample()).toEqual({
      observation: Float64Array.of(1, 2),
      samples: { probe: { age: 10, late: false, readings: 1, dropped: 0, bad: 2 } },
    })
    skipping.clock.advance(990)
    expect(skipping.error()).toBe(
      `sensor probe is missing: no reading for 1000 ms (bad readings: 2, the latest: ${complaint})`,
    )
  })

  test('is what `read` or `stamp` throws at, and what they give', () => {
    const wrong = (what: 'read' | 'stamp') => () => {
      throw new TypeError(`no ${what}`)
    }
    for (const [options, complaint] of [
      [{ read: wrong('read') }, 'sensor probe: its read failed: no read'],
      [{ stamp: wrong('stamp') }, 'sensor probe: its stamp failed: no stamp'],
      [{ read: () => NaN }, 'sensor probe[0] (probe) is NaN, expected a finite number'],
      [{ stamp: () => NaN }, 'sensor probe: expected a stamp in milliseconds since 1970, or null, got NaN'],
    ] as const) {
      const failing = probe(options)
      failing.say(1)
      expect(failing.error()).toBe(complaint)
      const skipping = probe({ ...options, onBad: 'skip', default: 0 })
      skipping.say(1)
      expect([skipping.error(), skipping.sampled().bad]).toEqual([null, 1])
    }
  })

  test.each(['sum', 'mean'] as const)('is not what makes a %s overflow: that is an error by name', (each) => {
    const sensor = probe({ each, onBad: 'skip' })
    sensor.say(1.7e308)
    sensor.say(1.7e308)
    expect(sensor.error()).toBe('sensor probe[0] (probe) is Infinity, expected a finite number')
  })
})

describe('the first step of an episode', () => {
  const max: SensorOptions['each'] = (sofar, [x]) => [Math.max(sofar?.[0] ?? -Infinity, x)]
  test.each<[string, SensorOptions, number, number, number]>([
    // What it is shown with no reading since the episode began, with two of them, and of the step after without one.
    ['latest', {}, 3, 2, 2],
    ['sum', { each: 'sum' }, 0, 12, 0],
    ['mean', { each: 'mean' }, 3, 6, 6],
    ['fold', { each: max }, 3, 10, 10],
  ])('shows of %s nothing that was gathered while the arm was moved back', (_, options, silent, spoken, next) => {
    for (const readings of [[], [10, 2]]) {
      const sensor = probe(options)
      for (const value of [50, 90, 3]) sensor.say(value)
      sensor.clock.advance(5)
      sensor.watch.clear()
      for (const value of readings) sensor.say(value)
      const { observation, samples } = sensor.watch.sample()
      expect(observation[0]).toBe(readings.length === 0 ? silent : spoken)
      const age = readings.length === 0 ? 5 : 0
      // Two were replaced while the arm was moved, and the third and one more since.
      const dropped = options.each === undefined ? 2 + readings.length : 0
      expect(samples['probe']).toEqual({ age, late: false, readings: readings.length, dropped, bad: 0 })
      expect(sensor.shown()[0]).toBe(readings.length === 0 ? silent : next)
    }
  })

  test('shows the default where the newest reading is late by then, and whatever a step was shown before', () => {
    const sensor = probe({ maxAge: 20, default: -1, each: 'mean' })
    sensor.say(3)
    expect(sensor.shown()[0]).toBe(3)
    sensor.say(5)
    sensor.clock.advance(21)
    sensor.watch.clear()
    expect(sensor.shown()).toEqual([-1, 21])
    sensor.say(7)
    sensor.watch.clear()
    expect(sensor.shown()).toEqual([7, 0])
  })

  test.each([
    ['latest', 200],
    ['mean', 200],
    ['sum', 0],
  ] as const)('of a device whose begin takes its time: %s', async (each, expected) => {
    const clock = virtualClock()
    const readings = new Subject<Reading>()
    const world = device({
      spec: { name: 'Arm', action: { size: 1, low: [-1], high: [1], names: ['speed'], units: ['m/s'] } },
      observe: observe({ place: readings }, { place: { each } }),
      begin: async () => {
        readings.next(100)
        await firstValueFrom(timer(500, clock))
        readings.next(200)
      },
      act: () => readings.next(7),
      stop: () => {},
      schedule: realtime({ cycle: 40, scheduler: clock }),
    })
    const seen: TimeStep[] = []
    const subscription = world.timeSteps.subscribe((step) => {
      seen.push(step)
      if (step.index === 1) world.begin(1)
      else world.act([0], step.index, { action: [0] })
    })
    await clock.advanceAsync(1100)
    expect(seen.slice(0, 4).map(({ kind, observation }) => [kind, observation[0]])).toEqual([
      ['first', expected],
      ['mid', 7],
      ['first', expected],
      ['mid', 7],
    ])
    subscription.unsubscribe()
  })

  test('shows the value before it if no reading came since', () => {
    for (const each of ['latest', 'mean', max] as const) {
      const sensor = probe({ each })
      sensor.say(3)
      sensor.watch.sample()
      sensor.watch.clear()
      expect(sensor.shown()[0]).toBe(3)
    }
  })
})

describe('the reason of a silence', () => {
  const refused = { value: { connected: false, failure: 'mqtt://host: connection refused: not authorized' } }
  const told = 'sensor probe is missing: no reading for 10000 ms'

  test.each<[string, LinkState['value'], string]>([
    ['of a link that was refused', refused.value, `${told} (${refused.value.failure})`],
    ['of a link that has not been connected', { connected: false, failure: null }, `${told} (not connected)`],
    ['of a link that brings nothing', { connected: true, failure: null }, `${told} (connected)`],
    [
      'of a link that brings bad messages',
      { connected: true, failure: 'expected JSON' },
      `${told} (connected; the latest failure: expected JSON)`,
    ],
  ])('is that %s, as it is by then', (_, value, expected) => {
    const link = { value: { connected: true, failure: null } as LinkState['value'] }
    for (const sensor of [probe({}, link), probe({ link })]) {
      link.value = value
      sensor.clock.advance(10_000)
      expect(sensor.error()).toBe(expected)
    }
  })

  test('is the declared link’s rather than the stream’s', () => {
    const sensor = probe({ link: refused }, { value: { connected: true, failure: null } })
    sensor.clock.advance(10_000)
    expect(sensor.error()).toBe(`${told} (${refused.value.failure})`)
  })

  test('is given for a stream that completes, and for each sensor its own', () => {
    let error: unknown
    const events = { ready: () => {}, fail: (cause: unknown) => (error = cause) }
    observe({ a: of(1) }, { a: { link: refused } }).subscribe(virtualClock(), events)
    expect(String(error)).toBe(`SensorError: sensor a is lost: its stream completed (${refused.value.failure})`)
    const clock = virtualClock()
    observe({ a: NEVER, b: NEVER }, { a: { link: refused }, b: {} }).subscribe(clock, events)
    clock.advance(10_000)
    expect((error as Error).message).toBe(
      `sensor a is missing: no reading for 10000 ms (${refused.value.failure}); sensor b is missing: no reading for 10000 ms`,
    )
  })
})

test('streams say readings, stamped readings or messages with a declared `read`', () => {
  type Imu = { readonly t: number; readonly rates: readonly number[] }
  const imu: Observable<Stamped<Imu>> = NEVER
  const senses = observe(
    { warmth: interval(10).pipe(take(1)), wheels: NEVER as Observable<Stamped<readonly number[]>>, imu },
    {
      warmth: {},
      wheels: { size: 2, stamp: (reading) => (expectTypeOf(reading).toEqualTypeOf<readonly number[]>(), null) },
      imu: { size: 3, read: ({ rates }) => rates, stamp: ({ t }, arrived) => Math.min(t, arrived) },
    },
  )
  expect(senses.spec.size).toBe(6)
  const either: Observable<Imu | Stamped<Imu>> = imu
  expect(observe({ either }, { either: { size: 3, read: ({ rates }) => rates } }).spec.size).toBe(3)
  // @ts-expect-error messages that are no readings need a `read`
  expect(observe({ imu }, { imu: {} }).spec.size).toBe(1)
  expect(observe({ imu: imu.pipe(mapStamped(({ rates }) => rates)) }, { imu: { size: 3 } }).spec.size).toBe(3)
})
