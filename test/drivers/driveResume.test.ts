/** A world made by `drive`, cut and put together again. */
import { lastValueFrom, take, tap, toArray } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { drive, type SimulatedDriver } from '../../src/drivers/drive.js'
import type { DriverState } from '../../src/drivers/driverState.js'
import { realtime } from '../../src/time/realtime.js'
import { lockstep, type Schedule } from '../../src/time/schedule.js'
import { DriverError } from '../../src/failure.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import type { Simulator, TimeStep } from '../../src/types.js'
import { answer, listen, passUntil, reply, virtualWorld } from './world.js'

const script = { episodeLength: 4, size: 3 }
const cutMessage =
  'snapshot: no decision was given for the present step; a snapshot is taken after the last operator of a record'

/** Plays `count` steps, and then leaves. */
const play = ({ clock, world }: ReturnType<typeof virtualWorld>, count: number): readonly TimeStep[] => {
  const { values } = listen(world.timeSteps.pipe(answer(world), take(count)))
  clock.flush()
  return values
}

describe('a cut run goes on bit for bit', () => {
  const uncut = play(virtualWorld({ script }), 14)

  // Every place in an episode, with a last step among them, whose answer is `begin`.
  it.each([1, 2, 3, 4, 5, 6])('after step %i, in another world', (count) => {
    const first = virtualWorld({ script })
    const before = play(first, count)
    const state = structuredClone(first.world.snapshot())
    first.world.close()

    const second = virtualWorld({ script })
    second.world.restore(state)
    expect([...before, ...play(second, 14 - count)]).toEqual(uncut)
  })

  it('in the same world, put back', () => {
    const same = virtualWorld({ script })
    play(same, 5)
    const state = same.world.snapshot()
    play(same, 7)
    same.world.restore(state)
    expect(play(same, 9)).toEqual(uncut.slice(5))
  })

  it('from as many cuts as one likes', () => {
    let state: DriverState | null = null
    const pieces = Array.from({ length: 14 }, () => {
      const piece = virtualWorld({ script })
      if (state !== null) piece.world.restore(state)
      const steps = play(piece, 1)
      state = structuredClone(piece.world.snapshot())
      return steps
    })
    expect(pieces.flat()).toEqual(uncut)
  })

  it('on the turns of the event loop', async () => {
    const [first, second] = [drive(scriptedSimulator(script)), drive(scriptedSimulator(script))]
    await lastValueFrom(first.timeSteps.pipe(answer(first), take(6)))
    second.restore(structuredClone(first.snapshot()))
    const after = await lastValueFrom(second.timeSteps.pipe(answer(second), take(8), toArray()))
    expect(after).toEqual(uncut.slice(6))
  })

  it('with a simulator in another episode of its own', () => {
    const first = virtualWorld({ script })
    play(first, 3)
    const second = virtualWorld({ script })
    play(second, 11)
    second.world.restore(first.world.snapshot())
    expect(play(second, 11)).toEqual(uncut.slice(3))
  })
})

