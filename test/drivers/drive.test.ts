import { lastValueFrom, map, take, tap } from 'rxjs'
import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { endEpisode } from '../../operators/endEpisode.js'
import { reward } from '../../operators/reward.js'
import { drive, type PlainDriver, type SimulatedDriver, type SimulatedStep } from '../../src/drivers/drive.js'
import { realtime } from '../../src/time/realtime.js'
import { lockstep, eventLoop } from '../../src/time/schedule.js'
import { scriptedSimulator, type ScriptOptions } from '../../src/testing/scriptedSimulator.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import type { SampledAction, Simulator, TimeStep, Vector } from '../../src/types.js'
import { handClock } from '../handClock.js'
import { heapGauge } from '../heapGauge.js'
import { answer, decide, kinds, listen, passUntil, reply, turnOf, virtualWorld } from './world.js'

// A hundred thousand steps. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

describe('the steps', () => {
  it('open with a first step, go on with what the simulator did, and begin again after the last', () => {
    const { clock, world } = virtualWorld({ script: { episodeLength: 2 } })
    const { values } = listen(world.timeSteps.pipe(answer(world), take(6)))
    clock.flush()
    const common = { terminated: false, truncated: false, previousAction: null, info: {} }
    const observation = expect.any(Float64Array)
    expect(values).toEqual([
      { ...common, kind: 'first', index: 0, time: 0, reward: 0, observation },
      { ...common, kind: 'mid', index: 1, time: 0.1, reward: 1, observation, previousAction: decide(values[0]) },
      {
        ...common,
        kind: 'last',
        index: 2,
        time: 0.2,
        reward: 2,
        observation,
        terminated: true,
        previousAction: decide(values[1]),
      },
      { ...common, kind: 'first', index: 3, time: 0.2, reward: 0, observation },
      { ...common, kind: 'mid', index: 4, time: 3 * 0.1, reward: 1, observation, previousAction: decide(values[3]) },
      {
        ...common,
        kind: 'last',
        index: 5,
        time: 0.4,
        reward: 2,
        observation,
        terminated: true,
        previousAction: decide(values[4]),
      },
    ])
    expect(values.map((step) => step.observation[0])).toEqual([10, 11, 12, 20, 21, 22])
  })

  it('are last where the simulator truncates, too', () => {
    const { clock, world } = virtualWorld({ script: { episodeLength: 1, ends: 'truncated' } })
    const { values } = listen(world.timeSteps.pipe(answer(world), take(2)))
    clock.flush()
    expect(values[1]).toMatchObject({ kind: 'last', terminated: false, truncated: true })
  })

  it('begin anew wherever they are answered so', () => {
    const { clock, world } = virtualWorld()
    const begin = tap(({ index }: TimeStep) => index === 1 && world.begin(index))
    const { values } = listen(
      world.timeSteps.pipe(
        begin,
        tap((step) => step.index !== 1 && reply(world, step)),
        take(4),
      ),
    )
    clock.flush()
    expect(kinds(values)).toBe('fmfm')
  })

  it('carry the very decision that led to them, and the command went to the simulator', () => {
    const step = vi.fn<(command: Vector) => void>()
    const { clock, world } = virtualWorld({
      spoil: (simulator) => ({ step: (command) => (step(command), simulator.step(command)) }),
    })
    const sampled: SampledAction = { action: [0.25] }
    const command = [0.75]
    const { values } = listen(world.timeSteps)
    clock.schedule(() => world.act(command, 0, sampled), 1)
    passUntil(clock, 2)
    expect(values[1].previousAction).toBe(sampled)
    expect(step.mock.calls).toEqual([[command]])
  })

  it('are the simulated seconds, the number of actions times the step, without errors that add up', () => {
    const { clock, world } = virtualWorld({ script: { stepSeconds: 0.1, episodeLength: 1000 } })
    const { values } = listen(world.timeSteps.pipe(answer(world), take(1001)))
    clock.flush()
    expect(values.map(({ time }) => time)).toEqual(values.map((_, actions) => actions * 0.1))
  })

  it('keep the sign of a reward of zero', () => {
    const { clock, world } = virtualWorld({
      spoil: (simulator) => ({ step: (command) => ({ ...simulator.step(command), reward: -0 }) }),
    })
    const { values } = listen(world.timeSteps.pipe(answer(world), take(2)))
    clock.flush()
    expect(values[1].reward).toBe(-0)
  })

  it('take no time of the scheduler, except that of `pace`', () => {
    const { clock, world } = virtualWorld({ pace: 25 })
    const { values } = listen(world.timeSteps.pipe(map(() => clock.now())))
    passUntil(clock, 26)
    expect(values).toEqual([25])
  })
})

