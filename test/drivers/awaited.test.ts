import { type Observable, type SchedulerLike, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type AwaitedDriver, type AwaitedOptions, awaited } from '../../src/drivers/awaited.js'
import type { Decision } from '../../src/drivers/loopWorld.js'
import { DriverError, NotFiniteError } from '../../src/failure.js'
import { driverSuite } from '../../src/testing/driverSuite.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import { eventLoop, lockstep } from '../../src/time/schedule.js'
import type { TimeStep } from '../../src/types.js'

const { spec } = scriptedSimulator()

/** The observation of a world on another machine: the count of its steps, and the action that led there. */
const stepAfter = (decision: Decision, count: number, length = Infinity): TimeStep => ({
  kind: decision.kind === 'begin' ? 'first' : count < length ? 'mid' : 'last',
  observation: [count, decision.kind === 'begin' ? 0 : decision.command[0]],
  reward: decision.kind === 'begin' ? 0 : 1,
  terminated: count >= length,
  truncated: false,
  previousAction: decision.kind === 'begin' ? null : decision.sampled,
  index: -1,
  time: 0,
})

/** A turn of the event loop, which runs everything that is due. */
const turn = () => new Promise<void>((resolve) => eventLoop.schedule(() => resolve()))
const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await turn()
}

/** A world whose steps come when the test sends them. */
const byHand = (options: Partial<AwaitedOptions<TimeStep>> = {}) => {
  const asked: { decision: Decision; index: number; give(step: TimeStep | null): void; fail(error: unknown): void }[] =
    []
  const world = awaited({
    spec,
    next: (decision, index) =>
      new Promise((give, fail) => {
        asked.push({ decision, index, give, fail })
      }),
    ...options,
  })
  return { world, asked }
}

/** A subscriber that records all notifications. */
const watched = <T>(source: Observable<T>) => {
  const seen: T[] = []
  const notes: unknown[] = []
  const subscription = source.subscribe({
    next: (step) => seen.push(step),
    error: (error: unknown) => notes.push(error),
    complete: () => notes.push('complete'),
  })
  return { seen, notes, leave: () => subscription.unsubscribe() }
}
const act = (world: AwaitedDriver<TimeStep>, index: number, command: readonly number[] = [0.5]): void =>
  world.act(command, index, { action: command })

/** A world that has shown its first step. */
const begun = async (options: Partial<AwaitedOptions<TimeStep>> = {}) => {
  const { world, asked } = byHand(options)
  const watch = watched(world.timeSteps)
  await turn()
  asked[0].give(stepAfter({ kind: 'begin' }, 0))
  await turns(2)
  expect(watch.seen).toHaveLength(1)
  return { world, asked, ...watch }
}

describe('the driver suite', () => {
  const within = (delay: number) => (scheduler: SchedulerLike) => {
    let count = 0
    let time = 0
    return awaited<TimeStep>({
      spec,
      next: (decision) =>
        new Promise((resolve) => {
          const give = (): void => {
            count = decision.kind === 'begin' ? 0 : count + 1
            time += spec.stepSeconds
            resolve({ ...stepAfter(decision, count, 5), time })
          }
          if (delay === 0) give()
          else scheduler.schedule(give, delay)
        }),
      schedule: lockstep({ scheduler }),
    })
  }
  describe.each([
    ['at once', 0],
    ['after a while', 30],
  ])('of a world that answers %s', (_, delay) => {
    test.each(driverSuite(within(delay)).map(({ name, run }) => [name, run] as const))('%s', async (_name, run) =>
      run(),
    )
  })
})

