import { describe, expect, it } from 'vitest'
import { pendulum, pendulumSpec } from '../../../src/environments/classic/pendulum.js'
import { NotFiniteError } from '../../../src/failure.js'
import { seeded } from '../../../src/random.js'
import { largestGap, readGolden } from '../golden.js'

interface GoldenStep {
  readonly state: readonly [theta: number, thetaDot: number]
  readonly action: readonly number[]
  readonly observation: readonly number[]
  readonly stateAfter: readonly [theta: number, thetaDot: number]
  readonly reward: number
  readonly terminated: boolean
}

const golden = readGolden<{
  readonly maxEpisodeSteps: number
  readonly actionLow: number[]
  readonly actionHigh: number[]
  readonly single: readonly GoldenStep[]
}>('gymnasium/Pendulum-v1.json')

const tolerance = 1e-6
const open = (seed = 1) => pendulum({ random: seeded(seed)('environment') })

describe('pendulum', () => {
  it('has the shapes and limits of the golden', () => {
    expect(pendulumSpec.stepLimit).toBe(golden.maxEpisodeSteps)
    expect(pendulumSpec.action.low).toEqual(golden.actionLow)
    expect(pendulumSpec.action.high).toEqual(golden.actionHigh)
    expect(pendulumSpec.observation.size).toBe(golden.single[0].observation.length)
  })

  it.each(golden.single.map((step, index) => [index, step] as const))('takes golden step %i', (_, step) => {
    const world = open()
    const [theta, thetaDot] = step.state
    world.setState({ theta, thetaDot })
    const taken = world.step(step.action)
    const after = world.snapshot()
    expect(largestGap(taken.observation, step.observation)).toBeLessThan(tolerance)
    expect(largestGap([after.theta, after.thetaDot], step.stateAfter)).toBeLessThan(tolerance)
    expect(Math.abs(taken.reward - step.reward)).toBeLessThan(tolerance)
    expect(taken.terminated).toBe(step.terminated)
  })

  it('has golden steps with torques beyond the bounds, so that they cover the clipping', () => {
    expect(golden.single.some(({ action }) => Math.abs(action[0]) > golden.actionHigh[0])).toBe(true)
  })

  it('measures the angle from upright after any number of turns', () => {
    const world = open()
    const reward = (theta: number) => {
      world.setState({ theta, thetaDot: 0 })
      return world.step([0]).reward
    }
    expect(reward(1 + 6 * Math.PI)).toBeCloseTo(-1, 9)
    expect(reward(1 - 6 * Math.PI)).toBeCloseTo(-1, 9)
    expect(reward(Math.PI)).toBeCloseTo(-Math.PI * Math.PI, 9)
  })

  it('begins episodes at any angle and up to 1 rad/s', () => {
    const world = open()
    const starts = Array.from({ length: 500 }, () => {
      world.reset()
      return world.snapshot()
    })
    for (const [name, bound] of [
      ['theta', Math.PI],
      ['thetaDot', 1],
    ] as const) {
      const values = starts.map((start) => start[name])
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound)
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
      expect(deviation / (bound / Math.sqrt(3))).toBeGreaterThan(0.95)
      expect(deviation / (bound / Math.sqrt(3))).toBeLessThan(1.05)
    }
  })

  it('plays the same episode after the same seed, with any random number generator', () => {
    const episode = (handed: number, seed: number) => {
      const world = open(handed)
      return [world.reset(seed), world.step([1.5]), world.reset(), world.step([-0.5])]
    }
    expect(episode(1, 7)).toEqual(episode(2, 7))
    expect(episode(1, 7)).not.toEqual(episode(1, 8))
  })

  it('truncates at the limit, never before, and at every step after it', () => {
    const world = open()
    world.reset()
    for (let step = 1; step < 200; step++) expect(world.step([1]).truncated).toBe(false)
    expect(world.step([1])).toMatchObject({ truncated: true, terminated: false })
    expect(world.step([1]).truncated).toBe(true)
    world.reset()
    expect(world.step([1]).truncated).toBe(false)
  })

  it('continues from a snapshot bit for bit, resets included', () => {
    const world = open()
    world.reset()
    for (let step = 0; step < 50; step++) world.step([Math.cos(step)])
    const kept = structuredClone(world.snapshot())
    const goOn = (one: typeof world) => [one.step([0.3]), one.step([-2]), one.reset(), one.step([1])]
    const truth = goOn(world)
    const fresh = open(99)
    fresh.restore(kept)
    expect(goOn(fresh)).toEqual(truth)
    world.restore(kept)
    expect(goOn(world)).toEqual(truth)
    for (const restored of [fresh, world]) {
      restored.restore(kept)
      for (let step = 51; step < 200; step++) expect(restored.step([0]).truncated).toBe(false)
      expect(restored.step([0]).truncated).toBe(true)
    }
  })

  it('returns new observations', () => {
    const world = open()
    const { observation } = world.reset()
    const before = [...observation]
    world.step([2])
    expect([...observation]).toEqual(before)
  })

  it('refuses bad actions, and does not move', () => {
    const world = open()
    expect(() => world.step([0])).toThrow('Pendulum-v1: expected reset() or setState() before the first step()')
    world.reset()
    const before = world.snapshot()
    expect(() => world.step([NaN])).toThrow(new NotFiniteError('action', { index: 0, name: 'torque' }, NaN))
    expect(() => world.step([Infinity])).toThrow(NotFiniteError)
    expect(() => world.step([0, 0])).toThrow('Pendulum-v1: expected action of size 1, got 2')
    expect(() => world.setState({ theta: 0, thetaDot: NaN })).toThrow('state[1] (thetaDot) is NaN')
    expect(() => world.restore({ ...before, task: 'Hopper-v4' })).toThrow('got one of Hopper-v4')
    expect(world.snapshot()).toEqual(before)
  })

  it('returns the cosine and sine of the angle, and turns by the right angle, up to the largest one', () => {
    for (const theta of [1e6, 3e7, -1e8 + 1, 1e8 - 1]) {
      const world = open()
      const { observation } = world.setState({ theta, thetaDot: 0 })
      expect(largestGap(observation, [Math.cos(theta), Math.sin(theta), 0])).toBeLessThan(1e-15)
      const { reward } = world.step([0])
      const angle = Math.atan2(Math.sin(theta), Math.cos(theta))
      expect(reward).toBeCloseTo(-angle * angle, 6)
      const { theta: after, thetaDot } = world.snapshot()
      expect(after - theta).toBeCloseTo(0.05 * thetaDot, 7)
    }
  })

  it('refuses angles so large that rounding would hide a step, and rewards that are not finite, and does not move', () => {
    const world = open()
    world.reset()
    const before = world.snapshot()
    for (const theta of [1.1e8, -1e16, 1e300, Number.MAX_VALUE]) {
      expect(() => world.setState({ theta, thetaDot: 0 })).toThrow(
        `Pendulum-v1: theta: expected a number within 1e8 rad of upright, got ${theta}`,
      )
      expect(() => world.restore({ ...before, theta })).toThrow(
        `Pendulum-v1: theta of a snapshot: expected a number within 1e8 rad of upright, got ${theta}`,
      )
    }
    expect(world.snapshot()).toEqual(before)
    for (const state of [
      { theta: 1e8, thetaDot: 8 },
      { theta: -1e8, thetaDot: -8 },
    ]) {
      world.setState(state)
      const placed = world.snapshot()
      expect(() => world.step([0])).toThrow(
        /^Pendulum-v1: theta: expected a number within 1e8 rad of upright, got -?100000000\.\d+$/,
      )
      expect(world.snapshot()).toEqual(placed)
    }
    for (const thetaDot of [1e160, -1e200]) {
      world.setState({ theta: 0, thetaDot })
      const placed = world.snapshot()
      expect(() => world.step([0])).toThrow(new NotFiniteError('reward', null, -Infinity))
      expect(world.snapshot()).toEqual(placed)
    }
  })

  it.each([
    ['nothing', () => null, 'Pendulum-v1: expected a snapshot, got null'],
    [
      'no angle',
      (state: object) => ({ ...state, theta: undefined }),
      'Pendulum-v1: theta of a snapshot: expected a number',
    ],
    [
      'a NaN',
      (state: object) => ({ ...state, thetaDot: NaN }),
      'Pendulum-v1: thetaDot of a snapshot: expected a finite number, got NaN',
    ],
    [
      'text',
      (state: object) => ({ ...state, thetaDot: '1' }),
      'Pendulum-v1: thetaDot of a snapshot: expected a finite number, got 1',
    ],
    [
      'a negative count',
      (state: object) => ({ ...state, elapsed: -1 }),
      'Pendulum-v1: elapsed of a snapshot: expected null or an integer from 0 up, got -1',
    ],
    [
      'no random numbers',
      (state: object) => ({ ...state, random: undefined }),
      'Pendulum-v1: random: expected a snapshot, got undefined',
    ],
    [
      'random numbers of no source',
      (state: object) => ({ ...state, random: { source: 'dice', state: null } }),
      "Pendulum-v1: random.source of a snapshot: expected 'given' or 'seed', got dice",
    ],
    [
      'a place in a stream that is none',
      (state: object) => ({ ...state, random: { source: 'seed', state: [1, 2] } }),
      'Pendulum-v1: random.state of a snapshot: expected a place in a stream of random numbers',
    ],
  ])('refuses a snapshot with %s, and keeps what it had', (_, spoil, message) => {
    const world = open()
    world.reset()
    world.step([1])
    const before = world.snapshot()
    expect(() => world.restore(spoil(before) as never)).toThrow(message)
    expect(world.snapshot()).toEqual(before)
  })

  it('cannot be used after it is closed', () => {
    const world = open()
    world.reset()
    const kept = world.snapshot()
    world.close()
    world.close()
    const uses = [
      () => world.step([0]),
      () => world.reset(),
      () => world.snapshot(),
      () => world.restore(kept),
      () => world.setState({ theta: 0, thetaDot: 0 }),
    ]
    for (const use of uses) expect(use).toThrow('Pendulum-v1: used after close()')
  })
})