/** A simulator that keeps one array for each thing, hands it out again and again, and writes to all that it can reach. */
const sharing = (kind: (values: readonly number[]) => Vector & number[]): Simulator => {
  const simulator = scriptedSimulator({ size: 2, episodeLength: 4 })
  const observation = kind([0, 0])
  const info: Record<string, number> = { place: 0 }
  const outcome = { observation, reward: 0, terminated: false, truncated: false, info }
  let latest: number[] = []
  const show = (shown: Vector): typeof outcome => {
    observation.splice?.(0)
    for (let i = 0; i < 2; i++) observation[i] = shown[i]
    info['place'] = shown[0]
    return outcome
  }
  return {
    ...simulator,
    reset: () => Object.assign(show(simulator.reset().observation), { reward: 0, terminated: false, truncated: false }),
    step: (action) => {
      const { observation: next, ...rest } = simulator.step(action)
      Object.assign(outcome, rest, { info })
      // It scales its command in place, and that of the step before, which it kept.
      for (const given of [action as number[], latest]) for (let i = 0; i < given.length; i++) given[i] *= 100
      latest = action as number[]
      return show(next)
    },
  }
}

describe.each([
  ['plain array', (values: readonly number[]) => [...values]],
  ['Float64Array', (values: readonly number[]) => Float64Array.from(values) as never],
  ['Float32Array', (values: readonly number[]) => Float32Array.from(values) as never],
  ['view of a buffer', (values: readonly number[]) => new Float64Array(8).fill(values[0]).subarray(2, 4) as never],
])('a simulator that hands out one %s again and again', (_, kind) => {
  const steps = (simulator: Simulator): readonly SimulatedStep[] => {
    const clock = virtualClock()
    const world = drive(simulator, { schedule: lockstep({ scheduler: clock }) })
    const { values } = listen(world.timeSteps.pipe(answer(world), take(12)))
    clock.advance(1)
    return values
  }
  const plain = (vector: Vector): number[] => Array.from(vector)

  it('looks like one that does not: every stored step keeps its own numbers', () => {
    const expected = steps(scriptedSimulator({ size: 2, episodeLength: 4 }))
    const seen = steps(sharing(kind))
    expect(seen.map(({ observation }) => plain(observation))).toEqual(
      expected.map(({ observation }) => plain(observation)),
    )
    expect(new Set(seen.map(({ observation }) => observation)).size).toBe(12)
    expect(seen.map(({ info }) => info['place'])).toEqual(expected.map(({ observation }) => observation[0]))
  })

  it('changes no decision by writing to the commands that it is given', () => {
    const seen = steps(sharing(kind))
    expect(seen.slice(1).map(({ previousAction }) => previousAction)).toEqual(
      seen.slice(1).map(({ kind: which }, i) => (which === 'first' ? null : decide(seen[i]))),
    )
  })

  it('is held at missed beats by the command that was decided, and by zeros that stay so', () => {
    for (const hold of ['last', 'zero'] as const) {
      const run = (simulator: Simulator): number[][] => {
        const clock = virtualClock()
        const world = drive(simulator, { schedule: realtime({ cycle: 10, hold, scheduler: clock }) })
        const late = tap((step: TimeStep) => void clock.schedule(() => reply(world, step), 25))
        const { values } = listen(world.timeSteps.pipe(late))
        clock.advance(400)
        return values.map(({ observation }) => plain(observation))
      }
      expect(run(sharing(kind))).toEqual(run(scriptedSimulator({ size: 2, episodeLength: 4 })))
    }
  })
})

