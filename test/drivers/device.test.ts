import { readFileSync } from 'node:fs'
import { concat, interval, map, merge, NEVER, type Observable, of, type SchedulerLike, Subject, tap, timer } from 'rxjs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { actuate } from '../../operators/actuate.js'
import { endEpisode } from '../../operators/endEpisode.js'
import { halt } from '../../operators/halt.js'
import { reward } from '../../operators/reward.js'
import { sampleAction } from '../../operators/sampleAction.js'
import { transitions } from '../../operators/transitions.js'
import { update } from '../../operators/update.js'
import { updateInGap } from '../../operators/updateInGap.js'
import { device, type DeviceOptions, type SensedStep } from '../../src/drivers/device.js'
import { observe } from '../../src/drivers/observe.js'
import type { Reading } from '../../src/drivers/sensor.js'
import { DriverError } from '../../src/failure.js'
import { avg } from '../../src/learners/avg/avg.js'
import { hyperparametersFor } from '../../src/learners/avg/publishedSettings.js'
import { seeded } from '../../src/random.js'
import { realtime, type RealtimeOptions } from '../../src/time/realtime.js'
import { eventLoop } from '../../src/time/schedule.js'
import type { TimeStep, Vector, VectorSpec } from '../../src/types.js'
import { driverSuite } from '../../src/testing/driverSuite.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import { columns } from '../time/realtimeRun.js'
import { listen, reply, turnOf } from './world.js'

const motor: VectorSpec = { size: 1, low: [-1], high: [1], names: ['motor'], units: ['1'] }

const spec = { name: 'Rig', action: motor }

interface RigOptions extends Partial<Pick<DeviceOptions, 'act' | 'stop' | 'begin' | 'patience'>> {
  readonly time?: Omit<RealtimeOptions, 'scheduler' | 'cycle'>
  readonly warmth?: Observable<Reading>
}

/** A device with a sensor that emits every 5 ms and a log of all its calls; a beat every 10 ms. */
const rigged = ({ time, warmth, act, stop, begin, ...options }: RigOptions = {}) => {
  const clock = virtualClock()
  const log: string[] = []
  const note = (word: string): void => void log.push(`${clock.now()} ${word}`)
  const schedule = realtime({ cycle: 10, ...time, scheduler: clock })
  const noting = <A extends unknown[]>(word: (...args: A) => string, call?: (...args: A) => unknown) =>
    function (...args: A): unknown {
      note(word(...args))
      return call?.(...args)
    }
  const rig = device({
    spec,
    observe: observe({ warmth: warmth ?? interval(5, clock) }, { warmth: {} }),
    act: noting(([command]: ArrayLike<number> & Iterable<number>) => `act ${command}`, act),
    stop: noting(() => 'stop', stop),
    ...(begin === undefined ? {} : { begin: noting(() => 'begin', begin) }),
    schedule,
    ...options,
  })
  return { clock, rig, schedule, log }
}

/** Answers each step with its index. */
const counting = (rig: ReturnType<typeof device>) =>
  tap<SensedStep>(({ index }) => rig.act([index], index, { action: [index] }))

/** A promise that is kept by hand. */
const promised = () => {
  let keep!: () => void
  const promise = new Promise<void>((resolve) => {
    keep = resolve
  })
  return { promise, keep: () => keep() }
}

const settled = (): Promise<void> => turnOf(eventLoop)

for (const [name, make] of Object.entries({
  'a device': (scheduler: SchedulerLike) =>
    device({
      spec,
      observe: observe(
        { a: interval(50, scheduler), b: concat(of([1, 2]), NEVER) },
        { a: {}, b: { size: 2, patience: Infinity } },
      ),
      act: () => {},
      stop: () => {},
      schedule: realtime({ cycle: 100, scheduler }),
    }),
  'a device of promises': (scheduler: SchedulerLike) =>
    device({
      spec,
      observe: observe({ a: interval(50, scheduler) }, { a: { each: 'sum', maxAge: 100 } }),
      act: async () => {},
      stop: async () => {},
      begin: async () => {},
      schedule: realtime({ cycle: 100, overrun: 'stretch', scheduler }),
    }),
})) {
  describe(`${name} keeps the rules`, () => {
    for (const rule of driverSuite(make)) it(rule.name, rule.run)
  })
}

