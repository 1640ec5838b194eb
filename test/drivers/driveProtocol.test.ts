/** What `drive` refuses, what it fails with, and how it stops. */
import { filter, retry, take, tap } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { drive } from '../../src/drivers/drive.js'
import { DriverError, NotFiniteError } from '../../src/failure.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import type { Simulator, TimeStep } from '../../src/types.js'
import { answer, kinds, listen, passUntil, reply, virtualWorld } from './world.js'

const sampled = { action: [0] }

/** A world whose step of this index waits for its answer. */
const waitingAt = (index: number, script = {}) => {
  const { clock, world } = virtualWorld({ script: { episodeLength: Infinity, ...script } })
  const log = listen(world.timeSteps.pipe(tap((step) => step.index < index && reply(world, step))))
  passUntil(clock, 0)
  return { clock, world, log }
}

describe('an answer is refused', () => {
  const refusals: Record<string, [make: () => ReturnType<typeof waitingAt>, given: number, message: string]> = {
    'when it is stale': [
      () => waitingAt(5),
      3,
      'a stale answer, to step 3; expected one to step 5, which waits for one',
    ],
    'when its step is yet to come': [
      () => waitingAt(5),
      6,
      'an early answer, to step 6; expected one to step 5, which waits',
    ],
    'when it is the second one': [
      () => {
        const waiting = waitingAt(5)
        waiting.world.act([0], 5, sampled)
        return waiting
      },
      5,
      'a second answer to step 5; the next one goes to step 6, yet to come',
    ],
    'when it is stale and another one is noted': [
      () => {
        const waiting = waitingAt(5)
        waiting.world.act([0], 5, sampled)
        return waiting
      },
      4,
      'a stale answer, to step 4; expected one to step 6, yet to come',
    ],
    'when it goes to a step of an earlier subscription': [
      () => {
        const waiting = waitingAt(5)
        waiting.log.leave()
        listen(waiting.world.timeSteps)
        passUntil(waiting.clock, 1)
        return waiting
      },
      5,
      'a stale answer, to step 5; expected one to step 6, which waits',
    ],
    'when it goes to a step of an earlier subscription, before the first one of this': [
      () => {
        const waiting = waitingAt(5)
        waiting.log.leave()
        listen(waiting.world.timeSteps)
        return waiting
      },
      5,
      'a stale answer, to step 5; expected one to step 6, yet to come',
    ],
    'before the first step': [
      () => {
        const { clock, world } = virtualWorld()
        return { clock, world, log: listen(world.timeSteps) }
      },
      0,
      'an early answer, to step 0; expected one to step 0, yet to come',
    ],
    'before the first subscription': [
      () => ({ ...virtualWorld(), log: null! }),
      0,
      'no step waits for an answer; timeSteps has no subscriber',
    ],
    'after unsubscribing': [
      () => {
        const waiting = waitingAt(5)
        waiting.log.leave()
        return waiting
      },
      5,
      'no step waits for an answer; timeSteps has no subscriber',
    ],
    'after close': [
      () => {
        const waiting = waitingAt(5)
        waiting.world.close()
        return waiting
      },
      5,
      'this world is closed',
    ],
  }
  for (const [when, [make, given, message]] of Object.entries(refusals)) {
    it(when, () => {
      const { world } = make()
      expect(() => world.act([0], given, sampled)).toThrow(DriverError)
      expect(() => world.act([0], given, sampled)).toThrow(`act(${given}): ${message}`)
      expect(() => world.begin(given)).toThrow(`begin(${given}): ${message}`)
    })
  }

  it('when an action answers a last step', () => {
    const { world } = waitingAt(2, { episodeLength: 2 })
    expect(() => world.act([0], 2, sampled)).toThrow(
      'act(2): step 2 is the last of its episode, which begin(2) answers',
    )
    expect(() => world.begin(2)).not.toThrow()
  })

  it('and changes nothing', () => {
    const { clock, world, log } = waitingAt(2)
    expect(() => world.act([9], 1, { action: [9] })).toThrow('stale')
    world.act([0], 2, sampled)
    expect(() => world.begin(2)).toThrow('second')
    passUntil(clock, 1)
    expect(kinds(log.values)).toBe('fmmm')
    expect(log.values[3].previousAction).toBe(sampled)
  })
})

