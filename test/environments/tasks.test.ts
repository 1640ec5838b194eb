import { describe, expect, expectTypeOf, it } from 'vitest'
import type { MujocoSimulator } from '../../src/environments/mujoco/types.js'
import type { PendulumSimulator } from '../../src/environments/pendulum.js'
import { type TaskId, simulator, tasks } from '../../src/environments/tasks.js'
import { seeded } from '../../src/random.js'
import type { Simulator } from '../../src/types.js'

const random = seeded(1)('environment')

describe('tasks', () => {
  it('has a whole spec of every id', () => {
    expect(tasks.map(({ name }) => name)).toEqual([
      'Pendulum-v1',
      'Hopper-v4',
      'Hopper-v5',
      'HalfCheetah-v4',
      'HalfCheetah-v5',
    ])
    for (const { observation, action, stepSeconds, stepLimit } of tasks) {
      for (const { size, low, high, names, units } of [observation, action]) {
        expect([low.length, high.length, names.length, units.length]).toEqual([size, size, size, size])
        expect(new Set(names).size).toBe(size)
        for (let i = 0; i < size; i++) expect(low[i]).toBeLessThan(high[i])
      }
      expect(stepSeconds).toBeGreaterThan(0)
      expect(stepLimit).toBeGreaterThan(0)
    }
  })
})

describe('simulator', () => {
  it.each(tasks.map((spec) => [spec.name, spec] as const))('opens %s with its spec', async (id, spec) => {
    const world = await simulator(id, { random })
    expect(world.spec).toBe(spec)
    expect(world.reset(7).observation).toHaveLength(spec.observation.size)
    const { observation, reward } = world.step(new Float64Array(spec.action.size))
    expect(observation).toHaveLength(spec.observation.size)
    expect(Number.isFinite(reward)).toBe(true)
    world.close()
  })

  it('rejects an unknown id in one line that names the nearest', async () => {
    await expect(simulator('Hoper-v4', { random })).rejects.toThrow(
      "simulator: expected a known task (Pendulum-v1, Hopper-v4, Hopper-v5, HalfCheetah-v4, HalfCheetah-v5), got 'Hoper-v4'; nearest: Hopper-v4",
    )
    await expect(simulator('chess', { random })).rejects.toThrow(/got 'chess'$/)
    await expect(simulator('toString', { random })).rejects.toThrow(RangeError)
  })

  it('knows the kind of simulator from the id', async () => {
    const hopper = await simulator('Hopper-v4', { random })
    hopper.reset(7)
    expect(hopper.setState({ qpos: [0, 1.25, 0, 0, 0, 0], qvel: [0, 0, 0, 0, 0, 0] }).observation[0]).toBe(1.25)
    hopper.close()
    expectTypeOf(hopper).toEqualTypeOf<MujocoSimulator>()
    expectTypeOf(simulator<'Pendulum-v1'>).returns.resolves.toEqualTypeOf<PendulumSimulator>()
    expectTypeOf(simulator<string>).returns.resolves.toEqualTypeOf<Simulator>()
    expectTypeOf<TaskId>().toEqualTypeOf<
      'Pendulum-v1' | 'Hopper-v4' | 'Hopper-v5' | 'HalfCheetah-v4' | 'HalfCheetah-v5'
    >()
  })
})
