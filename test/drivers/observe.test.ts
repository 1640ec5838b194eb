import { readFileSync } from 'node:fs'
import { concat, NEVER, type Observable, of, Subject, throwError } from 'rxjs'
import { describe, expect, it, test } from 'vitest'
import { observe, type SensorFusion, type SensorSubscription } from '../../src/drivers/observe.js'
import type { Reading, SensorOptions } from '../../src/drivers/sensor.js'
import { NotFiniteError } from '../../src/failure.js'
import { type VirtualClock, virtualClock } from '../../src/testing/virtualClock.js'

interface Watched {
  readonly clock: VirtualClock
  readonly watch: SensorSubscription
  readonly completed: () => number
  readonly error: () => unknown
}

const watched = (senses: SensorFusion, clock = virtualClock()): Watched => {
  let completed = 0
  let error: unknown = null
  const watch = senses.subscribe(clock, {
    ready: () => (completed += 1),
    fail: (cause) => (error = cause),
  })
  return { clock, watch, completed: () => completed, error: () => error }
}

/** One sensor called `probe`, fed by hand. */
const probe = (options: SensorOptions = {}) => {
  const readings = new Subject<Reading>()
  return { readings, ...watched(observe({ probe: readings }, { probe: options })) }
}

const shown = ({ watch }: Pick<Watched, 'watch'>): number[] => Array.from(watch.sample().observation)

describe('the observation', () => {
  const streams = { wheels: new Subject<Reading>(), warmth: new Subject<Reading>() }

  it('is laid out in the order of the declarations, whatever that of the streams', () => {
    const senses = observe(streams, {
      warmth: { names: ['inside', 'outside'], units: '°C', low: -40, high: [50, 60] },
      wheels: { size: 2, each: 'sum', units: ['m', 'rad'] },
    })
    expect(senses.spec).toEqual({
      size: 4,
      low: [-40, -40, -Infinity, -Infinity],
      high: [50, 60, Infinity, Infinity],
      names: ['inside', 'outside', 'wheels0', 'wheels1'],
      units: ['°C', '°C', 'm', 'rad'],
    })
    const { watch } = watched(senses)
    streams.wheels.next([1, 2])
    streams.warmth.next([20, 10])
    expect(Array.from(watch.sample().observation)).toEqual([20, 10, 1, 2])
  })

  it('has one component, the sensor’s name and no unit by default', () => {
    expect(observe({ warmth: NEVER }, { warmth: {} }).spec).toEqual({
      size: 1,
      low: [-Infinity],
      high: [Infinity],
      names: ['warmth'],
      units: ['1'],
    })
  })

  it('is a new array, and a reading is not read again later', () => {
    const sensor = probe({ size: 2 })
    const buffer = [1, 2]
    sensor.readings.next(buffer)
    const first = sensor.watch.sample().observation
    buffer[0] = 9
    const second = sensor.watch.sample().observation
    expect(second).not.toBe(first)
    expect([Array.from(first), Array.from(second)]).toEqual([
      [1, 2],
      [1, 2],
    ])
  })
})

it('is seen as pictured', () => {
  const source = readFileSync(new URL('../../src/drivers/observe.ts', import.meta.url), 'utf8')
  const pictured = (name: string): string => new RegExp(`^ \\*     ${name.padEnd(13)}(.{18})`, 'm').exec(source)![1]
  const streams = { wheels: new Subject<Reading>(), warmth: new Subject<Reading>() }
  const { watch } = watched(observe(streams, { wheels: { each: 'sum' }, warmth: {} }))
  const shownAt: [string[], string[]] = [[], []]
  for (let column = 0; column < 18; column++) {
    for (const name of ['wheels', 'warmth'] as const) {
      if (/\d/.test(pictured(name)[column])) streams[name].next(Number(pictured(name)[column]))
    }
    const values = pictured('steps')[column] === 's' ? Array.from(watch.sample().observation, String) : [' ', ' ']
    shownAt.forEach((row, i) => row.push(values[i]))
  }
  expect(shownAt.map((row) => row.join(''))).toEqual([pictured('their sum'), pictured('the latest')])
})

describe('each step gets of the readings since the step before', () => {
  const cases: [string, SensorOptions, number[][]][] = [
    ['latest', {}, [[3], [3], [4]]],
    ['sum', { each: 'sum' }, [[6], [0], [4]]],
    ['mean', { each: 'mean' }, [[2], [2], [4]]],
    [
      'a fold',
      { each: (sofar, reading) => (sofar === null || reading[0] > sofar[0] ? reading : sofar) },
      [[3], [3], [4]],
    ],
  ]
  it.each(cases)('%s', (_, options, expected) => {
    const sensor = probe(options)
    for (const reading of [1, 2, 3]) sensor.readings.next(reading)
    const first = shown(sensor)
    const second = shown(sensor)
    sensor.readings.next(4)
    expect([first, second, shown(sensor)]).toEqual(expected)
  })

  it('a fold that holds on to the least of many', () => {
    const sensor = probe({ each: (sofar, reading) => [Math.min(sofar?.[0] ?? Infinity, reading[0])] })
    for (const reading of [5, 2, 8]) sensor.readings.next(reading)
    expect(shown(sensor)).toEqual([2])
  })

  it('discards increments when an episode begins, and no other reading', () => {
    const streams = { wheels: new Subject<Reading>(), warmth: new Subject<Reading>() }
    const { watch } = watched(observe(streams, { wheels: { each: 'sum' }, warmth: { each: 'mean' } }))
    streams.wheels.next(3)
    streams.warmth.next(20)
    watch.clear()
    expect(Array.from(watch.sample().observation)).toEqual([0, 20])
  })
})

