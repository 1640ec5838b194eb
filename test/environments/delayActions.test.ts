import { describe, expect, it } from 'vitest'
import { type DelaySnapshot, delayActions } from '../../src/environments/delayActions.js'
import type { DelayDistribution } from '../../src/environments/delays.js'
import { pendulum } from '../../src/environments/classic/pendulum.js'
import { drive } from '../../src/drivers/drive.js'
import { NotFiniteError } from '../../src/failure.js'
import { seeded } from '../../src/random.js'
import { driverSuite } from '../../src/testing/driverSuite.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import { lockstep } from '../../src/time/schedule.js'
import type { Random, SavableSimulator } from '../../src/types.js'

/** A simulator that never ends an episode and notes the actions that it is given. */
const noting = (actionSize = 1) => {
  const simulator = scriptedSimulator({ episodeLength: Infinity, actionSize })
  const given: number[][] = []
  const noted: SavableSimulator = {
    ...simulator,
    step: (action) => {
      given.push([...action])
      return simulator.step(action)
    },
  }
  return { simulator: noted, given }
}

/** Random numbers from which exactly these delays are drawn, if four are equally probable. */
const scripted = (delays: readonly number[]): Random => {
  let at = 0
  return { normal: () => {}, uniform: () => delays[at++] / 4 }
}
const four = (delays: readonly number[], per?: 'step' | 'episode'): DelayDistribution => ({
  probabilities: [0.25, 0.25, 0.25, 0.25],
  random: scripted(delays),
  ...(per === undefined ? {} : { per }),
})

/** What is in effect after a reset, when the actions 1, 2, 3 and so on are given. */
const inEffect = (delay: number | DelayDistribution, actions: number): readonly number[] => {
  const { simulator, given } = noting()
  const world = delayActions(simulator, delay, { before: [-1] })
  world.reset()
  for (let k = 1; k <= actions; k++) world.step([k])
  return given.map(([value]) => value)
}

const open = (delay: number | DelayDistribution, seed = 1) =>
  delayActions(pendulum({ random: seeded(seed)('environment') }), delay)
const jittery = (seed: number, per: 'step' | 'episode' = 'step') =>
  open({ probabilities: [0.3, 0.3, 0.4], per, random: seeded(seed)('delays') }, seed)

describe('what takes effect', () => {
  it.each([
    [0, [1, 2, 3, 4, 5]],
    [1, [-1, 1, 2, 3, 4]],
    [2, [-1, -1, 1, 2, 3]],
    [7, [-1, -1, -1, -1, -1]],
  ])('with a delay of %i', (delay, expected) => {
    expect(inEffect(delay, 5)).toEqual(expected)
  })

  it('with a delay that is drawn for each action: the newest that has arrived, and what was in effect until then', () => {
    expect(inEffect(four([0, 2, 0, 1, 0, 0]), 5)).toEqual([1, 1, 3, 3, 5])
    expect(inEffect(four([3, 3, 3, 3, 3, 3]), 5)).toEqual([-1, -1, -1, 1, 2])
    expect(inEffect(four([3, 1, 1, 2, 0, 0]), 5)).toEqual([-1, -1, 2, 3, 5])
    expect(inEffect(four([2, 3, 3, 3, 3, 3]), 6)).toEqual([-1, -1, 1, 1, 2, 3])
  })

  it('with a delay that is drawn for each episode', () => {
    const { simulator, given } = noting()
    const world = delayActions(simulator, four([1, 0, 2], 'episode'), { before: [-1] })
    for (let episode = 0; episode < 3; episode++) {
      world.reset()
      for (let k = 1; k <= 4; k++) world.step([k])
    }
    expect(given.flat()).toEqual([-1, 1, 2, 3, 1, 2, 3, 4, -1, -1, 1, 2])
  })

  it('begins each episode with zeros unless told otherwise, whatever was under way', () => {
    const { simulator, given } = noting(2)
    const world = delayActions(simulator, 1)
    for (let episode = 0; episode < 2; episode++) {
      world.reset()
      world.step([1, 2])
      world.step([3, 4])
    }
    expect(given).toEqual([
      [0, 0],
      [1, 2],
      [0, 0],
      [1, 2],
    ])
  })

  it('is what was given, although the caller and the simulator write to the arrays afterwards', () => {
    const { simulator, given } = noting()
    const writing: SavableSimulator = {
      ...simulator,
      step: (action) => {
        const step = simulator.step(action)
        ;(action as Float64Array).fill(99)
        return step
      },
    }
    const world = delayActions(writing, four([2, 3, 3, 3, 3]), { before: [-1] })
    world.reset()
    const action = [0]
    for (let k = 1; k <= 4; k++) {
      action[0] = k
      world.step(action)
    }
    expect(given.flat()).toEqual([-1, -1, 1, 1])
  })
})