describe('info', () => {
  const telling = (): Simulator => {
    const simulator = scriptedSimulator({ episodeLength: 3 })
    return {
      ...simulator,
      reset: () => ({ ...simulator.reset(), info: { height: -1 } }),
      step: (action) => {
        const outcome = simulator.step(action)
        return { ...outcome, info: { height: outcome.reward, success: Number(outcome.terminated) } }
      },
    }
  }
  const play = (world: PlainDriver, clock: ReturnType<typeof virtualClock>, ms: number) => {
    const { values } = listen(world.timeSteps.pipe(answer(world)))
    clock.advance(ms)
    return values.map((step) => step.info)
  }

  it('of the simulator reaches each step, that of a reset the first one', () => {
    const clock = virtualClock()
    const world = drive(telling(), { schedule: lockstep({ scheduler: clock, pace: 1 }) })
    expect(play(world, clock, 5)).toEqual([
      { height: -1 },
      { height: 1, success: 0 },
      { height: 2, success: 0 },
      { height: 3, success: 1 },
      { height: -1 },
    ])
  })

  it('reaches operators, typed, through those in between', () => {
    const clock = virtualClock()
    const world = drive(telling(), { schedule: lockstep({ scheduler: clock, pace: 1 }) })
    const { values } = listen(
      world.timeSteps.pipe(
        answer(world),
        reward((step: SimulatedStep) => -step.info['height']),
        endEpisode((step: SimulatedStep) => step.info['height'] > 5, { as: 'terminated' }),
        take(3),
      ),
    )
    clock.advance(5)
    expect(values.map((step) => [step.reward, step.info['height']])).toEqual([
      [0, -1],
      [-1, 1],
      [-2, 2],
    ])
  })

  it('is that of the latest action where beats were missed, an ending one included', () => {
    const clock = virtualClock()
    const world = drive(telling(), { schedule: realtime({ cycle: 10, scheduler: clock }) })
    const late = tap((step: SimulatedStep) => {
      clock.schedule(() => reply(world, step), step.index === 1 ? 25 : 0)
    })
    const { values } = listen(world.timeSteps.pipe(late))
    clock.advance(55)
    expect(values.map((step) => [step.kind, step.info['height']])).toEqual([
      ['first', -1],
      ['mid', 1],
      ['last', 3],
      ['first', -1],
    ])
  })

  it('may be left out by a simulator written in JavaScript', () => {
    const clock = virtualClock()
    const simulator = scriptedSimulator()
    const silent: Simulator = { ...simulator, reset: () => ({ ...simulator.reset(), info: undefined as never }) }
    const world = drive(silent, { schedule: lockstep({ scheduler: clock, pace: 1 }) })
    expect(play(world, clock, 1)).toEqual([{}])
  })
})

describe('a plain object', () => {
  const { spec } = scriptedSimulator({ size: 1, episodeLength: Infinity })
  const counting = (): Simulator => {
    let count = 0
    return {
      spec: { ...spec, stepLimit: 2 },
      reset: () => ({ observation: [(count = 0)], info: {} }),
      step: () => ({ observation: [++count], reward: count, terminated: false, truncated: false, info: {} }),
    }
  }

  it('with spec, reset and step is enough', async () => {
    const clock = virtualClock()
    const world = drive(counting(), { schedule: lockstep({ scheduler: clock, pace: 1 }) })
    const { values } = listen(world.timeSteps.pipe(answer(world), take(4)))
    clock.advance(10)
    expect(values.map(({ kind, observation, reward: r }) => [kind, observation[0], r])).toEqual([
      ['first', 0, 0],
      ['mid', 1, 1],
      ['last', 2, 2],
      ['first', 0, 0],
    ])
    await world.stop()
    world.close()
  })

  it('without snapshots makes a driver without them, to the compiler too', () => {
    const plain = drive(counting())
    expectTypeOf(plain).toEqualTypeOf<PlainDriver>()
    expectTypeOf(drive(scriptedSimulator())).toEqualTypeOf<SimulatedDriver>()
    for (const call of ['snapshot', 'restore', 'check']) expect(plain).not.toHaveProperty(call)
    // Half of the two is none.
    expect(drive({ ...counting(), snapshot: () => 1 })).not.toHaveProperty('snapshot')
  })

  it.each(['spec', 'reset', 'step'] as const)('without %s is refused', (name) => {
    const { [name]: _left, ...rest } = counting()
    expect(() => drive(rest as never)).toThrow(
      new TypeError(`drive: expected a simulator, which has spec, reset and step; it has no ${name}`),
    )
  })
})