describe('a device', () => {
  it('has the spec of its sensors and of its schedule', () => {
    const { rig } = rigged()
    expect(rig.spec).toEqual({
      name: 'Rig',
      action: motor,
      observation: { size: 1, low: [-Infinity], high: [Infinity], names: ['warmth'], units: ['1'] },
      stepSeconds: 0.01,
      stepLimit: Infinity,
    })
  })

  it('begins when every sensor has a reading, steps at the beats from then on, and sends a command when a step is answered', () => {
    const { rig, clock, log } = rigged()
    const { values } = listen(rig.timeSteps.pipe(counting(rig)))
    clock.advance(30)
    expect(values.map(({ kind, time, reward: paid, observation }) => [kind, time, paid, observation[0]])).toEqual([
      ['first', 0.005, 0, 0],
      ['mid', 0.015, 0, 2],
      ['mid', 0.025, 0, 4],
    ])
    expect(log).toEqual(['5 act 0', '15 act 1', '25 act 2'])
    expect(values[1].samples).toEqual({ warmth: { age: 0, late: false, readings: 2, dropped: 1, bad: 0 } })
  })

  it('reports the ages of its samples in every beat, missed ones too', () => {
    const readings = new Subject<Reading>()
    const { rig, clock, schedule } = rigged({ warmth: readings })
    const ages: (number | undefined)[] = []
    schedule.beats.subscribe((beat) => ages.push(beat.ages['warmth']))
    listen(rig.timeSteps.pipe(tap(({ index }) => index === 0 && rig.act([0], 0, { action: [0] }))))
    readings.next(1)
    clock.advance(35)
    readings.next(2)
    clock.advance(10)
    expect(ages).toEqual([0, 10, 20, 30, 5])
    expect(schedule.report()).toMatchObject({ beats: 5, misses: 3 })
  })

  it('keeps increments of missed beats for the step that follows', () => {
    const clock = virtualClock()
    const wheels = interval(5, clock).pipe(map(() => 1))
    const rig = device({
      spec,
      observe: observe({ wheels }, { wheels: { each: 'sum', default: 0 } }),
      act: () => {},
      stop: () => {},
      schedule: realtime({ cycle: 10, scheduler: clock }),
    })
    const late = tap<SensedStep>(({ index }) => {
      const answer = (): void => rig.act([0], index, { action: [0] })
      if (index === 1) clock.schedule(answer, 25)
      else answer()
    })
    const { values } = listen(rig.timeSteps.pipe(late))
    clock.advance(60)
    expect(values.map(({ observation }) => observation[0])).toEqual([0, 2, 6, 2, 2])
  })

  it('is what rewards and ends of episodes are made for', () => {
    const { rig, clock, log } = rigged({ begin: () => {} })
    const { values } = listen(
      rig.timeSteps.pipe(
        reward(({ observation }, { observation: before }) => observation[0] - before[0]),
        endEpisode(({ observation }) => observation[0] > 5, { as: 'terminated' }),
        tap((step) => reply(rig, step)),
      ),
    )
    clock.advance(55)
    expect(values.map(({ kind, reward: paid }) => [kind, paid])).toEqual([
      ['first', 0],
      ['mid', 2],
      ['mid', 2],
      ['last', 2],
      ['first', 0],
      ['last', 2],
    ])
    expect(log.filter((word) => word.includes('begin'))).toEqual(['0 begin', '35 begin', '55 begin'])
  })
})

it('is seen as pictured', async () => {
  const source = readFileSync(new URL('../../src/drivers/device.ts', import.meta.url), 'utf8')
  const pictured = (name: string): string => new RegExp(`^ \\*     ${name} +(\\S+)`, 'm').exec(source)![1]
  const clock = virtualClock()
  const schedule = realtime({ cycle: 4, scheduler: clock })
  const ready = promised()
  const marks: [number, string][] = []
  const readings = [...pictured('sensors')].flatMap((mark, column) =>
    mark === '1' ? [timer(column, clock).pipe(map(() => 1))] : [],
  )
  const rig = device({
    spec,
    observe: observe({ probe: concat(merge(...readings), NEVER) }, { probe: {} }),
    begin: () => ready.promise,
    act: ([command]) => marks.push([clock.now(), command === 0.5 ? 'h' : 'a']),
    stop: () => {},
    schedule,
  })
  const steps: [number, string][] = []
  schedule.beats.subscribe(({ lateness, due }) => lateness === null && steps.push([due, 'x']))
  const reply = tap<SensedStep>(({ index, kind }) => {
    steps.push([clock.now(), kind[0]])
    const answer = (): void => rig.act([index === 1 ? 0.5 : 1], index, { action: [0] })
    if (index === 2) clock.schedule(answer, 6)
    else answer()
  })
  listen(rig.timeSteps.pipe(reply))
  clock.advance(pictured('begin').length)
  ready.keep()
  await settled()
  clock.advance(pictured('timeSteps').length - 1 - clock.now())
  expect(columns(steps, '-')).toBe(pictured('timeSteps'))
  // The command that is held is the second one's, which goes out as an answer first.
  expect(columns(marks, '-').replace('h', 'a')).toBe(pictured('act'))
})

