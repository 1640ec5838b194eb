/** `drive` below chains of all kinds: slow ones, several at once, one within another. */
import {
  catchError,
  concatMap,
  delay,
  EMPTY,
  identity,
  lastValueFrom,
  map,
  merge,
  type MonoTypeOperatorFunction,
  NEVER,
  retry,
  share,
  take,
  takeUntil,
  takeWhile,
  tap,
  timer,
  toArray,
  VirtualTimeScheduler,
} from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it, vi } from 'vitest'
import { actuate, normalizeObservation, sampleAction, takeSteps, transitions, update } from '../../operators/index.js'
import { drive } from '../../src/drivers/drive.js'
import { lockstep, eventLoop } from '../../src/time/schedule.js'
import { runningMoments } from '../../src/moments.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import type { Driver, SampledAction, Simulator, TimeStep, Unpaired, Vector } from '../../src/types.js'
import { handClock } from '../handClock.js'
import { answer, kinds, listen, passUntil, turnOf, virtualWorld } from './world.js'

describe('marbles', () => {
  const onMarbles = (play: (world: Driver, helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0]) => void) => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
    scheduler.run((helpers) => {
      play(drive(scriptedSimulator(), { schedule: lockstep({ scheduler, pace: 1 }), patience: 20 }), helpers)
    })
  }
  const letter = map(({ kind }: TimeStep) => kind[0])

  it('a step takes one frame', () => {
    onMarbles((world, { expectObservable }) => {
      const leave = '   ^---------!'
      const expected = '-fmmlfmmlf-'
      expectObservable(world.timeSteps.pipe(answer(world), letter), leave).toBe(expected)
    })
  })

  it('a step comes one frame after an answer that took three', () => {
    onMarbles((world, { expectObservable }) => {
      const leave = '   ^-----------------!'
      const expected = '----f---m---m---l---'
      expectObservable(world.timeSteps.pipe(delay(3), answer(world), letter), leave).toBe(expected)
    })
  })

  it('a step without an answer is an error when patience ends', () => {
    onMarbles((world, { expectObservable }) => {
      const expected = '-f 19ms #'
      const silent = world.timeSteps.pipe(
        letter,
        catchError(() => {
          throw 'impatient'
        }),
      )
      expectObservable(silent).toBe(expected, undefined, 'impatient')
    })
  })

  it('a stop completes in its own frame', () => {
    onMarbles((world, { expectObservable }) => {
      const stopped = timer(4).pipe(
        tap(() => void world.stop()),
        concatMap(() => EMPTY),
      )
      const expected = '-fmm|'
      expectObservable(merge(world.timeSteps.pipe(answer(world), letter), stopped)).toBe(expected)
    })
  })
})