describe('as a simulator', () => {
  it('has the spec of the one that is delayed, and without a delay is the same', () => {
    const [plain, none] = [pendulum({ random: seeded(4)('environment') }), open(0, 4)]
    expect(none.spec).toBe(plain.spec)
    const play = (world: SavableSimulator) => [
      world.reset(),
      world.step([1.5]),
      world.step([-2]),
      world.reset(9),
      world.step([1]),
    ]
    expect(play(none)).toEqual(play(plain))
  })

  it('with a delay of n steps as the one that is delayed does with the actions moved by n', () => {
    const [plain, two] = [pendulum({ random: seeded(4)('environment') }), open(2, 4)]
    const actions = Array.from({ length: 200 }, (_, k) => 2 * Math.cos(k))
    plain.reset()
    two.reset()
    const expected = [0, 0, ...actions].slice(0, 200).map((action) => plain.step([action]))
    expect(actions.map((action) => two.step([action]))).toEqual(expected)
    expect(expected[199].truncated).toBe(true)
  })

  it('shows the same episode after the same seed, delays included, whatever it was handed', () => {
    const episode = (handed: number, seed: number) => {
      const world = jittery(handed)
      return [world.reset(seed), ...Array.from({ length: 30 }, (_, k) => world.step([Math.sin(k)])), world.reset()]
    }
    expect(episode(1, 7)).toEqual(episode(2, 7))
    expect(episode(1, 7)).not.toEqual(episode(1, 8))
  })

  it.each([
    ['a fixed delay', (seed: number) => open(3, seed)],
    ['delays per step', (seed: number) => jittery(seed)],
    ['delays per episode', (seed: number) => jittery(seed, 'episode')],
  ])('goes on from a snapshot bit for bit, resets included, with %s', (_, make) => {
    const goOn = (world: SavableSimulator) => {
      const taken = Array.from({ length: 8 }, (_, k) => world.step([k / 4 - 1]))
      return [...taken, world.reset(), ...Array.from({ length: 8 }, (_, k) => world.step([1 - k / 4]))]
    }
    for (const steps of [0, 1, 2, 5]) {
      const world = make(1)
      world.reset()
      for (let k = 0; k < steps; k++) world.step([Math.cos(k)])
      const kept = structuredClone(world.snapshot())
      const before = structuredClone(kept)
      const truth = goOn(world)
      const fresh = make(99)
      fresh.restore(kept)
      expect(fresh.snapshot()).toEqual(before)
      expect(goOn(fresh)).toEqual(truth)
      world.restore(kept)
      expect(goOn(world)).toEqual(truth)
      expect(kept).toEqual(before)
    }
  })

  it('goes on from a snapshot that was taken before the first episode', () => {
    const [world, other] = [jittery(1), jittery(2)]
    other.reset()
    other.restore(structuredClone(world.snapshot()))
    expect(() => other.step([0])).toThrow('Pendulum-v1: expected reset() before the first step() of delayed actions')
    const play = (one: SavableSimulator) => [one.reset(), one.step([1]), one.step([2]), one.step([1])]
    expect(play(other)).toEqual(play(world))
  })

  it('refuses an action when it is given, and does not move', () => {
    const world = jittery(1)
    expect(() => world.step([0])).toThrow('Pendulum-v1: expected reset() before the first step() of delayed actions')
    world.reset()
    world.step([1])
    const before = world.snapshot()
    expect(() => world.step([NaN])).toThrow(new NotFiniteError('action', { index: 0, name: 'torque' }, NaN))
    expect(() => world.step([0, 0])).toThrow('Pendulum-v1: expected action of size 1, got 2')
    expect(world.snapshot()).toEqual(before)
  })

  it('does not move if the simulator does not', () => {
    const { simulator } = noting()
    let fails = false
    const failing: SavableSimulator = {
      ...simulator,
      step: (action) => {
        if (fails) throw new Error('stuck')
        return simulator.step(action)
      },
    }
    const world = delayActions(failing, { probabilities: [0.5, 0.5], random: seeded(1)('delays') })
    world.reset()
    world.step([1])
    const before = world.snapshot()
    fails = true
    expect(() => world.step([2])).toThrow('stuck')
    expect(world.snapshot()).toEqual(before)
  })

  it('cannot be used once it is closed', () => {
    const world = open(2)
    world.reset()
    const kept = world.snapshot()
    world.close()
    world.close()
    for (const use of [() => world.step([0]), () => world.reset(), () => world.snapshot(), () => world.restore(kept)]) {
      expect(use).toThrow('Pendulum-v1: used after close()')
    }
  })
})