describe('a cut in real time', () => {
  /** Fifteen steps, some of them answered late; cut after step `at`, while its answer is noted. */
  const run = (at: number | null, stepLimit = Infinity) => {
    const clock = virtualClock()
    const open = () => {
      const simulator = scriptedSimulator({ episodeLength: stepLimit === Infinity ? 5 : Infinity, size: 3 })
      return drive(
        { ...simulator, spec: { ...simulator.spec, stepLimit } },
        { schedule: realtime({ cycle: 10, scheduler: clock }) },
      )
    }
    const lateness = [0, 25, 0, 0, 45, 5, 15, 35, 0, 0, 0, 65, 0, 0, 0]
    const seen: TimeStep[] = []
    const leadOn = (world: SimulatedDriver): void => {
      const log = listen(
        world.timeSteps.pipe(
          tap((step) => {
            seen.push(step)
            const late = (): void => {
              reply(world, step)
              if (step.index !== at) return
              const state = structuredClone(world.snapshot())
              log.leave()
              const other = open()
              other.restore(state)
              leadOn(other)
            }
            clock.schedule(late, lateness[step.index])
          }),
        ),
      )
    }
    leadOn(open())
    clock.advance(600)
    return seen.slice(0, 15)
  }
  const places = Array.from({ length: 14 }, (_, at) => at)

  it.each(places)(
    'knows what happened in the beats that were missed, an episode’s end among it (after step %i)',
    (at) => {
      expect(run(at)).toEqual(run(null))
    },
  )

  it.each(places)('continues the count of actions in the episode (after step %i)', (at) => {
    expect(run(at, 5)).toEqual(run(null, 5))
  })

  it('plays episodes of which some end in a missed beat and some do not', () => {
    const ends = run(null).flatMap(({ kind, reward }) => (kind === 'last' ? [reward] : []))
    expect(ends).toContain(5)
    expect(ends.some((reward) => reward > 5)).toBe(true)
    expect(run(null, 5).map(({ kind }) => kind)).toEqual(run(null).map(({ kind }) => kind))
  })

  it('keeps the command that is held at a beat that is missed before the next step', () => {
    const clock = virtualClock()
    const commands: number[] = []
    /** A schedule of one's own that misses a beat before each that it has. */
    const missing: Schedule = {
      name: 'missing',
      scheduler: clock,
      timeline: ({ advance, miss }) => {
        let cancelled = false
        const beat = (): void => {
          if (cancelled) return
          miss({ overrun: 'skip', hold: 'last', answered: false })
          advance()
        }
        return { wake: () => void clock.schedule(beat, 10), cancel: () => (cancelled = true) }
      },
    }
    const open = () => {
      const simulator = scriptedSimulator({ episodeLength: Infinity })
      const step: Simulator['step'] = (action) => {
        commands.push(action[0])
        return simulator.step(action)
      }
      return drive({ ...simulator, step }, { schedule: missing })
    }
    const first = open()
    listen(
      first.timeSteps.pipe(
        tap(({ index }) => first.act([index + 1], index, { action: [0] })),
        take(2),
      ),
    )
    clock.advance(20)
    expect(commands).toEqual([0, 1])
    const second = open()
    second.restore(structuredClone(first.snapshot()))
    listen(second.timeSteps)
    clock.advance(10)
    expect(commands).toEqual([0, 1, 1, 2])
  })

  it.each([0, 2])('stands still at a missed beat before an episode begins (cut after %i steps)', (count) => {
    const clock = virtualClock()
    const missing: Schedule = {
      name: 'missing',
      scheduler: clock,
      timeline: ({ advance, miss }) => ({
        wake: () => {
          miss({ overrun: 'skip', hold: 'zero', answered: false })
          clock.schedule(() => advance(), 1)
        },
        cancel: () => {},
      }),
    }
    const open = (schedule: Schedule, step: Simulator['step'] | null = null) => {
      const simulator = scriptedSimulator({ episodeLength: 1 })
      return drive(step === null ? simulator : { ...simulator, step }, { schedule })
    }
    const first = open(lockstep({ scheduler: clock }))
    const log = listen(first.timeSteps.pipe(answer(first), take(Math.max(count, 1))))
    if (count === 0) log.leave()
    else clock.advance(1)
    const step = vi.fn<Simulator['step']>()
    const second = open(missing, step)
    second.restore(structuredClone(first.snapshot()))
    const { values } = listen(second.timeSteps)
    clock.advance(1)
    expect(values.map(({ kind }) => kind)).toEqual(['first'])
    expect(step).not.toHaveBeenCalled()
  })
})