describe('an await in mid-chain', () => {
  it('wakes the loop with each answer, over ends of episodes', async () => {
    const world = drive(scriptedSimulator())
    const thinking = concatMap(async (step: TimeStep) => {
      await Promise.resolve()
      return step
    })
    const steps = await lastValueFrom(world.timeSteps.pipe(thinking, answer(world), take(9), toArray()))
    expect(kinds(steps)).toBe('fmmlfmmlf')
    expect(steps.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('that waits for a turn of the event loop, too', async () => {
    const world = drive(scriptedSimulator())
    const thinking = concatMap(async (step: TimeStep) => {
      if (step.index % 2 === 0) await turnOf(eventLoop)
      return step
    })
    const steps = await lastValueFrom(world.timeSteps.pipe(thinking, answer(world), take(9), toArray()))
    expect(kinds(steps)).toBe('fmmlfmmlf')
  })

  it('that rejects ends the stream and the world', async () => {
    const world = drive(scriptedSimulator())
    const thinking = concatMap(async (step: TimeStep) => {
      if (step.index === 2) throw new Error('scripted')
      return step
    })
    const stepped = vi.fn<() => void>()
    const failing = lastValueFrom(world.timeSteps.pipe(tap(stepped), thinking, answer(world)))
    await expect(failing).rejects.toThrow('scripted')
    await turnOf(eventLoop)
    expect(stepped).toHaveBeenCalledTimes(3)
  })

  it('that is left behind answers nothing', async () => {
    const world = drive(scriptedSimulator())
    const thinking = concatMap(async (step: TimeStep) => {
      await turnOf(eventLoop)
      return step
    })
    const answered = vi.fn<() => void>()
    const log = listen(world.timeSteps.pipe(thinking, tap(answered), answer(world)))
    await turnOf(eventLoop)
    log.leave()
    await turnOf(eventLoop)
    await turnOf(eventLoop)
    expect(answered).not.toHaveBeenCalled()
  })
})

describe('a chain', () => {
  it('may serve several through share()', () => {
    const { clock, world } = virtualWorld()
    const shared = world.timeSteps.pipe(answer(world), take(4), share())
    const logs = [listen(shared), listen(shared)]
    clock.flush()
    for (const { values, completed } of logs) expect([kinds(values), completed]).toEqual(['fmml', true])
  })

  it.each([1, 2, 4, 5])('that takes %i steps completes while the next one is pending, which never comes', (count) => {
    const step = vi.fn<() => void>()
    const reset = vi.fn<() => void>()
    const { clock, world } = virtualWorld({
      spoil: (simulator) => ({
        step: (command) => (step(), simulator.step(command)),
        reset: () => (reset(), simulator.reset()),
      }),
    })
    const log = listen(world.timeSteps.pipe(answer(world), take(count)))
    clock.flush()
    expect(log).toMatchObject({ completed: true, error: null })
    expect(log.values).toHaveLength(count)
    expect(step.mock.calls.length + reset.mock.calls.length).toBe(count)
    expect(clock.actions).toHaveLength(0)
  })

  it('that is cut by a notifier stops at once', () => {
    const { clock, world } = virtualWorld({ pace: 10 })
    const log = listen(world.timeSteps.pipe(answer(world), takeUntil(timer(35, clock))))
    clock.flush()
    expect(log.completed).toBe(true)
    expect(log.values).toHaveLength(3)
    expect(clock.frame).toBe(35)
  })

  it('that throws above the answer ends the world, which can be saved no more but tried again', () => {
    const { clock, world } = virtualWorld()
    let thrown = 0
    const chain = world.timeSteps.pipe(
      tap(({ index }) => {
        if (index === 2 && thrown++ === 0) throw new Error('scripted')
      }),
      answer(world),
    )
    const failed = listen(chain)
    clock.flush()
    expect(String(failed.error)).toContain('scripted')
    expect(() => world.snapshot()).toThrow('no decision')
    const again = listen(chain.pipe(take(2)))
    clock.flush()
    expect(again.values.map(({ index, kind }) => `${index} ${kind}`)).toEqual(['3 first', '4 mid'])
  })
})

describe('two worlds in one process', () => {
  /** A world that shows its name at each step, of `cost` ms. */
  const costly = (clock: ReturnType<typeof handClock>, log: string[], name: string, cost: number): Simulator => {
    const simulator = scriptedSimulator({ episodeLength: Infinity })
    return {
      ...simulator,
      step: (command) => {
        clock.pass(cost)
        log.push(name)
        return simulator.step(command)
      },
    }
  }

  it('share the event loop by time, not by steps', () => {
    const clock = handClock()
    const log: string[] = []
    const [slow, fast] = [
      drive(costly(clock, log, 'S', 10), { schedule: lockstep({ scheduler: clock }) }),
      drive(costly(clock, log, 'f', 5), { schedule: lockstep({ scheduler: clock }) }),
    ]
    for (const world of [slow, fast])
      listen(
        world.timeSteps.pipe(
          answer(world),
          takeWhile(() => clock.now() < 160),
        ),
      )
    clock.run()
    expect(log.join('')).toBe('SSffffSSffffSSffffSSffffS')
  })

  it('do not end each other: an error in one, and the other goes on', () => {
    const clock = new VirtualTimeScheduler()
    const failing = virtualWorld({
      clock,
      pace: 1,
      spoil: () => ({
        step: () => {
          throw new Error('scripted')
        },
      }),
    })
    const sound = virtualWorld({ clock, pace: 1 })
    const logs = [failing, sound].map(({ world }) => listen(world.timeSteps.pipe(answer(world))))
    passUntil(clock, 100)
    expect(String(logs[0].error)).toContain('scripted')
    expect(logs[1].error).toBeNull()
    expect(logs[1].values).toHaveLength(100)
  })

  it('do not mind a subscriber of one that throws: RxJS reports it apart', () => {
    vi.useFakeTimers()
    const clock = new VirtualTimeScheduler()
    const [one, other] = [virtualWorld({ clock, pace: 1 }), virtualWorld({ clock, pace: 1 })]
    one.world.timeSteps.subscribe(() => {
      throw new Error('scripted')
    })
    const log = listen(other.world.timeSteps.pipe(answer(other.world)))
    passUntil(clock, 10)
    expect(log.values).toHaveLength(10)
    expect(() => vi.runAllTimers()).toThrow('scripted')
    vi.useRealTimers()
  })

  it('number their steps each for itself', () => {
    const clock = new VirtualTimeScheduler()
    const [one, other] = [virtualWorld({ clock, pace: 1 }), virtualWorld({ clock, pace: 3 })]
    const logs = [one, other].map(({ world }) => listen(world.timeSteps.pipe(answer(world))))
    passUntil(clock, 9)
    expect(logs.map(({ values }) => values.map(({ index }) => index))).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
      [0, 1, 2],
    ])
    expect(() => one.world.begin(2)).toThrow('stale')
  })
})

/** Records what it is given; decides by what it has learnt. */
const bookkeeper = () => {
  const learnt: number[] = []
  return {
    learnt,
    sample: (): SampledAction => ({ action: [learnt.length % 2] }),
    update: ({ reward }: { readonly reward: number }) => learnt.push(reward),
  }
}

/** The pipeline of the architecture, with room for whatever takes its time. */
const training = (
  world: Driver,
  learner: ReturnType<typeof bookkeeper>,
  slow: MonoTypeOperatorFunction<Unpaired> = identity,
  moments = runningMoments({ size: 2 }),
) => {
  const normalized = normalizeObservation(moments)(slow(world.timeSteps))
  const learning = update(learner)(transitions()(normalized))
  return actuate(world)(sampleAction(learner)(learning))
}

describe('agents', () => {
  it('two of them, on two worlds, learn as each would alone', async () => {
    const alone = bookkeeper()
    const together = [bookkeeper(), bookkeeper()]
    const run = (learner: ReturnType<typeof bookkeeper>, script = {}) =>
      lastValueFrom(takeSteps(50)(training(drive(scriptedSimulator(script)), learner)))
    await run(alone)
    await Promise.all([run(together[0]), run(together[1], { episodeLength: 7 })])
    expect(together[0].learnt).toEqual(alone.learnt)
    expect(together[1].learnt).toHaveLength(50)
    expect(together[1].learnt).not.toEqual(alone.learnt)
  })

  it('two of them share their moments if they are handed the same', async () => {
    const moments = runningMoments({ size: 2 })
    const run = () =>
      lastValueFrom(takeSteps(50)(training(drive(scriptedSimulator()), bookkeeper(), identity, moments)))
    await Promise.all([run(), run()])
    // Fifty actions each, and a first step for each episode of three.
    expect(moments.count).toBeCloseTo(2 * (50 + 17), 3)
  })

  it('one may be evaluated on another world in the middle of its training', async () => {
    const [world, trial] = [drive(scriptedSimulator()), drive(scriptedSimulator({ episodeLength: 5 }))]
    const learner = bookkeeper()
    const evaluation = () => {
      const chain = actuate(trial)(sampleAction(learner, { deterministic: true })(trial.timeSteps))
      const episode = takeWhile(({ kind }: TimeStep) => kind !== 'last', true)(chain)
      return lastValueFrom(
        episode.pipe(
          map(({ reward }) => reward),
          toArray(),
        ),
      )
    }
    const trials: number[][] = []
    const evaluated = concatMap(async (step: Unpaired) => {
      if (step.kind === 'last') trials.push(await evaluation())
      return step
    })
    const chain = training(world, learner, evaluated)
    const steps = await lastValueFrom(takeSteps(9)(chain).pipe(toArray()))
    expect(kinds(steps)).toBe('fmmlfmmlfmml')
    expect(trials).toEqual([0, 1, 2].map(() => [0, 1, 2, 3, 4, 5]))
    expect(learner.learnt).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3])
  })

  it('one may be evaluated above its own answer, the world waiting meanwhile', async () => {
    const [world, trial] = [drive(scriptedSimulator()), drive(scriptedSimulator({ episodeLength: 5 }))]
    const order: string[] = []
    const evaluated = concatMap(async (step: TimeStep) => {
      if (step.index === 2) {
        await lastValueFrom(
          trial.timeSteps.pipe(
            answer(trial),
            tap(() => order.push('trial')),
            take(3),
          ),
        )
      }
      return step
    })
    const chain = world.timeSteps.pipe(
      evaluated,
      tap(() => order.push('training')),
      answer(world),
      take(5),
    )
    await lastValueFrom(chain)
    const two = ['training', 'training']
    expect(order).toEqual([...two, 'trial', 'trial', 'trial', 'training', ...two])
  })

  it('one goes on with a world that failed, by retry', () => {
    let calls = 0
    const { clock, world } = virtualWorld({
      spoil: ({ step }) => ({
        step: (command: Vector) => {
          calls += 1
          if (calls === 5) throw new Error('scripted')
          return step(command)
        },
      }),
    })
    const learner = bookkeeper()
    const log = listen(takeSteps(6)(training(world, learner).pipe(retry(1))))
    clock.flush()
    expect(log).toMatchObject({ completed: true, error: null })
    expect(kinds(log.values)).toBe('fmmlfmfmm')
    // The transition under way at the failure is lost.
    expect(learner.learnt).toEqual([1, 2, 3, 1, 1, 2])
  })

  it('one waits on a chain that never answers, as long as `patience` is', () => {
    const { clock, world } = virtualWorld({ patience: 50 })
    const log = listen(
      world.timeSteps.pipe(
        concatMap(() => NEVER),
        answer(world),
      ),
    )
    clock.flush()
    expect(clock.frame).toBe(50)
    expect(String(log.error)).toContain('step 0 got no action within 50 ms')
  })
})