describe('patience', () => {
  it('ends with an error that names the step whose record was dropped', () => {
    const { clock, world } = virtualWorld({ script: { episodeLength: Infinity }, pace: 1 })
    const dropping = world.timeSteps.pipe(
      filter(({ index }) => index !== 7),
      answer(world),
    )
    const log = listen(dropping)
    clock.flush()
    expect(log.values).toHaveLength(7)
    expect(log.error).toBeInstanceOf(DriverError)
    expect(String(log.error)).toMatch(/step 7 got no action within 10000 ms.+dropped.+longer/)
    // Step 0 came at frame 1.
    expect(clock.frame).toBe(8 + 10_000)
  })

  it('is measured anew for each step, and ended by its answer', () => {
    const { clock, world } = virtualWorld({ patience: 100 })
    const log = listen(world.timeSteps)
    for (const frame of [99, 198]) clock.schedule(() => reply(world, log.values.at(-1)!), frame)
    passUntil(clock, 297)
    expect(log.values).toHaveLength(3)
    expect(log.error).toBeNull()
    clock.maxFrames = Infinity
    clock.flush()
    expect(String(log.error)).toContain('step 2 got no action within 100 ms')
    expect(clock.frame).toBe(298)
  })

  it('has no end with patience Infinity', () => {
    const { clock, world } = virtualWorld({ patience: Infinity })
    const log = listen(world.timeSteps)
    clock.flush()
    expect(clock.actions).toHaveLength(0)
    expect(log.error).toBeNull()
    expect(log.values).toHaveLength(1)
  })

  it('is over once a step was left without an answer', () => {
    const { clock, world } = virtualWorld({ patience: 100 })
    listen(world.timeSteps.pipe(take(1)))
    passUntil(clock, 0)
    expect(clock.actions).toHaveLength(0)
  })

  it('costs nothing while answers come at once', () => {
    const { clock, world } = virtualWorld()
    const schedule = vi.spyOn(clock, 'schedule')
    listen(world.timeSteps.pipe(answer(world), take(1000)))
    clock.flush()
    expect(schedule).toHaveBeenCalledOnce()
  })

  it('keeps the process alive while it lasts', () => {
    vi.useFakeTimers()
    const log = listen(drive(scriptedSimulator()).timeSteps)
    vi.advanceTimersByTime(1)
    expect(vi.getTimerCount()).toBe(1)
    log.leave()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('leaves the world at rest, to be subscribed to again', () => {
    const { clock, world } = virtualWorld({ patience: 100 })
    let dropped = false
    const forgetful = world.timeSteps.pipe(
      filter(({ index }) => index !== 1 || dropped || !(dropped = true)),
      answer(world),
      retry(1),
      take(4),
    )
    const log = listen(forgetful)
    clock.flush()
    expect(log.completed).toBe(true)
    expect(log.values.map(({ index }) => index)).toEqual([0, 2, 3, 4])
    expect(kinds(log.values)).toBe('ffmm')
  })
})

describe('subscribers', () => {
  it('are served one at a time; a second one gets an error with share(), and the first goes on', () => {
    const { clock, world } = virtualWorld({ pace: 1 })
    const first = listen(world.timeSteps.pipe(answer(world), take(4)))
    const early = listen(world.timeSteps)
    let late: ReturnType<typeof listen> | null = null
    clock.schedule(() => (late = listen(world.timeSteps)), 2)
    clock.flush()
    for (const second of [early, late!]) {
      expect(second).toMatchObject({ values: [], completed: false })
      expect(second.error).toBeInstanceOf(DriverError)
      expect(String(second.error)).toContain('share()')
    }
    expect(kinds(first.values)).toBe('fmml')
    expect(first.completed).toBe(true)
  })

  it('each begin an episode, while index and time count on', () => {
    const { clock, world } = virtualWorld({ script: { episodeLength: 10 } })
    const play = () => {
      const log = listen(world.timeSteps.pipe(answer(world), take(3)))
      clock.flush()
      return log.values
    }
    const [earlier, later] = [play(), play()]
    expect(kinds(earlier) + kinds(later)).toBe('fmmfmm')
    expect(later.map(({ index }) => index)).toEqual([3, 4, 5])
    expect(later.map(({ time }) => time)).toEqual([2 * 0.1, 3 * 0.1, 4 * 0.1])
    expect(later[0]).toMatchObject({ previousAction: null, reward: 0 })
    expect(later[0].observation[0]).toBe(20)
  })

  it('that leave cancel the pending step', () => {
    const step = vi.fn<Simulator['step']>()
    const { clock, world } = virtualWorld({ spoil: () => ({ step }) })
    const log = listen(world.timeSteps.pipe(answer(world), take(1)))
    clock.flush()
    expect(log.completed).toBe(true)
    expect(step).not.toHaveBeenCalled()
    expect(clock.actions).toHaveLength(0)
  })

  it('that leave before the first step cancel the episode', () => {
    const reset = vi.fn<Simulator['reset']>()
    const { clock, world } = virtualWorld({ spoil: () => ({ reset }) })
    listen(world.timeSteps).leave()
    clock.flush()
    expect(reset).not.toHaveBeenCalled()
  })

  it('that come within the turn in which another one left do not disturb it', () => {
    const { clock, world } = virtualWorld()
    const later: TimeStep[] = []
    const log = listen(
      world.timeSteps.pipe(
        answer(world),
        tap(({ index }) => {
          if (index !== 2) return
          log.leave()
          world.timeSteps.pipe(answer(world), take(4)).subscribe((step) => later.push(step))
        }),
      ),
    )
    clock.flush()
    expect(log.values.map(({ index }) => index)).toEqual([0, 1])
    expect(later.map(({ index }) => index)).toEqual([3, 4, 5, 6])
    expect(kinds(later)).toBe('fmml')
  })
})

describe('a failing simulator', () => {
  const scripted = new Error('scripted')
  const failing = (): Partial<Simulator> => ({
    step: () => {
      throw scripted
    },
  })
  const broken: Record<string, [spoil: (simulator: Simulator) => Partial<Simulator>, error: unknown]> = {
    'throws in step': [failing, scripted],
    'throws NotFiniteError in step': [
      () => ({
        step: () => {
          throw new NotFiniteError('acceleration', { index: 2, name: 'hip' }, Infinity)
        },
      }),
      new NotFiniteError('acceleration', { index: 2, name: 'hip' }, Infinity, 1),
    ],
    'shows NaN': [
      ({ step }) => ({ step: (command) => ({ ...step(command), observation: [1, NaN] }) }),
      new NotFiniteError('observation', { index: 1, name: 'sensor1' }, NaN, 1),
    ],
    'rewards with infinity': [
      ({ step }) => ({ step: (command) => ({ ...step(command), reward: -Infinity }) }),
      new NotFiniteError('reward', null, -Infinity, 1),
    ],
    'shows too much': [
      ({ step }) => ({ step: (command) => ({ ...step(command), observation: [1, 2, 3] }) }),
      new RangeError('Scripted: expected observation of size 2, got 3'),
    ],
  }
  for (const [how, [spoil, error]] of Object.entries(broken)) {
    it(`that ${how} ends with an error notification`, () => {
      const { clock, world } = virtualWorld({ spoil })
      const log = listen(world.timeSteps.pipe(answer(world)))
      clock.flush()
      expect(kinds(log.values)).toBe('f')
      expect(log.error).toEqual(error)
      expect(clock.actions).toHaveLength(0)
    })
  }

  it('that fails in reset names the first step', () => {
    const { clock, world } = virtualWorld({ spoil: () => ({ reset: () => ({ observation: [NaN, 0], info: {} }) }) })
    const log = listen(world.timeSteps)
    clock.flush()
    expect(log.error).toEqual(new NotFiniteError('observation', { index: 0, name: 'sensor0' }, NaN, 0))
  })

  it('can be tried again at once: an episode begins, and nothing was counted that was not shown', () => {
    let calls = 0
    const { clock, world } = virtualWorld({
      spoil: ({ step }) => ({
        step: (command) => {
          calls += 1
          if (calls === 2 || calls === 3) throw scripted
          return step(command)
        },
      }),
    })
    const log = listen(world.timeSteps.pipe(answer(world), retry(2), take(6)))
    clock.flush()
    expect(log).toMatchObject({ error: null, completed: true })
    expect(kinds(log.values)).toBe('fmffmm')
    expect(log.values.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5])
    expect(log.values.at(-1)!.time).toBe(3 * 0.1)
  })

  it('is at rest when the error is sent', () => {
    const { clock, world } = virtualWorld({ spoil: failing })
    let again: ReturnType<typeof listen<TimeStep>> | null = null
    world.timeSteps.pipe(answer(world)).subscribe({ error: () => (again = listen(world.timeSteps)) })
    passUntil(clock, 1)
    expect(kinds(again!.values)).toBe('f')
    expect(again!.error).toBeNull()
  })
})

describe('stop', () => {
  it('cancels the pending step, completes the subscription and resolves', async () => {
    const { clock, world } = virtualWorld()
    let stopped: Promise<void> | null = null
    const stop = tap(({ index }: TimeStep) => {
      if (index === 2) stopped = world.stop()
    })
    const log = listen(world.timeSteps.pipe(answer(world), stop))
    clock.flush()
    await expect(stopped).resolves.toBeUndefined()
    expect(log).toMatchObject({ completed: true, error: null })
    expect(clock.actions).toHaveLength(0)
    expect(world.snapshot().index).toBe(3)
  })

  it('ends the patience with a step that was not answered', async () => {
    const { clock, world } = virtualWorld()
    const log = listen(world.timeSteps)
    passUntil(clock, 1)
    await world.stop()
    expect(log.completed).toBe(true)
    expect(clock.actions).toHaveLength(0)
  })

  it('may come at any time and as often as one likes, and a later subscription begins an episode', async () => {
    const { clock, world } = virtualWorld()
    await world.stop()
    listen(world.timeSteps)
    await Promise.all([world.stop(), world.stop()])
    const log = listen(world.timeSteps.pipe(answer(world), take(2)))
    clock.flush()
    expect(kinds(log.values)).toBe('fm')
    await world.stop()
  })

  it('is the only thing that completes', () => {
    const { clock, world } = virtualWorld({ pace: 1 })
    const log = listen(world.timeSteps.pipe(answer(world)))
    passUntil(clock, 10_000)
    expect(log).toMatchObject({ completed: false, error: null })
    expect(log.values).toHaveLength(10_000)
  })
})

describe('close', () => {
  it('stops, and frees the simulator once', () => {
    const close = vi.fn<() => void>()
    const { clock, world } = virtualWorld({ spoil: () => ({ close }) })
    const log = listen(world.timeSteps)
    passUntil(clock, 1)
    world.close()
    world.close()
    expect(log.completed).toBe(true)
    expect(clock.actions).toHaveLength(0)
    expect(close).toHaveBeenCalledOnce()
  })

  it('is for good', async () => {
    const { world } = virtualWorld()
    const state = (() => {
      const log = listen(world.timeSteps)
      const taken = world.snapshot()
      log.leave()
      return taken
    })()
    world.close()
    const log = listen(world.timeSteps)
    expect(log).toMatchObject({ values: [], completed: false })
    expect(log.error).toEqual(new DriverError('timeSteps: this world is closed'))
    expect(() => world.snapshot()).toThrow('snapshot: this world is closed')
    expect(() => world.restore(state)).toThrow('restore: this world is closed')
    await world.stop()
  })

  it('comes after stop, and a last checkpoint between the two', async () => {
    const { clock, world } = virtualWorld()
    listen(world.timeSteps.pipe(answer(world), take(2)))
    clock.flush()
    await world.stop()
    expect(world.snapshot()).toMatchObject({ index: 2, actions: 1 })
    world.close()
  })

  it('cannot be outrun by a new subscription on completion', () => {
    const { world } = virtualWorld()
    let again: ReturnType<typeof listen> | null = null
    world.timeSteps.subscribe({ complete: () => (again = listen(world.timeSteps)) })
    world.close()
    expect(String(again!.error)).toContain('closed')
  })
})