describe('calls of next', () => {
  test('for the first step, then for the step after each answer, with its index; the command is a copy', async () => {
    const { world, asked, seen } = await begun()
    expect(asked.map(({ decision, index }) => [decision.kind, index])).toEqual([['begin', 0]])
    const command = [0.25]
    act(world, 0, command)
    command[0] = 9
    await turn()
    expect(asked[1]).toMatchObject({ index: 1, decision: { kind: 'act', command: [0.25] } })
    asked[1].give(stepAfter(asked[1].decision, 1))
    await turns(2)
    world.begin(1)
    await turn()
    expect(asked[2]).toMatchObject({ index: 2, decision: { kind: 'begin' } })
    asked[2].give(stepAfter(asked[2].decision, 0))
    await turns(2)
    expect(seen.map(({ kind, index }) => [kind, index])).toEqual([
      ['first', 0],
      ['mid', 1],
      ['first', 2],
    ])
    await world.stop()
  })

  test('not before the call of an earlier run has ended, whose step is not shown', async () => {
    const { world, asked, seen, leave } = await begun()
    act(world, 0)
    await turn()
    leave()
    const later = watched(world.timeSteps)
    await turns(3)
    expect(asked).toHaveLength(2)
    asked[1].give(stepAfter(asked[1].decision, 1))
    await turn()
    expect(asked[2]).toMatchObject({ index: 1, decision: { kind: 'begin' } })
    asked[2].give(stepAfter(asked[2].decision, 0))
    await turns(2)
    expect(seen).toHaveLength(1)
    expect(later.seen.map(({ kind, index }) => [kind, index])).toEqual([['first', 1]])
    await world.stop()
  })

  test('none for a run that is over before its turn', async () => {
    const { world, asked } = byHand()
    watched(world.timeSteps).leave()
    await turns(2)
    expect(asked).toEqual([])
    world.close()
  })
})

describe('shown steps', () => {
  test('have a copy of the observation, which the world may overwrite', async () => {
    const observation = Float64Array.of(1, 2)
    const { world, asked } = byHand()
    const { seen } = watched(world.timeSteps)
    await turn()
    asked[0].give({ ...stepAfter({ kind: 'begin' }, 0), observation })
    await turns(2)
    observation.fill(7)
    expect(seen[0].observation).toEqual(Float64Array.of(1, 2))
    await world.stop()
  })

  test('end with a completion at the end of the world', async () => {
    let stops = 0
    const { world, asked, notes } = await begun({ stop: () => void (stops += 1) })
    act(world, 0)
    await turn()
    asked[1].give(null)
    await turn()
    expect(notes).toEqual(['complete'])
    expect(stops).toBe(1)
  })
})