describe('spec.stepLimit', () => {
  const limited = (stepLimit: number, script: ScriptOptions = {}): Simulator => {
    const simulator = scriptedSimulator({ episodeLength: Infinity, ...script })
    return { ...simulator, spec: { ...simulator.spec, stepLimit } }
  }
  const ends = (simulator: Simulator, count: number) => {
    const clock = virtualClock()
    const world = drive(simulator, { schedule: lockstep({ scheduler: clock, pace: 1 }) })
    const { values } = listen(world.timeSteps.pipe(answer(world)))
    clock.advance(count)
    return values.map(({ kind, terminated, truncated }) => kind[0] + (terminated ? 't' : '') + (truncated ? 'u' : ''))
  }

  it('is kept for a simulator that never truncates itself', () => {
    expect(ends(limited(2), 7)).toEqual(['f', 'm', 'lu', 'f', 'm', 'lu', 'f'])
    expect(ends(limited(1), 4)).toEqual(['f', 'lu', 'f', 'lu'])
  })

  it('keeps both flags where the task terminates with the same action, and truncates no shorter episode', () => {
    expect(ends(limited(2, { episodeLength: 2 }), 4)).toEqual(['f', 'm', 'ltu', 'f'])
    expect(ends(limited(3, { episodeLength: 2 }), 7)).toEqual(['f', 'm', 'lt', 'f', 'm', 'lt', 'f'])
    expect(ends(limited(3, { episodeLength: 2, ends: 'truncated' }), 4)).toEqual(['f', 'm', 'lu', 'f'])
  })

  it('counts anew in each episode, also where one was broken off by `begin` or by unsubscribing', () => {
    const clock = virtualClock()
    const world = drive(limited(3), { schedule: lockstep({ scheduler: clock, pace: 1 }) })
    const breaking = tap((step: TimeStep) => (step.index === 2 ? world.begin(2) : reply(world, step)))
    const first = listen(world.timeSteps.pipe(breaking))
    clock.advance(5)
    expect(kinds(first.values)).toBe('fmmfm')
    first.leave()
    const second = listen(world.timeSteps.pipe(answer(world)))
    clock.advance(5)
    expect(kinds(second.values)).toBe('fmmlf')
  })

  it('counts the actions of skipped beats, and may be reached in one', () => {
    const clock = virtualClock()
    const world = drive(limited(4), { schedule: realtime({ cycle: 10, scheduler: clock }) })
    const late = tap((step: TimeStep) => void clock.schedule(() => reply(world, step), step.index === 1 ? 35 : 0))
    const { values } = listen(world.timeSteps.pipe(late))
    clock.advance(75)
    expect(values.map(({ kind, truncated, reward: paid }) => [kind, truncated, paid])).toEqual([
      ['first', false, 0],
      ['mid', false, 1],
      ['last', true, 2 + 3 + 4],
      ['first', false, 0],
      ['mid', false, 1],
    ])
  })

  it.each([0, -1, 2.5, NaN, undefined as never])('of %s is refused', (stepLimit) => {
    expect(() => drive(limited(stepLimit))).toThrow(
      new RangeError(`drive: Scripted: stepLimit: expected a positive integer, or Infinity, got ${stepLimit}`),
    )
  })
})