describe('getting ready', () => {
  it('is waited for, at the start and between episodes, and no beat is missed meanwhile', async () => {
    const [first, second] = [promised(), promised()]
    const waits = [first, second]
    const { rig, clock, schedule, log } = rigged({ begin: () => waits.shift()?.promise, time: { overrun: 'fail' } })
    const { values } = listen(
      rig.timeSteps.pipe(
        tap((step) => (step.index === 1 ? rig.begin(1) : rig.act([step.index], step.index, { action: [0] }))),
      ),
    )
    clock.advance(100)
    expect(values).toHaveLength(0)
    first.keep()
    await settled()
    clock.advance(10)
    expect(values.map(({ time }) => time)).toEqual([0.1, 0.11])
    clock.advance(93)
    second.keep()
    await settled()
    clock.advance(10)
    expect(values.map(({ kind, time }) => [kind, time])).toEqual([
      ['first', 0.1],
      ['mid', 0.11],
      ['first', 0.203],
      ['mid', 0.213],
    ])
    expect(schedule.report()).toMatchObject({ beats: 4, misses: 0 })
    expect(log).toEqual(['0 begin', '100 act 0', '110 begin', '203 act 2', '213 act 3'])
  })

  it('leaves no increment to the first step of an episode', async () => {
    const clock = virtualClock()
    const ready = promised()
    const rig = device({
      spec,
      observe: observe({ wheels: interval(4, clock).pipe(map(() => 1)) }, { wheels: { each: 'sum' } }),
      begin: () => ready.promise,
      act: () => {},
      stop: () => {},
      schedule: realtime({ cycle: 10, scheduler: clock }),
    })
    const { values } = listen(rig.timeSteps.pipe(counting(rig)))
    clock.advance(30)
    ready.keep()
    await settled()
    clock.advance(10)
    // At 32, 36 and 40, after the seven of the way back.
    expect(values.map(({ observation }) => observation[0])).toEqual([0, 3])
  })

  it('fails the run when it fails, and the device is stopped first', async () => {
    const error = new Error('stuck')
    const { rig, clock, log } = rigged({ begin: () => Promise.reject(error) })
    const seen = listen(rig.timeSteps.pipe(tap({ error: () => log.push('told') })))
    clock.advance(20)
    await settled()
    expect(seen.error).toBe(error)
    expect(log).toEqual(['0 begin', '20 stop', 'told'])
  })

  it('goes to waste when the device is left', async () => {
    const wait = promised()
    const { rig, clock, log } = rigged({ begin: () => wait.promise })
    const seen = listen(rig.timeSteps)
    clock.advance(10)
    seen.leave()
    wait.keep()
    await settled()
    clock.advance(100)
    // At once, and again when the arm has been moved back.
    expect([seen.values, log]).toEqual([[], ['0 begin', '10 stop', '10 stop']])
  })

  it('fails with the names of the sensors that are missing', () => {
    const { rig, clock, log } = rigged({ warmth: NEVER })
    const seen = listen(rig.timeSteps)
    clock.advance(10_000)
    expect(String(seen.error)).toBe('SensorError: sensor warmth is missing: no reading for 10000 ms')
    expect(log).toEqual(['10000 stop'])
  })

  it('fails when a sensor is lost while it is being subscribed to', () => {
    const { rig, log } = rigged({ warmth: of(1), begin: () => {} })
    expect(String(listen(rig.timeSteps).error)).toBe('SensorError: sensor warmth is lost: its stream completed')
    expect(log).toEqual(['0 stop'])
  })
})