describe('failures', () => {
  const first = stepAfter({ kind: 'begin' }, 0)
  /** The notifications of a subscriber for an answer of the world, and whether the world was stopped by then. */
  const told = async (answer: (asked: { give(step: TimeStep | null): void; fail(error: unknown): void }) => void) => {
    const order: unknown[] = []
    const { world, asked } = byHand({ stop: () => void order.push('stop') })
    world.timeSteps.subscribe({ error: (error: unknown) => order.push(error) })
    await turn()
    answer(asked[0])
    await turns(2)
    expect(order[0]).toBe('stop')
    return order[1]
  }

  test('every error of the world is passed on, that of a number that is not finite with its step', async () => {
    const lost = new Error('the other machine is gone')
    expect(await told(({ fail }) => fail(lost))).toBe(lost)
    expect(await told(({ give }) => give({ ...first, observation: [NaN, 0] }))).toEqual(
      new NotFiniteError('observation', { index: 0, name: spec.observation.names[0] }, NaN, 0),
    )
    expect(await told(({ give }) => give({ ...first, reward: Infinity }))).toEqual(
      new NotFiniteError('reward', null, Infinity, 0),
    )
  })

  test('a next that throws synchronously fails in the same way', async () => {
    const world = awaited({
      spec,
      next: () => {
        throw new Error('no connection')
      },
    })
    const { notes } = watched(world.timeSteps)
    await turns(2)
    expect(notes).toEqual([new Error('no connection')])
  })

  test('a step of the wrong kind or size, with its index and the name of the world', async () => {
    expect(await told(({ give }) => give({ ...first, kind: 'mid' }))).toEqual(
      new DriverError(`${spec.name}: step 0: expected kind first after begin, got mid`),
    )
    expect(String(await told(({ give }) => give({ ...first, observation: [1] })))).toBe(
      `RangeError: ${spec.name}: expected observation of size 2, got 1`,
    )
    const { world, asked, notes } = await begun({ owner: 'arm' })
    act(world, 0)
    await turn()
    asked[1].give(first)
    await turns(2)
    expect(notes).toEqual([new DriverError('arm: step 1: expected kind mid or last after act, got first')])
  })

  test('a step that does not come within `within`, with its index; no timer is left', async () => {
    const clock = new VirtualTimeScheduler()
    const { world, asked, notes, seen } = await (async () => {
      const { world, asked } = byHand({ within: 500, schedule: lockstep({ scheduler: clock }) })
      const watch = watched(world.timeSteps)
      await turn()
      asked[0].give(first)
      await turn()
      clock.maxFrames = 100
      clock.flush()
      return { world, asked, ...watch }
    })()
    expect(seen).toHaveLength(1)
    act(world, 0)
    await turn()
    clock.maxFrames = 700
    clock.flush()
    expect(notes).toEqual([new DriverError(`${spec.name}: step 1 did not come within 500 ms (see the option within)`)])
    asked[1].give(null)
    await turns(2)
    expect(notes).toHaveLength(1)
    const { leave } = watched(world.timeSteps)
    leave()
    expect(clock.actions.filter(({ closed }) => !closed)).toEqual([])
    expect(() => byHand({ within: 0 })).toThrow(
      `${spec.name}: within: expected milliseconds above 0, or Infinity, got 0`,
    )
    expect(() => byHand({ patience: -1 })).toThrow(`${spec.name}: patience: expected milliseconds above 0`)
  })

  test('a driver without a next, when it is made', () => {
    expect(() => awaited({ spec } as never)).toThrow(new TypeError('awaited: next: expected a function, got undefined'))
  })

  test('a step without an answer', async () => {
    const clock = new VirtualTimeScheduler()
    const { world, asked } = byHand({ patience: 50, schedule: lockstep({ scheduler: clock }) })
    const { notes } = watched(world.timeSteps)
    await turn()
    asked[0].give(first)
    await turn()
    clock.flush()
    expect(String(notes[0])).toMatch(/^DriverError: step 0 got no action within 50 ms/)
  })

  test('the next run can try again', async () => {
    const { world, asked } = byHand()
    const { notes } = watched(world.timeSteps)
    await turn()
    asked[0].fail(new Error('lost'))
    await turn()
    expect(notes).toHaveLength(1)
    const { seen } = watched(world.timeSteps)
    await turn()
    asked[1].give(first)
    await turns(2)
    expect(seen).toHaveLength(1)
    await world.stop()
  })
})

describe('stop and close', () => {
  test('stop resolves with the world, and a later run waits for that', async () => {
    let still = (): void => {}
    const { world, asked } = await begun({ stop: () => new Promise((resolve) => (still = resolve)) })
    let stopped = false
    const stopping = world.stop().then(() => (stopped = true))
    watched(world.timeSteps)
    await turns(2)
    expect([stopped, asked.length]).toEqual([false, 1])
    still()
    await stopping
    await turn()
    expect(asked).toHaveLength(2)
  })

  test('a stop that fails fails the driver’s stop and the next run', async () => {
    let error: Error | null = new Error('stuck')
    const { world } = await begun({ stop: () => (error === null ? undefined : Promise.reject(error)) })
    await expect(world.stop()).rejects.toThrow('stuck')
    const { notes } = watched(world.timeSteps)
    error = null
    await turn()
    expect(notes).toEqual([new Error('stuck')])
    await world.stop()
  })

  test('a stop that fails is reported in one line if nobody waits for it, and no stop that is waited for is', async () => {
    const warned = vi.spyOn(console, 'warn').mockReturnValue()
    onTestFinished(() => warned.mockRestore())
    const { world } = await begun({ stop: () => Promise.reject(new Error('stuck')) })
    await expect(world.stop()).rejects.toThrow('stuck')
    expect(warned.mock.calls).toEqual([])
    const other = await begun({ stop: () => Promise.reject(new Error('stuck')) })
    other.world.close()
    await new Promise((resolve) => setImmediate(resolve))
    expect(warned.mock.calls).toEqual([[`${other.world.spec.name}: stop failed: stuck; the world may not be at rest`]])
  })

  test('close stops, then frees, once', async () => {
    const order: string[] = []
    const { world, notes } = await begun({ stop: () => void order.push('stop'), close: () => void order.push('close') })
    world.close()
    world.close()
    expect(order).toEqual(['stop', 'close'])
    expect(notes).toEqual(['complete'])
  })
})
