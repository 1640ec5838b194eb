import { describe, expect, it } from 'vitest'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'

describe('scriptedSimulator', () => {
  it('counts episodes by tens and steps by ones, and rewards with the count', () => {
    const simulator = scriptedSimulator({ episodeLength: 2 })
    const shown = [simulator.reset().observation[0]]
    const rewards: number[] = []
    for (let i = 0; i < 2; i++) {
      const { observation, reward } = simulator.step([0])
      shown.push(observation[0])
      rewards.push(reward)
    }
    shown.push(simulator.reset().observation[0])
    expect(shown).toEqual([10, 11, 12, 20])
    expect(rewards).toEqual([1, 2])
  })

  it('shows every action since the reset in its other components', () => {
    const simulator = scriptedSimulator({ size: 3, actionSize: 2 })
    simulator.reset()
    simulator.step([0.25, 0.5])
    const { observation } = simulator.step([-1, 0.5])
    // The position: 0.75 after the first action, and 0.375 - 0.5 after the second.
    expect(observation).toEqual(Float64Array.of(12, 12 - 0.125, 12 - 0.25))
    simulator.reset()
    expect(simulator.step([0, 0]).observation).toEqual(Float64Array.of(21, 21, 21))
  })

  it.each([
    ['terminated', true, false],
    ['truncated', false, true],
  ] as const)('ends an episode as %s at its length, and says so in the spec', (ends, terminated, truncated) => {
    const simulator = scriptedSimulator({ episodeLength: 2, ends })
    simulator.reset()
    expect(simulator.step([0])).toMatchObject({ terminated: false, truncated: false })
    expect(simulator.step([0])).toMatchObject({ terminated, truncated })
    expect(simulator.spec.stepLimit).toBe(truncated ? 2 : Infinity)
  })

  it('never ends an endless episode', () => {
    const simulator = scriptedSimulator({ episodeLength: Infinity })
    simulator.reset()
    const ends = Array.from({ length: 100 }, () => simulator.step([0])).filter(
      (step) => step.terminated || step.truncated,
    )
    expect(ends).toEqual([])
  })

  it('describes each component', () => {
    const { spec } = scriptedSimulator({ name: 'Cart', size: 3, actionSize: 2, stepSeconds: 0.5 })
    expect(spec).toMatchObject({
      name: 'Cart',
      stepSeconds: 0.5,
      observation: { size: 3, names: ['sensor0', 'sensor1', 'sensor2'], units: ['1', '1', '1'] },
      action: { size: 2, low: [-1, -1], high: [1, 1], names: ['motor0', 'motor1'] },
    })
  })

  it('goes to the episode of a seed, and on from there', () => {
    const simulator = scriptedSimulator()
    expect(simulator.reset(7).observation[0]).toBe(70)
    expect(simulator.reset().observation[0]).toBe(80)
    expect(simulator.reset(7).observation[0]).toBe(70)
  })

  it('is put back bit for bit, by plain data that later steps do not reach', () => {
    const simulator = scriptedSimulator({ size: 4, episodeLength: Infinity })
    simulator.reset()
    simulator.step([0.7])
    const state = simulator.snapshot()
    const copy = structuredClone(state)
    const on = [simulator.step([0.1]), simulator.step([-0.3])]
    expect(state).toEqual(copy)
    const other = scriptedSimulator({ size: 4, episodeLength: Infinity })
    other.restore(copy)
    expect([other.step([0.1]), other.step([-0.3])]).toEqual(on)
  })

  it('makes a new array for each observation', () => {
    const simulator = scriptedSimulator()
    expect(simulator.reset().observation).not.toBe(simulator.step([0]).observation)
  })

  it('throws on a step before the first reset, and on any use after close', () => {
    const simulator = scriptedSimulator({ name: 'Cart' })
    expect(() => simulator.step([0])).toThrow('Cart: step before the first reset')
    const state = simulator.snapshot()
    simulator.close()
    simulator.close()
    expect(() => simulator.reset()).toThrow('Cart: reset after close')
    expect(() => simulator.step([0])).toThrow('Cart: step after close')
    expect(() => simulator.snapshot()).toThrow('Cart: snapshot after close')
    expect(() => simulator.restore(state)).toThrow('Cart: restore after close')
  })
})