describe('refuses a snapshot, and keeps what it had', () => {
  type Spoil = (state: DelaySnapshot) => unknown
  it.each<[string, Spoil, string]>([
    ['that is nothing', () => null, 'delayActions: expected a snapshot, got null'],
    [
      'of another task',
      (state) => ({ ...state, task: 'Hopper-v4' }),
      'task of a snapshot: expected Pendulum-v1, got Hopper-v4',
    ],
    [
      'with a delay that is never drawn',
      (state) => ({ ...state, delay: 3 }),
      'delay of a snapshot: expected null or a delay that can be drawn, got 3',
    ],
    [
      'without random numbers',
      (state) => ({ ...state, random: null }),
      'delayActions: random: expected a snapshot, got null',
    ],
    [
      'with a NaN in effect',
      (state) => ({ ...state, inEffect: [NaN] }),
      'delayActions: inEffect[0] (torque) of a snapshot: expected a finite number, got NaN',
    ],
    [
      'with nothing waiting',
      (state) => ({ ...state, waiting: null }),
      'waiting of a snapshot: expected an array of at most 2, got null',
    ],
    [
      'with too many waiting',
      ({ waiting, ...state }) => ({ ...state, waiting: Array(3).fill(waiting[0]) }),
      'expected an array of at most 2, got an array of 3',
    ],
    [
      'with an action that arrives too late',
      (state) => ({ ...state, waiting: [{ action: [1], steps: 2 }] }),
      'waiting[0].steps of a snapshot: expected an integer from 0 to 1, got 2',
    ],
    [
      'with an action of another size',
      (state) => ({ ...state, waiting: [{ action: [1, 2], steps: 1 }] }),
      'waiting[0].action of a snapshot: expected a vector of 1 components, got one of 2',
    ],
    [
      'with null for an action',
      (state) => ({ ...state, waiting: [null] }),
      'waiting[0].steps of a snapshot: expected an integer',
    ],
    [
      'that the simulator refuses',
      (state) => ({ ...state, simulator: { ...(state.simulator as object), theta: NaN } }),
      'Pendulum-v1: theta of a snapshot',
    ],
  ])('%s', (_, spoil, message) => {
    const world = jittery(1)
    world.reset()
    for (let k = 0; k < 3; k++) world.step([1])
    const before = world.snapshot()
    expect(() => world.restore(spoil(before) as never)).toThrow(message)
    expect(world.snapshot()).toEqual(before)
  })

  it('of another fixed delay', () => {
    const [two, three] = [open(2), open(3)]
    three.reset()
    expect(() => two.restore(three.snapshot())).toThrow('delay of a snapshot: expected null or 2, got 3')
    const drawn = jittery(1)
    expect(() => two.restore(drawn.snapshot())).toThrow('random of a snapshot: expected null, of a fixed delay')
  })
})

it('throws when made with a `before` of another size or one that is not finite, or with no delay', () => {
  const simulator = scriptedSimulator({ actionSize: 2 })
  expect(() => delayActions(simulator, 1, { before: [1] })).toThrow('delayActions: expected before of size 2, got 1')
  expect(() => delayActions(simulator, 1, { before: [1, NaN] })).toThrow(
    new NotFiniteError('before', { index: 1, name: 'motor1' }, NaN),
  )
  expect(() => delayActions(simulator, -1)).toThrow('delayActions: expected a delay of an integer from 0 up, got -1')
})

describe('as a driver it keeps the rules of drivers', () => {
  const rules = driverSuite((scheduler) => drive(jittery(1), { schedule: lockstep({ scheduler }) }))
  for (const rule of rules) it(rule.name, rule.run)
})