describe('at a missed beat', () => {
  const late = (rig: ReturnType<typeof device>, clock: ReturnType<typeof virtualClock>) =>
    tap<SensedStep>(({ index }) => {
      const answer = (): void => rig.act([index + 1], index, { action: [0] })
      if (index === 1) clock.schedule(answer, 25)
      else answer()
    })

  it.each([
    ['skip', 'last', ['5 act 1', '25 act 1', '35 act 1', '40 act 2', '45 act 3']],
    ['skip', 'zero', ['5 act 1', '25 act 0', '35 act 0', '40 act 2', '45 act 3']],
    ['skip', 'stop', ['5 act 1', '25 stop', '40 act 2', '45 act 3']],
    ['stretch', 'last', ['5 act 1', '25 act 1', '40 act 2', '40 act 3']],
    ['stretch', 'zero', ['5 act 1', '25 act 0', '40 act 2', '40 act 3']],
    ['stretch', 'stop', ['5 act 1', '25 stop', '40 act 2', '40 act 3']],
  ] as const)('%s, it is told to hold: %s', (overrun, hold, expected) => {
    const { rig, clock, log } = rigged({ time: { overrun, hold } })
    listen(rig.timeSteps.pipe(late(rig, clock)))
    clock.advance(45)
    expect(log).toEqual(expected)
  })

  it('is stopped each time that it had a command in between, and once where it had none', () => {
    const { rig, clock, log } = rigged({ time: { hold: 'stop' } })
    const late = tap<SensedStep>(({ index }) => {
      const answer = (): void => rig.act([index], index, { action: [0] })
      if (index === 1 || index === 2) clock.schedule(answer, 25)
      else answer()
    })
    listen(rig.timeSteps.pipe(late))
    clock.advance(75)
    expect(log).toEqual(['5 act 0', '25 stop', '40 act 1', '55 stop', '70 act 2', '75 act 3'])
  })

  it('before the first command of a run is sent zeros, also where the last command is held', () => {
    const { rig, clock, log } = rigged({ time: { hold: 'last' } })
    const late = tap<SensedStep>(({ index }) => {
      const answer = (): void => rig.act([index + 1], index, { action: [0] })
      if (index === 0) clock.schedule(answer, 15)
      else answer()
    })
    const first = listen(rig.timeSteps.pipe(late))
    clock.advance(30)
    expect(log).toEqual(['15 act 0', '20 act 1', '25 act 2'])
    first.leave()
  })

  it('is stopped before a failure is emitted', () => {
    const { rig, clock, log } = rigged({ time: { overrun: 'fail' } })
    listen(rig.timeSteps.pipe(tap({ error: (error: Error) => log.push(`told ${error.message.split(':')[0]}`) })))
    clock.advance(45)
    expect(log).toEqual(['15 stop', 'told step 0 missed its beat'])
  })

  it('receives nothing older after an answer that came while the event loop was blocked', () => {
    const { rig, clock, log } = rigged({ time: { hold: 'zero' } })
    const blocking = tap<SensedStep>(({ index }) => {
      if (index === 1) clock.block(12)
      rig.act([index + 1], index, { action: [0] })
    })
    listen(rig.timeSteps.pipe(blocking))
    clock.advance(45)
    expect(log).toEqual(['5 act 1', '27 act 2', '35 act 3', '45 act 4'])
  })
})

describe('a slow sink', () => {
  it('gets one command at a time, and of those that wait the newest', async () => {
    const sends = [promised(), promised(), promised(), promised()]
    const calls = [...sends]
    const { rig, clock, log } = rigged({ act: () => calls.shift()?.promise })
    listen(rig.timeSteps.pipe(counting(rig)))
    clock.advance(35)
    expect(log).toEqual(['5 act 0'])
    sends[0].keep()
    await settled()
    expect(log).toEqual(['5 act 0', '35 act 3'])
    expect(rig.replaced).toBe(2)
  })

  it('has its replaced commands counted for the present run, or else the last', async () => {
    const wait = promised()
    const { rig, clock } = rigged({ act: () => wait.promise })
    expect(rig.replaced).toBe(0)
    const first = listen(rig.timeSteps.pipe(counting(rig)))
    clock.advance(35)
    expect(rig.replaced).toBe(2)
    first.leave()
    expect(rig.replaced).toBe(2)
    wait.keep()
    await settled()
    await settled()
    listen(rig.timeSteps.pipe(tap(({ index }) => index < 5 && rig.act([index], index, { action: [0] }))))
    expect(rig.replaced).toBe(0)
  })

  it.each(['throws', 'rejects'])('that %s fails the run, after stop was called', async (how) => {
    const error = new Error('jammed')
    const { rig, clock, log } = rigged({
      act: () => {
        if (how === 'rejects') return Promise.reject(error)
        throw error
      },
    })
    const seen = listen(rig.timeSteps.pipe(tap({ error: () => log.push('told') }), counting(rig), halt(rig)))
    clock.advance(5)
    await settled()
    expect(seen.error).toBe(error)
    expect(log.filter((word) => word !== 'told')).toEqual(['5 act 0', '5 stop'])
  })
})

