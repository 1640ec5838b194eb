import { describe, expect, expectTypeOf, it } from 'vitest'
import type { MujocoSimulator } from '../../src/environments/mujoco/types.js'
import type { PendulumSimulator } from '../../src/environments/pendulum.js'
import { type TaskId, simulator, taskIds, taskSpec } from '../../src/environments/tasks.js'
import { seeded } from '../../src/random.js'
import type { Simulator } from '../../src/types.js'

const random = seeded(1)('environment')
const known = 'Pendulum-v1, Hopper-v4, Hopper-v5, HalfCheetah-v4, HalfCheetah-v5'

it('taskIds lists every id', () => {
  expect(taskIds.join(', ')).toBe(known)
})

describe('taskSpec', () => {
  it.each(taskIds)('is a whole spec of %s', async (id) => {
    const { name, observation, action, stepSeconds, stepLimit } = await taskSpec(id)
    expect(name).toBe(id)
    for (const { size, low, high, names, units } of [observation, action]) {
      expect([low.length, high.length, names.length, units.length]).toEqual([size, size, size, size])
      expect(new Set(names).size).toBe(size)
      for (let i = 0; i < size; i++) expect(low[i]).toBeLessThan(high[i])
    }
    expect(stepSeconds).toBeGreaterThan(0)
    expect(stepLimit).toBeGreaterThan(0)
  })

  it('rejects an unknown id in one line that names the nearest', async () => {
    await expect(taskSpec('Hoper-v4')).rejects.toThrow(
      new RangeError(`taskSpec: expected a known task (${known}), got 'Hoper-v4'; nearest: Hopper-v4`),
    )
  })
})

describe('simulator', () => {
  it.each(taskIds)('opens %s with its spec', async (id) => {
    const world = await simulator(id as string, { random })
    const spec = await taskSpec(id)
    expect(world.spec).toEqual(spec)
    expect(world.reset(7).observation).toHaveLength(spec.observation.size)
    const { observation, reward } = world.step(new Float64Array(spec.action.size))
    expect(observation).toHaveLength(spec.observation.size)
    expect(Number.isFinite(reward)).toBe(true)
    world.close()
  })

  it('rejects an unknown id in one line that names the nearest', async () => {
    await expect(simulator('Hoper-v4', { random })).rejects.toThrow(
      new RangeError(`simulator: expected a known task (${known}), got 'Hoper-v4'; nearest: Hopper-v4`),
    )
    await expect(simulator('chess', { random })).rejects.toThrow(/got 'chess'$/)
    await expect(simulator('toString', { random })).rejects.toThrow(RangeError)
  })

  it('has the type of simulator of the id', async () => {
    const hopper = await simulator('Hopper-v4', { random })
    hopper.reset(7)
    expect(hopper.setState({ qpos: [0, 1.25, 0, 0, 0, 0], qvel: [0, 0, 0, 0, 0, 0] }).observation[0]).toBe(1.25)
    hopper.close()
    expectTypeOf(hopper).toEqualTypeOf<MujocoSimulator>()
    expectTypeOf(simulator<'Pendulum-v1'>).returns.resolves.toEqualTypeOf<PendulumSimulator>()
    expectTypeOf(simulator<'HalfCheetah-v5'>).returns.resolves.toEqualTypeOf<MujocoSimulator>()
    expectTypeOf(simulator<string>).returns.resolves.toEqualTypeOf<Simulator>()
    expectTypeOf<TaskId>().toEqualTypeOf<
      'Pendulum-v1' | 'Hopper-v4' | 'Hopper-v5' | 'HalfCheetah-v4' | 'HalfCheetah-v5'
    >()
  })
})