describe('the loop', () => {
  it('emits its first step one turn of the event loop after subscription', async () => {
    const world = drive(scriptedSimulator())
    const { values, leave } = listen(world.timeSteps)
    expect(values).toHaveLength(0)
    await Promise.resolve()
    expect(values).toHaveLength(0)
    await turnOf(eventLoop)
    expect(values).toHaveLength(1)
    leave()
  })

  it('only notes an answer, and takes it after the chain has returned', () => {
    const events: string[] = []
    const { clock, world } = virtualWorld({
      spoil: ({ step }) => ({ step: (command) => (events.push('world steps'), step(command)) }),
    })
    const chain = world.timeSteps.pipe(
      tap(({ index }) => events.push(`step ${index}`)),
      tap((step) => step.index < 2 && reply(world, step)),
      tap(() => events.push('below the answer')),
    )
    listen(chain)
    passUntil(clock, 0)
    const round = ['below the answer', 'world steps']
    expect(events).toEqual(['step 0', ...round, 'step 1', ...round, 'step 2', 'below the answer'])
  })

  it('waits for an answer, and is woken by one that comes later', () => {
    const { clock, world } = virtualWorld()
    const { values } = listen(world.timeSteps)
    for (const frame of [100, 250, 999]) clock.schedule(() => reply(world, values.at(-1)!), frame)
    passUntil(clock, 99)
    expect(values).toHaveLength(1)
    passUntil(clock, 249)
    expect(values).toHaveLength(2)
    passUntil(clock, 1000)
    expect(kinds(values)).toBe('fmml')
  })

  it('emits nothing from within a late answer', () => {
    const { clock, world } = virtualWorld()
    const { values } = listen(world.timeSteps)
    passUntil(clock, 5)
    reply(world, values[0])
    expect(values).toHaveLength(1)
    passUntil(clock, 6)
    expect(values).toHaveLength(2)
  })

  it('gives a turn at least every 20 ms', () => {
    const clock = handClock()
    const simulator = scriptedSimulator({ episodeLength: Infinity })
    const step: Simulator['step'] = (command) => {
      clock.pass(6)
      return simulator.step(command)
    }
    const world = drive({ ...simulator, step }, { schedule: lockstep({ scheduler: clock }) })
    listen(world.timeSteps.pipe(answer(world), take(21)))
    const turnsAt: number[] = []
    clock.run(() => turnsAt.push(clock.now()))
    // The reset is free and each of the twenty actions takes 6 ms: a turn ends with the first step past 20 ms.
    expect(turnsAt).toEqual([24, 48, 72, 96, 120])
  })

  it('does not starve timers', async () => {
    const world = drive(scriptedSimulator())
    const steps = await new Promise<number>((resolve) => {
      const { values, leave } = listen(
        world.timeSteps.pipe(
          tap(({ index }) => {
            if (index > 0) return
            eventLoop.schedule(() => {
              leave()
              resolve(values.length)
            }, 1)
          }),
          answer(world),
        ),
      )
    })
    expect(steps).toBeGreaterThan(1)
  })

  it('takes 100,000 steps without a deeper stack or a larger heap', async () => {
    const world = drive(scriptedSimulator({ episodeLength: 100 }))
    const gauge = heapGauge(10_000)
    let deepest = 0
    const depth = tap(({ index }: TimeStep) => {
      if (index % 1000 === 0) deepest = Math.max(deepest, new Error().stack!.split('\n').length)
    })
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = Infinity
    await lastValueFrom(world.timeSteps.pipe(depth, answer(world), tap(gauge.step), take(100_000)))
    Error.stackTraceLimit = limit
    expect(deepest).toBeLessThan(60)
    expect(gauge.growth()).toBeLessThan(5)
  })

  it.each([0, -1, NaN])('refuses a patience of %d', (patience) => {
    expect(() => drive(scriptedSimulator(), { patience })).toThrow(`drive: patience: expected milliseconds above 0`)
  })
})