describe('a late reading', () => {
  it.each<[string, SensorOptions, number[]]>([
    ['goes on as it was', { maxAge: 50 }, [7]],
    ['is replaced by the default', { maxAge: 50, default: -1 }, [-1]],
    ['is replaced by the default of a mean', { maxAge: 50, default: -1, each: 'mean' }, [-1]],
    ['is none of a sum: nothing may be lost', { maxAge: 50, default: -1, each: 'sum' }, [7]],
  ])('%s', (_, options, expected) => {
    const sensor = probe(options)
    sensor.readings.next(7)
    sensor.clock.advance(51)
    const { observation, samples } = sensor.watch.sample()
    expect(Array.from(observation)).toEqual(expected)
    expect(samples['probe']).toEqual({ age: 51, late: true, readings: 1, dropped: 0, bad: 0 })
  })

  it('is none at the very age', () => {
    const sensor = probe({ maxAge: 50, default: -1 })
    sensor.readings.next(7)
    sensor.clock.advance(50)
    expect(shown(sensor)).toEqual([7])
    expect(sensor.watch.sample().samples['probe'].late).toBe(false)
  })

  it('is replaced for as long as it is late', () => {
    const sensor = probe({ maxAge: 50, default: -1 })
    sensor.readings.next(7)
    const seen = [shown(sensor)]
    sensor.clock.advance(60)
    seen.push(shown(sensor))
    sensor.readings.next(8)
    seen.push(shown(sensor))
    expect(seen).toEqual([[7], [-1], [8]])
  })
})

describe('completeness', () => {
  it('waits for sensors without a default, and names them', () => {
    const streams = { a: new Subject<Reading>(), b: new Subject<Reading>(), c: new Subject<Reading>() }
    const { watch, completed } = watched(observe(streams, { a: {}, b: { default: 5 }, c: {} }))
    expect(watch.missing()).toEqual(['a', 'c'])
    streams.c.next(1)
    expect(watch.missing()).toEqual(['a'])
    expect(completed()).toBe(0)
    streams.a.next(1)
    streams.a.next(2)
    expect([watch.missing(), completed()]).toEqual([[], 1])
    expect(watch.sample()).toMatchObject({
      observation: Float64Array.of(2, 5, 1),
      samples: { b: { age: Infinity, late: true, readings: 0 } },
    })
  })

  it('is reported at once if sensors emit while they are subscribed to', () => {
    const senses = observe({ probe: concat(of(3), NEVER) }, { probe: {} })
    expect(watched(senses).completed()).toBe(1)
  })
})

describe('a lost sensor fails the watch, with its name', () => {
  const failing = (stream: Observable<Reading>, options: SensorOptions = {}): unknown =>
    watched(observe({ probe: stream }, { probe: options })).error()

  it.each<[string, Observable<Reading>, SensorOptions, string]>([
    ['when its stream completes', of(1), {}, 'sensor probe is lost: its stream completed'],
    [
      'when a reading has another size',
      concat(of([1, 2, 3]), NEVER),
      { size: 2 },
      'sensor probe: expected a vector of size 2, got 3',
    ],
    [
      'when a reading is none',
      concat(of('7' as unknown as Reading), NEVER),
      {},
      'sensor probe: expected a number or a vector of size 1, got "7"',
    ],
    [
      'when a fold gives another size',
      concat(of(1), NEVER),
      { each: () => [1, 2] },
      'sensor probe: expected a vector of size 1, got 2',
    ],
  ])('%s', (_, stream, options, message) => {
    expect((failing(stream, options) as Error).message).toBe(message)
  })

  it('when a reading is not finite, naming the component', () => {
    const error = failing(concat(of([1, NaN]), NEVER), { names: ['left', 'right'] })
    expect(error).toEqual(new NotFiniteError('sensor probe', { index: 1, name: 'right' }, NaN))
  })

  it('when its stream fails, with the cause', () => {
    const cause = new Error('unplugged')
    const error = failing(throwError(() => cause)) as Error
    expect([error.message, error.cause]).toEqual(['sensor probe failed: unplugged', cause])
  })

  it.each([
    ['without a first reading', null],
    ['after a reading', 3],
  ])('when it is silent for its patience, %s', (_, reading) => {
    const sensor = probe({ patience: 100, default: 0 })
    sensor.clock.advance(60)
    if (reading !== null) sensor.readings.next(reading)
    const until = reading === null ? 100 : 160
    sensor.clock.advance(until - 61)
    expect(sensor.error()).toBeNull()
    sensor.clock.advance(1)
    expect(String(sensor.error())).toBe('SensorError: sensor probe is missing: no reading for 100 ms')
  })

  it('naming all that are silent', () => {
    const { clock, error } = watched(
      observe({ a: NEVER, b: NEVER, c: concat(of(1), NEVER) }, { a: {}, b: {}, c: { patience: Infinity } }),
    )
    clock.advance(10_000)
    const told = (name: string): string => `sensor ${name} is missing: no reading for 10000 ms`
    expect((error() as Error).message).toBe(`${told('a')}; ${told('b')}`)
  })

  it('never when it may be silent', () => {
    const sensor = probe({ patience: Infinity, default: 0 })
    sensor.clock.advance(1e9)
    expect(sensor.error()).toBeNull()
  })

  it('once, and leaves the others', () => {
    const streams = { a: new Subject<Reading>(), b: new Subject<Reading>() }
    let failures = 0
    observe(streams, { a: {}, b: {} }).subscribe(virtualClock(), { ready: () => {}, fail: () => (failures += 1) })
    streams.a.next(NaN)
    expect(streams.a.observed || streams.b.observed).toBe(false)
    streams.b.next(NaN)
    expect(failures).toBe(1)
  })
})