describe('a snapshot', () => {
  it('may be taken in a tap below the answer, at every step', () => {
    const { clock, world } = virtualWorld({ script })
    const states: DriverState[] = []
    const save = tap(() => states.push(world.snapshot()))
    const { values } = listen(world.timeSteps.pipe(answer(world), save, take(6)))
    clock.flush()
    expect(states.map(({ step }) => step)).toEqual(values)
    expect(states.map(({ decision }) => decision.kind)).toEqual(['act', 'act', 'act', 'act', 'begin', 'act'])
    expect(states.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6])
    expect(states.map(({ actions }) => actions)).toEqual([0, 1, 2, 3, 4, 4])
  })

  it('does not disturb the run, nor the run the snapshot', () => {
    const undisturbed = play(virtualWorld({ script }), 9)
    const { clock, world } = virtualWorld({ script })
    const states: [DriverState, DriverState][] = []
    const save = tap(() => {
      const state = world.snapshot()
      states.push([state, structuredClone(state)])
    })
    const { values } = listen(world.timeSteps.pipe(answer(world), save, take(9)))
    clock.flush()
    expect(values).toEqual(undisturbed)
    for (const [state, asItWas] of states) expect(state).toEqual(asItWas)
  })

  it('holds the decision with its command, and the next step carries it', () => {
    const { clock, world } = virtualWorld({ script })
    const sampled = { action: [0.5], noise: new Float32Array([1.5]), logProbability: -0.25 }
    listen(
      world.timeSteps.pipe(
        tap(({ index }) => world.act([1], index, sampled)),
        take(1),
      ),
    )
    clock.flush()
    const state = structuredClone(world.snapshot())
    expect(state.decision).toEqual({ kind: 'act', command: [1], sampled })

    const other = virtualWorld({ script })
    other.world.restore(state)
    const [next] = play(other, 1)
    expect(next.previousAction).toBe(state.decision.kind === 'act' && state.decision.sampled)
    expect(next.observation[1] - next.observation[0]).toBe(1)
  })

  it('may be taken after stop, and between the turns of a run', async () => {
    const { clock, world } = virtualWorld({ script, pace: 1 })
    listen(world.timeSteps.pipe(answer(world)))
    passUntil(clock, 3)
    expect(world.snapshot().index).toBe(3)
    await world.stop()
    expect(world.snapshot().index).toBe(3)
  })

  it('may be taken before the first step, which restore then begins', () => {
    const { world } = virtualWorld({ script })
    listen(world.timeSteps).leave()
    const state = world.snapshot()
    expect(state).toMatchObject({ step: null, decision: { kind: 'begin' }, index: 0, actions: 0 })
    const other = virtualWorld({ script })
    other.world.restore(state)
    expect(play(other, 14)).toEqual(play(virtualWorld({ script }), 14))
  })

  it('is kept until the next subscription', () => {
    const { clock, world } = virtualWorld({ script })
    play({ clock, world }, 3)
    expect(world.snapshot()).toEqual(world.snapshot())
    const log = listen(world.timeSteps)
    passUntil(clock, 1)
    expect(log.values[0].kind).toBe('first')
    expect(() => world.snapshot()).toThrow(cutMessage)
  })

  const nowhere: Record<string, () => void> = {
    'before the first subscription': () => virtualWorld().world.snapshot(),
    'above the answer': () => {
      const { clock, world } = virtualWorld()
      const log = listen(
        world.timeSteps.pipe(
          tap(() => world.snapshot()),
          answer(world),
        ),
      )
      clock.flush()
      throw log.error
    },
    'while an answer is awaited': () => {
      const { clock, world } = virtualWorld()
      listen(world.timeSteps)
      passUntil(clock, 1)
      world.snapshot()
    },
    'after a step that was left without an answer': () => {
      const { clock, world } = virtualWorld()
      listen(world.timeSteps.pipe(take(1)))
      clock.flush()
      world.snapshot()
    },
    'after a failure': () => {
      const { clock, world } = virtualWorld({
        spoil: () => ({
          step: () => {
            throw new Error('scripted')
          },
        }),
      })
      listen(world.timeSteps.pipe(answer(world)))
      clock.flush()
      world.snapshot()
    },
  }
  it.each(Object.entries(nowhere))('cannot be taken %s', (_, attempt) => {
    expect(attempt).toThrow(DriverError)
    expect(attempt).toThrow(cutMessage)
  })
})

