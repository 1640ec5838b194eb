import { describe, expect, it } from 'vitest'
import { dotReacher, type DotReacherVariant } from '../../../src/environments/classic/dotReacher.js'
import { dotSeeker, type DotSeekerState } from '../../../src/environments/classic/dotSeeker.js'
import { seeded } from '../../../src/random.js'

const reacher = (variant: DotReacherVariant = 'easy', timeLimit: 'terminated' | 'truncated' = 'terminated') =>
  dotReacher(variant, { random: seeded(1)('environment') }, { timeLimit })

describe('dotReacher', () => {
  it('moves by velocity and half the acceleration, then takes up speed', () => {
    const world = reacher()
    world.setState({ x: 0.5, y: -0.5, vx: 0.2, vy: -0.1 })
    const { observation, reward, terminated } = world.step([1, -0.5])
    const expected = [0.5 + 0.04 + 0.02, -0.5 - 0.02 - 0.01, 0.2 + 0.2, -0.1 - 0.1]
    expected.forEach((value, i) => expect(observation[i]).toBeCloseTo(value, 12))
    expect([reward, terminated]).toEqual([-1, false])
  })

  it('rebounds from a wall with a tenth of its speed, each direction for itself, and clips accelerations', () => {
    const world = reacher()
    world.setState({ x: 0.95, y: 0.5, vx: 1, vy: 0.5 })
    const { observation } = world.step([5, 0])
    const expected = [1, 0.6, -0.1 + 0.2, 0.5]
    expected.forEach((value, i) => expect(observation[i]).toBeCloseTo(value, 12))
  })

  it.each([
    ['easy', 0.25, 0.1],
    ['hard', 0.1, 0.05],
  ] as const)('%s: the goal is within %d m and %d m/s', (variant, position, velocity) => {
    const ends = (x: number, vx: number) => {
      const world = reacher(variant)
      // The dot comes to x with vx when nothing accelerates it.
      world.setState({ x: x - 0.2 * vx, y: 0, vx, vy: 0 })
      return world.step([0, 0]).terminated
    }
    const short = 1e-9
    expect(ends(position - short, 0)).toBe(true)
    expect(ends(position + short, 0)).toBe(false)
    expect(ends(0, velocity - short)).toBe(true)
    expect(ends(0, velocity + short)).toBe(false)
    expect(ends(-position + short, -velocity + short)).toBe(true)
  })

  it('rewards the step that reaches the goal with -1 as well', () => {
    const world = reacher()
    world.setState({ x: 0, y: 0, vx: 0, vy: 0 })
    expect(world.step([0, 0])).toMatchObject({ reward: -1, terminated: true })
  })

  it.each(['terminated', 'truncated'] as const)('marks the end by the limit as %s when that is asked for', (way) => {
    const world = reacher('hard', way)
    world.setState({ x: 0.9, y: 0.9, vx: 0, vy: 0 })
    const { stepLimit } = world.spec
    expect(stepLimit).toBe(20_000)
    for (let i = 1; i < stepLimit; i++) world.step([0, 0])
    expect(world.step([0, 0])).toMatchObject({ terminated: way === 'terminated', truncated: way === 'truncated' })
  })

  it('begins at rest anywhere in the square', () => {
    const world = reacher()
    const starts = Array.from({ length: 500 }, () => [...world.reset().observation])
    for (const axis of [0, 1]) {
      const places = starts.map((start) => start[axis])
      expect(Math.min(...places)).toBeLessThan(-0.97)
      expect(Math.max(...places)).toBeGreaterThan(0.97)
    }
    expect(starts.every(([, , vx, vy]) => vx === 0 && vy === 0)).toBe(true)
  })
})

describe('dotSeeker', () => {
  const open = () => dotSeeker({ random: seeded(1)('environment') })
  const still: DotSeekerState = {
    x: 0.9,
    y: 0.9,
    vx: 0,
    vy: 0,
    targetX1: 0,
    targetX2: 0,
    targetX3: 0,
    targetY1: 0,
    targetY2: 0,
    targetY3: 0,
  }

  it('moves each coordinate of its target by AR(3) with three roots at 0.8, with a deviation of 0.5', () => {
    const world = open()
    world.setState(still)
    // Noise is what is left when the process is taken off: of deviation 1 / sqrt(sum of squared weights of the noise).
    const values: number[] = []
    const noises: number[] = []
    for (let i = 0; i < 20_000; i++) {
      const { targetX1: a, targetX2: b, targetX3: c } = world.snapshot()
      world.step([0, 0])
      const next = world.snapshot().targetX1
      values.push(next)
      noises.push(next - (2.4 * a - 1.92 * b + 0.512 * c))
    }
    const deviation = (all: readonly number[]) =>
      Math.sqrt(all.reduce((sum, each) => sum + each * each, 0) / all.length)
    // The weight of the noise k steps ago is (k + 1)(k + 2) / 2 0.8^k.
    let squares = 0
    for (let k = 0; k < 300; k++) squares += (((k + 1) * (k + 2)) / 2) ** 2 * 0.64 ** k
    expect(deviation(noises) / (1 / Math.sqrt(squares))).toBeCloseTo(1, 1)
    expect(deviation(values)).toBeGreaterThan(0.85)
    expect(deviation(values)).toBeLessThan(1.15)
  })

  it('begins with its target in the stationary state', () => {
    const world = open()
    const places = Array.from({ length: 400 }, () => {
      world.reset()
      return world.snapshot().targetY1
    })
    const deviation = Math.sqrt(places.reduce((sum, each) => sum + each * each, 0) / places.length)
    expect(deviation).toBeGreaterThan(0.9)
    expect(deviation).toBeLessThan(1.1)
  })

  it('ends where it is within 0.05 of the target in both directions', () => {
    const ends = (x: number, y: number) => {
      const world = open()
      world.setState({ ...still, x, y })
      const { observation, terminated } = world.step([0, 0])
      const [dx, dy] = [observation[0] - observation[4], observation[1] - observation[5]]
      expect(terminated).toBe(Math.abs(dx) <= 0.05 && Math.abs(dy) <= 0.05)
      return terminated
    }
    expect(ends(0, 0)).toBe(true)
    expect([ends(0.06, 0), ends(0, -0.06)]).toEqual([false, false])
  })

  it('observes the target within the square', () => {
    const world = open()
    world.setState({ ...still, targetX1: 9, targetX2: 9, targetX3: 9 })
    expect(world.step([0, 0]).observation[4]).toBe(1)
  })
})
