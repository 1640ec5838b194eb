import { lastValueFrom, map, take, tap } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { drive } from '../../src/drivers/drive.js'
import { lockstep, turns } from '../../src/schedule.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import type { SampledAction, Simulator, TimeStep, Vector } from '../../src/types.js'
import { handClock } from '../handClock.js'
import { heapGauge } from '../heapGauge.js'
import { answer, decide, kinds, listen, passUntil, reply, turnOf, virtualWorld } from './world.js'

describe('the steps', () => {
  it('open with a first step, go on with what the simulator did, and begin again after the last', () => {
    const { clock, world } = virtualWorld({ script: { episodeLength: 2 } })
    const { values } = listen(world.timeSteps.pipe(answer(world), take(6)))
    clock.flush()
    const common = { terminated: false, truncated: false, previousAction: null }
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
    expect(step.mock.calls[0][0]).toBe(command)
  })

  it('tell the seconds simulated, the number of actions times the step, with no error adding up', () => {
    const { clock, world } = virtualWorld({ script: { stepSeconds: 0.1, episodeLength: 1000 } })
    const { values } = listen(world.timeSteps.pipe(answer(world), take(1001)))
    clock.flush()
    expect(values.map(({ time }) => time)).toEqual(values.map((_, actions) => actions * 0.1))
  })

  it('cost the scheduler no time, but what `pace` says', () => {
    const { clock, world } = virtualWorld({ pace: 25 })
    const { values } = listen(world.timeSteps.pipe(map(() => clock.now())))
    passUntil(clock, 26)
    expect(values).toEqual([25])
  })
})

describe('the loop', () => {
  it('emits its first step one turn of the event loop after subscription', async () => {
    const world = drive(scriptedSimulator())
    const { values, leave } = listen(world.timeSteps)
    expect(values).toHaveLength(0)
    await Promise.resolve()
    expect(values).toHaveLength(0)
    await turnOf(turns)
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
            turns.schedule(() => {
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