describe('stopping', () => {
  it('calls `stop` once, at unsubscribing, and leaves sensors and beats behind', () => {
    const readings = new Subject<Reading>()
    const { rig, clock, log } = rigged({ warmth: readings })
    const seen = listen(rig.timeSteps.pipe(counting(rig)))
    readings.next(1)
    clock.advance(15)
    seen.leave()
    clock.advance(100)
    expect(log).toEqual(['0 act 0', '10 act 1', '15 stop'])
    expect(readings.observed).toBe(false)
  })

  it('is awaited by `stop()`, which completes the run, and is called once for it', async () => {
    const wait = promised()
    const { rig, clock, log } = rigged({ stop: () => wait.promise })
    const seen = listen(rig.timeSteps.pipe(counting(rig)))
    clock.advance(5)
    let resolved = 0
    const both = Promise.all([rig.stop().then(() => (resolved += 1)), rig.stop().then(() => (resolved += 1))])
    await settled()
    expect([seen.completed, resolved]).toEqual([true, 0])
    wait.keep()
    await both
    await rig.stop()
    expect([resolved, log]).toEqual([2, ['5 act 0', '5 stop']])
  })

  it('is not called where nothing was begun', async () => {
    const { rig, log } = rigged()
    await rig.stop()
    rig.close()
    expect(log).toEqual([])
  })

  it('comes before the error, for errors above `actuate` and, by halt, for those below', () => {
    for (const place of ['above', 'below']) {
      const { rig, clock, log } = rigged()
      const broken = tap<TimeStep>(({ index }) => {
        if (index === 1) throw new Error('scripted')
      })
      const decided = map((step: SensedStep) => ({ ...step, sampled: { action: [0.5] } }))
      const told = tap<TimeStep>({ error: () => log.push('told') })
      const chain =
        place === 'above'
          ? rig.timeSteps.pipe(broken, decided as never, actuate(rig) as never, told)
          : rig.timeSteps.pipe(decided, actuate(rig), broken, halt(rig), told)
      listen(chain)
      clock.advance(100)
      expect(log).toEqual(
        place === 'above' ? ['5 act 0.5', '15 stop', 'told'] : ['5 act 0.5', '15 act 0.5', '15 stop', 'told'],
      )
    }
  })

  it('is waited for by the next run', async () => {
    const wait = promised()
    const { rig, clock, log } = rigged({ stop: () => wait.promise, begin: () => {} })
    const first = listen(rig.timeSteps)
    clock.advance(5)
    first.leave()
    listen(rig.timeSteps)
    clock.advance(5)
    await settled()
    expect(log).toEqual(['0 begin', '5 stop'])
    wait.keep()
    await settled()
    expect(log).toEqual(['0 begin', '5 stop', '10 begin'])
  })

  it('rejects with what `stop` failed with, and such a device is not begun again', async () => {
    const error = new Error('runs away')
    const { rig, clock, log } = rigged({ stop: () => Promise.reject(error), begin: () => {} })
    listen(rig.timeSteps)
    clock.advance(5)
    await expect(rig.stop()).rejects.toBe(error)
    const second = listen(rig.timeSteps)
    const stopping = rig.stop().catch((cause: unknown) => cause)
    await settled()
    expect(await stopping).toBe(error)
    expect(second.completed).toBe(true)
    const warned = vi.spyOn(console, 'warn').mockReturnValue()
    onTestFinished(() => warned.mockRestore())
    const third = listen(rig.timeSteps)
    await settled()
    expect(third.error).toBe(error)
    // Nobody waits for the stop after that.
    expect(warned.mock.calls).toEqual([['device: stop failed: runs away; the world may not be at rest']])
    expect(log.filter((word) => word.includes('begin'))).toEqual(['0 begin'])
  })

  it('drops a command that waits', async () => {
    const wait = promised()
    const { rig, clock, log } = rigged({ act: () => wait.promise })
    const seen = listen(rig.timeSteps.pipe(counting(rig)))
    clock.advance(15)
    seen.leave()
    wait.keep()
    await settled()
    // At once, and again when the command under way has arrived.
    expect(log).toEqual(['5 act 0', '15 stop', '15 stop'])
  })
})

