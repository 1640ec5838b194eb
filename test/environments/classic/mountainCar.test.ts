import { describe, expect, it } from 'vitest'
import { mountainCar, mountainCarSpec } from '../../../src/environments/classic/mountainCar.js'
import { seeded } from '../../../src/random.js'
import { largestGap, readGolden } from '../golden.js'

const golden = readGolden<{
  readonly maxEpisodeSteps: number
  readonly actionLow: readonly number[]
  readonly actionHigh: readonly number[]
  readonly single: readonly {
    readonly state: readonly [number, number]
    readonly action: readonly number[]
    readonly observation: readonly number[]
    readonly stateAfter: readonly [number, number]
    readonly reward: number
    readonly terminated: boolean
  }[]
}>('gymnasium/MountainCarContinuous-v0.json')
const open = (seed = 1) => mountainCar({ random: seeded(seed)('environment') })

describe('mountainCar', () => {
  it('has the shapes and limits of the golden', () => {
    expect(mountainCarSpec.stepLimit).toBe(golden.maxEpisodeSteps)
    expect(mountainCarSpec.action.low).toEqual(golden.actionLow)
    expect(mountainCarSpec.action.high).toEqual(golden.actionHigh)
  })

  it.each(golden.single.map((step, index) => [index, step] as const))('takes golden step %i', (_, step) => {
    const world = open()
    // Gymnasium's states are float32, and may be beyond the bounds by half a unit in the last place.
    const [position, velocity] = step.state
    world.setState({
      position: Math.max(-1.2, Math.min(0.6, position)),
      velocity: Math.max(-0.07, Math.min(0.07, velocity)),
    })
    const { observation, reward, terminated } = world.step(step.action)
    expect(largestGap(observation, step.observation)).toBeLessThan(1e-6)
    expect(largestGap(observation, step.stateAfter)).toBeLessThan(1e-6)
    expect(Math.abs(reward - step.reward)).toBeLessThan(1e-5)
    expect(terminated).toBe(step.terminated)
  })

  it('begins at rest in the valley', () => {
    const world = open()
    const places = Array.from({ length: 500 }, () => world.reset().observation[0])
    expect(Math.min(...places)).toBeGreaterThanOrEqual(-0.6)
    expect(Math.max(...places)).toBeLessThanOrEqual(-0.4)
    expect(Math.max(...places) - Math.min(...places)).toBeGreaterThan(0.19)
    expect(world.snapshot().velocity).toBe(0)
  })

  it('stops at the wall, and is at the goal with the velocity that is asked for alone', () => {
    const world = open()
    world.setState({ position: -1.2, velocity: -0.05 })
    expect([...world.step([-1]).observation]).toEqual([-1.2, 0])
    const ends = (goalVelocity: number) => {
      const car = mountainCar({ random: seeded(1)('environment') }, { goalVelocity })
      car.setState({ position: 0.44, velocity: 0.03 })
      return car.step([1])
    }
    expect(ends(0)).toMatchObject({ terminated: true, reward: 100 - 0.1 })
    expect(ends(0.05)).toMatchObject({ terminated: false, reward: -0.1 })
  })

  it('refuses states that it cannot be in', () => {
    expect(() => open().setState({ position: 0.7, velocity: 0 })).toThrow(
      'MountainCarContinuous-v0: position: expected a number from -1.2 to 0.6, got 0.7',
    )
  })
})