it('leaves its sensors and no timer behind', () => {
  const readings = new Subject<Reading>()
  const clock = virtualClock()
  let timers = 0
  const counted = {
    now: clock.now,
    schedule: ((...work: Parameters<typeof clock.schedule>) => {
      timers += 1
      const task = clock.schedule(...work)
      task.add(() => (timers -= 1))
      return task
    }) as typeof clock.schedule,
  }
  const watch = observe({ readings }, { readings: {} }).subscribe(counted, { ready: () => {}, fail: () => {} })
  readings.next(1)
  expect([readings.observed, timers]).toEqual([true, 1])
  watch.unsubscribe()
  expect([readings.observed, timers]).toEqual([false, 0])
})

test('watches share nothing', () => {
  const readings = new Subject<Reading>()
  const senses = observe({ readings }, { readings: { each: 'sum' } })
  const one = watched(senses)
  readings.next(1)
  const other = watched(senses)
  readings.next(2)
  expect([shown(one), shown(other)]).toEqual([[3], [2]])
})

test('a flood: 50,000 readings a second leave one number a sensor, each counted and no increment lost', () => {
  const streams = { warmth: new Subject<Reading>(), wheels: new Subject<Reading>() }
  const { clock, watch } = watched(observe(streams, { warmth: {}, wheels: { each: 'sum' } }))
  const sums: number[] = []
  const counts: number[] = []
  for (let beat = 0; beat < 50; beat++) {
    // 40 ms at 50 readings a millisecond, from both sensors.
    for (let i = 0; i < 2000; i++) {
      if (i % 50 === 0) clock.advance(1)
      streams.warmth.next(i)
      streams.wheels.next(1)
    }
    const { observation, samples } = watch.sample()
    expect(observation[0]).toBe(1999)
    sums.push(observation[1])
    counts.push(samples['warmth'].readings)
    expect(samples['warmth'].dropped).toBe(1999 * (beat + 1))
    expect(samples['wheels'].dropped).toBe(0)
  }
  expect(new Set(sums)).toEqual(new Set([2000]))
  expect(new Set(counts)).toEqual(new Set([2000]))
})

describe('a declaration is refused', () => {
  const make = (streams: Record<string, Observable<Reading>>, sensors: Record<string, SensorOptions>) => () =>
    observe(streams, sensors)

  it.each<[Record<string, Observable<Reading>>, Record<string, SensorOptions>, string]>([
    [
      { warmth: NEVER },
      { warmht: {} },
      'observe: expected a stream of the sensor warmht, got none (did you mean warmth?)',
    ],
    [{ warmth: NEVER, zzz: NEVER }, { warmth: {} }, 'observe: expected a declaration of the stream zzz, got none'],
    [{}, {}, 'observe: expected one sensor or more, got none'],
    [{ 1: NEVER }, { 1: {} }, 'observe: expected names that are not numbers, got 1'],
    [{ a: NEVER }, { a: { size: 0 } }, 'observe: a.size: expected a positive integer, got 0'],
    [{ a: NEVER }, { a: { size: 2, names: ['x'] } }, 'observe: a.names: expected 2 of them, got 1'],
    [{ a: NEVER }, { a: { size: 2, default: [1] } }, 'observe: a.default: expected 2 of them, got 1'],
    [{ a: NEVER }, { a: { default: NaN } }, 'observe: a.default: expected finite numbers, got NaN'],
    [{ a: NEVER }, { a: { maxAge: 0 } }, 'observe: a.maxAge: expected milliseconds above 0, got 0'],
    [{ a: NEVER }, { a: { patience: -1 } }, 'observe: a.patience: expected milliseconds above 0, or Infinity, got -1'],
    [
      { a: NEVER },
      { a: { each: 'first' as 'latest' } },
      'observe: a.each: expected latest, sum, mean or a function, got first',
    ],
  ])('%o %o', (streams, sensors, message) => {
    expect(make(streams, sensors)).toThrow(new RangeError(message))
  })
})