describe('calls of several runs', () => {
  it('are made as pictured: one at a time, but for a stop that does not wait', async () => {
    const source = readFileSync(new URL('../../src/drivers/device.ts', import.meta.url), 'utf8')
    const pictured = (name: string): string =>
      new RegExp(`\\* +unsubscribe[^]*?\\*     (${name} .*)`).exec(source)![1].slice('begin      '.length)
    const marks: Record<string, [number, string][]> = { act: [], stop: [], begin: [] }
    const clock = virtualClock()
    const [acting, beginning] = [promised(), promised()]
    const calls = { act: [acting.promise], stop: [], begin: [null, beginning.promise] } as Record<string, unknown[]>
    const call = (name: string) => (): unknown => {
      marks[name].push([clock.now(), name[0]])
      return calls[name].shift()
    }
    const rig = device({
      spec,
      observe: observe({ probe: concat(of(1), NEVER) }, { probe: { patience: Infinity } }),
      act: call('act'),
      stop: call('stop'),
      begin: call('begin'),
      schedule: realtime({ cycle: 100, scheduler: clock }),
    })
    const first = listen(rig.timeSteps.pipe(counting(rig)))
    clock.advance(0)
    clock.advance(pictured('stop').indexOf('s'))
    first.leave()
    listen(rig.timeSteps)
    clock.advance(pictured('act').length - clock.now())
    acting.keep()
    await settled()
    await settled()
    const drawn = (name: string): string => columns(marks[name], ' ').replace(/^b/, ' ')
    expect(drawn('act')).toBe(pictured('act').replaceAll('=', '').trimEnd())
    expect(drawn('stop').trimStart()).toBe('s    s')
    expect(pictured('stop').replaceAll('-', ' ').trimStart()).toBe('s    s')
    expect(drawn('begin').indexOf('b')).toBe(drawn('stop').lastIndexOf('s'))
  })

  /** A device whose calls of these names take until their promise is kept. */
  const slow = (...names: ('act' | 'begin' | 'stop')[]) => {
    const ends: { readonly name: string; readonly keep: () => void; readonly fail: (error: Error) => void }[] = []
    const call = (name: 'act' | 'begin' | 'stop') => (): unknown => {
      if (!names.includes(name)) return undefined
      // A sink's promise resolves with `true`, which is no failure.
      return new Promise<boolean>((resolve, fail) => ends.push({ name, keep: () => resolve(true), fail }))
    }
    const { log, ...rest } = rigged({ act: call('act'), begin: call('begin'), stop: call('stop'), patience: 50 })
    const end = async (name: string, error: Error | null = null): Promise<void> => {
      const [{ keep, fail }] = ends.splice(
        ends.findIndex((each) => each.name === name),
        1,
      )
      log.push(`${rest.clock.now()} ${name} over`)
      if (error === null) keep()
      else fail(error)
      await settled()
      await settled()
    }
    return { ...rest, log, end }
  }

  it('wait for a command of the run before, and for the stop after it', async () => {
    const { rig, clock, log, end } = slow('act', 'stop')
    const first = listen(rig.timeSteps.pipe(counting(rig)))
    clock.advance(5)
    first.leave()
    listen(rig.timeSteps)
    clock.advance(10)
    await end('stop')
    clock.advance(10)
    expect(log).toEqual(['0 begin', '5 act 0', '5 stop', '15 stop over'])
    await end('act')
    expect(log.slice(4)).toEqual(['25 act over', '25 stop'])
    clock.advance(10)
    await end('stop')
    expect(log.slice(6)).toEqual(['35 stop over', '35 begin'])
  })

  it('wait for a `begin` of the run before', async () => {
    const { rig, clock, log, end } = slow('begin')
    const first = listen(rig.timeSteps.pipe(counting(rig)))
    clock.advance(5)
    first.leave()
    const second = listen(rig.timeSteps.pipe(counting(rig)))
    clock.advance(5)
    await end('begin')
    expect(log).toEqual(['0 begin', '5 stop', '10 begin over', '10 stop', '10 begin'])
    clock.advance(10)
    expect(second.values).toEqual([])
    await end('begin')
    clock.advance(0)
    expect(second.values).toHaveLength(1)
    expect(first.values).toHaveLength(0)
  })

  it('go on waiting where a run in between was left, which calls nothing', async () => {
    const { rig, clock, log, end } = slow('act')
    const first = listen(rig.timeSteps.pipe(counting(rig)))
    clock.advance(5)
    first.leave()
    listen(rig.timeSteps).leave()
    listen(rig.timeSteps)
    await settled()
    expect(log).toEqual(['0 begin', '5 act 0', '5 stop'])
    await end('act')
    expect(log.slice(3)).toEqual(['5 act over', '5 stop', '5 begin'])
  })

  it('end with a stop even if the first one failed, with which `stop()` rejects', async () => {
    const { rig, clock, log, end } = slow('act', 'stop')
    listen(rig.timeSteps.pipe(counting(rig)))
    clock.advance(5)
    const failure = new Error('no answer')
    const stopping = rig.stop().catch((error: unknown) => error)
    await end('stop', failure)
    await end('act')
    await end('stop')
    expect(await stopping).toBe(failure)
    expect(log.filter((word) => word.endsWith('stop'))).toHaveLength(2)
  })

  it('that fail when their run is over fail no other run', async () => {
    const { rig, clock, end } = slow('act')
    const first = listen(rig.timeSteps.pipe(counting(rig)))
    clock.advance(5)
    first.leave()
    const second = listen(rig.timeSteps)
    await end('act', new Error('too late'))
    clock.advance(5)
    expect([second.error, second.values.length]).toEqual([null, 1])
  })

  it.each(['act', 'begin'] as const)('that are never over are named, once `patience` has passed: %s', async (name) => {
    const { rig, clock, log, end } = slow(name)
    const first = listen(rig.timeSteps.pipe(counting(rig)))
    clock.advance(5)
    first.leave()
    const stopping = rig.stop().catch((error: unknown) => error)
    const second = listen(rig.timeSteps)
    clock.advance(50)
    const expected = new DriverError(
      `device: ${name}, called by a run that is over, is still under way after 50 ms; ` +
        'the device may not be at rest (see the option patience)',
    )
    expect(await stopping).toEqual(expected)
    await settled()
    expect(second.error).toEqual(expected)
    await end(name)
    expect(log.at(-1)).toBe('55 stop')
    await rig.stop()
    const third = listen(rig.timeSteps)
    clock.advance(5)
    if (name === 'begin') await end(name)
    clock.advance(0)
    expect(third.values).toHaveLength(1)
  })

  it('that are over in time leave no timer behind', async () => {
    vi.useFakeTimers()
    const wait = promised()
    const rig = device({
      spec,
      observe: observe({ probe: concat(of(1), NEVER) }, { probe: { patience: Infinity } }),
      act: () => {},
      stop: () => wait.promise,
      schedule: realtime({ cycle: 10 }),
    })
    listen(rig.timeSteps).leave()
    const stopping = rig.stop()
    expect(vi.getTimerCount()).toBe(1)
    wait.keep()
    await stopping
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('that are never over are waited for without an end where `patience` has none', async () => {
    const wait = promised()
    const { rig, clock } = rigged({ act: () => wait.promise, patience: Infinity })
    listen(rig.timeSteps.pipe(counting(rig)))
    clock.advance(5)
    let told = false
    void rig.stop().then(() => (told = true))
    clock.advance(100_000)
    await settled()
    expect(told).toBe(false)
    wait.keep()
    await settled()
    await settled()
    expect(told).toBe(true)
  })

  it.each(Array.from({ length: 30 }, (_, seed) => seed))(
    'never overlap, and a stop is the last of them (seed %i)',
    async (seed) => {
      const random = seeded(seed)('calls')
      const below = (count: number): number => Math.floor(random.uniform() * count)
      const log: string[] = []
      const under = new Set<string>()
      const overlaps: string[] = []
      const clock = virtualClock()
      const call = (name: string) => (): unknown => {
        log.push(name)
        if (name !== 'stop' && under.size > 0) overlaps.push(`${name} during ${[...under].join()}`)
        const failing = random.uniform() < 0.05 && name === 'act'
        if (random.uniform() < 0.3) return undefined
        under.add(name)
        return new Promise<void>((resolve, reject) => {
          clock.schedule(() => {
            under.delete(name)
            log.push(`${name} over`)
            if (failing) reject(new Error('jammed'))
            else resolve()
          }, below(40))
        })
      }
      const rig = device({
        spec,
        observe: observe({ warmth: interval(5, clock) }, { warmth: {} }),
        act: call('act'),
        stop: call('stop'),
        begin: call('begin'),
        schedule: realtime({ cycle: 10, hold: (['last', 'zero', 'stop'] as const)[below(3)], scheduler: clock }),
      })
      let present: ReturnType<typeof listen> | null = null
      const answerable = (): boolean => present !== null && !present.completed && present.error === null
      const agent = tap<SensedStep>((step) => {
        const late = (): void => {
          if (step.index !== latest || !answerable()) return
          if (step.index % 7 === 6) rig.begin(step.index)
          else rig.act([step.index], step.index, { action: [step.index] })
        }
        latest = step.index
        if (random.uniform() < 0.3) clock.schedule(late, below(30))
        else late()
      })
      let latest = -1
      for (let turn = 0; turn < 150; turn++) {
        if (present === null || (present as { completed: boolean }).completed)
          present = listen(rig.timeSteps.pipe(agent))
        else if (random.uniform() < 0.05) {
          latest = -1
          present.leave()
          present = null
        }
        clock.advance(1 + below(12))
        await settled()
        if (present !== null && present.error !== null) [present, latest] = [null, -1]
      }
      latest = -1
      present?.leave()
      for (let turn = 0; turn < 30; turn++) {
        clock.advance(10)
        await settled()
      }
      await rig.stop()
      expect([overlaps, under.size]).toEqual([[], 0])
      expect(log.filter((word) => word === 'begin').length).toBeGreaterThan(2)
      // Whatever ended last but a stop ended before the last stop began.
      const last = log.lastIndexOf('stop')
      expect(log.slice(last + 1).filter((word) => word !== 'stop over')).toEqual([])
    },
  )
})

describe('a command', () => {
  it('that `act` writes to is held, and sent on, as it was decided', () => {
    const sent: number[] = []
    const spoil = (command: Vector): void => {
      sent.push(command[0])
      ;(command as number[])[0] = 99
    }
    for (const hold of ['last', 'zero'] as const) {
      sent.length = 0
      const { rig, clock } = rigged({ act: spoil, time: { hold } })
      const { values } = listen(
        rig.timeSteps.pipe(tap(({ index }) => index < 2 && rig.act([index + 1], index, { action: [index + 1] }))),
      )
      clock.advance(46)
      expect(sent).toEqual(hold === 'last' ? [1, 2, 2, 2] : [1, 2, 0, 0])
      expect(values.at(-1)?.previousAction).toEqual({ action: [2] })
    }
  })
})

it.each(['before sampleAction', 'after actuate', 'in the gap'])('AVG learns on a device with update %s', (place) => {
  const { rig, clock, schedule } = rigged()
  const random = seeded(1)
  const learner = avg(rig.spec, {
    ...hyperparametersFor('Pendulum-v1'),
    hidden: [16, 16],
    random: random('policy'),
    initialization: random('initialization'),
  })
  const paired = rig.timeSteps.pipe(
    reward(({ observation }) => -observation[0] / 100),
    endEpisode(({ index }) => index % 20 === 19, { as: 'truncated' }),
    transitions(),
  )
  const learning: Observable<TimeStep & { readonly report: unknown }> =
    place === 'before sampleAction'
      ? paired.pipe(update(learner), sampleAction(learner), actuate(rig))
      : place === 'after actuate'
        ? paired.pipe(sampleAction(learner), actuate(rig), update(learner))
        : paired.pipe(
            sampleAction(learner),
            actuate(rig),
            updateInGap(learner, { gap: schedule, overflow: { kind: 'sliding', size: 4 } }),
          )
  const { values, error } = listen(learning)
  clock.advance(1005)
  expect(error).toBeNull()
  expect(values).toHaveLength(101)
  expect(values.filter(({ report }) => report !== null)).toHaveLength(95)
})

it('refuses a patience that is none', () => {
  expect(() => rigged({ patience: 0 })).toThrow(
    new RangeError('device: patience: expected milliseconds above 0, or Infinity to wait for ever, got 0'),
  )
})