describe('restore', () => {
  const state = (() => {
    const cut = virtualWorld({ script })
    play(cut, 3)
    return cut.world.snapshot()
  })()

  it('is refused during a subscription, which goes on', () => {
    const { clock, world } = virtualWorld({ script, pace: 1 })
    const log = listen(world.timeSteps.pipe(answer(world)))
    passUntil(clock, 2)
    expect(() => world.restore(state)).toThrow('restore: this world is running; unsubscribe or stop() it first')
    passUntil(clock, 4)
    expect(log.values.map(({ index }) => index)).toEqual([0, 1, 2, 3])
  })

  it('serves one subscription; the one after it begins an episode', () => {
    const restored = virtualWorld({ script })
    restored.world.restore(state)
    const [on, anew] = [play(restored, 1), play(restored, 1)]
    expect(on[0]).toMatchObject({ kind: 'mid', index: 3 })
    expect(anew[0]).toMatchObject({ kind: 'first', index: 4 })
  })

  it('can be saved again at once', () => {
    const { world } = virtualWorld({ script })
    world.restore(state)
    expect(world.snapshot()).toEqual(state)
  })

  it('waits for a subscription before anything moves', () => {
    const step = vi.fn<Simulator['step']>()
    const { clock, world } = virtualWorld({ script, spoil: () => ({ step }) })
    world.restore(state)
    clock.flush()
    expect(step).not.toHaveBeenCalled()
  })

  it('refuses a second answer to the step whose decision it holds', () => {
    const { world } = virtualWorld({ script })
    world.restore(state)
    listen(world.timeSteps)
    expect(() => world.begin(2)).toThrow(
      'begin(2): a second answer to step 2; the next one goes to step 3, yet to come',
    )
  })

  const [observation, sampled] = [new Float64Array(3), { action: [1] }]
  const simulatorEnd = { observation: [1], reward: 1, terminated: true, truncated: false, info: {} }
  it.each<[string, object, string]>([
    ['no record', null as never, 'expected an object with step, decision'],
    ['a field that is not known', { ...state, missing: 1 }, 'missing: expected one of step, decision, index'],
    [
      'a step of another size',
      { ...state, step: { ...state.step, observation: [1] } },
      'expected step.observation of a snapshot of size 3, got 1',
    ],
    [
      'a step of another index',
      { ...state, index: 9 },
      'step.index of a snapshot: expected 8, one less than index, got 2',
    ],
    [
      'a command of another size',
      { ...state, decision: { kind: 'act', command: [1, 2], sampled } },
      'expected decision.command of a snapshot of size 1, got 2',
    ],
    [
      'a command that is not finite',
      { ...state, decision: { kind: 'act', command: [NaN], sampled } },
      'decision.command[0]: expected a finite number; got NaN',
    ],
    [
      'a command held of another size',
      { ...state, missed: { ...state.missed, command: [] } },
      'expected missed.command of a snapshot of size 1, got 0',
    ],
    [
      'an end of another size',
      { ...state, missed: { ...state.missed, end: simulatorEnd } },
      'expected missed.end.observation of a snapshot of size 3, got 1',
    ],
    [
      'an action for no step',
      { ...state, step: null },
      'decision of a snapshot: expected a beginning, since no step awaits an action',
    ],
    [
      'an action for a last step',
      { ...state, step: { ...state.step, observation, kind: 'last' } },
      'expected a beginning, since no step awaits an action',
    ],
    ['a count below 0', { ...state, actions: -1 }, 'actions: expected an integer from 0 to 2^53 - 1; got -1'],
  ])('refuses %s, as check does, and leaves the world as it was', (_, wrong, message) => {
    const { clock, world } = virtualWorld({ script })
    play({ clock, world }, 2)
    const before = world.snapshot()
    expect(() => world.check(wrong as DriverState)).toThrow(message)
    expect(() => world.restore(wrong as DriverState)).toThrow(message)
    expect(world.snapshot()).toEqual(before)
  })

  it('is checked without a change, in a world that was never subscribed to as well', () => {
    const fresh = virtualWorld({ script })
    fresh.world.check(state)
    expect(() => fresh.world.snapshot()).toThrow(cutMessage)
    expect(play(fresh, 14)).toEqual(play(virtualWorld({ script }), 14))
    const played = virtualWorld({ script })
    play(played, 6)
    const before = played.world.snapshot()
    played.world.check(state)
    expect(played.world.snapshot()).toEqual(before)
  })

  it('is checked by the simulator, too', () => {
    const { world } = virtualWorld({
      script,
      spoil: () => ({
        restore: (saved) => {
          if (saved === state.simulator) throw new Error('not mine')
        },
      }),
    })
    expect(() => world.check(state)).toThrow('not mine')
  })

  it('cannot be checked while somebody is subscribed', () => {
    const { clock, world } = virtualWorld({ script, pace: 1 })
    listen(world.timeSteps.pipe(answer(world)))
    passUntil(clock, 2)
    expect(() => world.check(state)).toThrow('restore: this world is running; unsubscribe or stop() it first')
  })

  it('leaves the world as it was when the simulator refuses the state', () => {
    const { clock, world } = virtualWorld({
      script,
      spoil: () => ({
        restore: () => {
          throw new Error('not mine')
        },
      }),
    })
    play({ clock, world }, 2)
    const before = world.snapshot()
    expect(() => world.restore(state)).toThrow('not mine')
    expect(world.snapshot()).toEqual(before)
    expect(play({ clock, world }, 1)[0]).toMatchObject({ kind: 'first', index: 2 })
  })
})
