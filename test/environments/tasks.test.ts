import { describe, expect, expectTypeOf, it } from 'vitest'
import type { MujocoSimulator } from '../../src/environments/mujoco/types.js'
import type { PendulumSimulator } from '../../src/environments/classic/pendulum.js'
import { type TaskId, simulator, taskFields, taskIds, taskSpec } from '../../src/environments/tasks.js'
import { seeded } from '../../src/random.js'
import type { SavableSimulator } from '../../src/types.js'

const random = seeded(1)('environment')

it('taskIds lists every id once', () => {
  expect(taskIds).toContain('Hopper-v4')
  expect(new Set(taskIds).size).toBe(taskIds.length)
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
      new RangeError("taskSpec: expected a known task (taskIds lists them), got 'Hoper-v4'; nearest: Hopper-v4"),
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
      new RangeError("simulator: expected a known task (taskIds lists them), got 'Hoper-v4'; nearest: Hopper-v4"),
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
    expectTypeOf(simulator<string>).returns.resolves.toEqualTypeOf<SavableSimulator>()
    expectTypeOf<TaskId>().not.toEqualTypeOf<string>()
  })
})

describe('options of a task', () => {
  it('change what it observes and rewards, and are named in its spec where they differ', async () => {
    const published = await taskSpec('Hopper-v5', { healthyReward: 1 })
    expect(published).toEqual(await taskSpec('Hopper-v5'))
    expect(published).not.toHaveProperty('taskOptions')
    const taskOptions = { excludeCurrentPositionsFromObservation: false, healthyReward: 3, resetNoiseScale: 0 }
    const world = await simulator('Hopper-v5', { random, taskOptions })
    expect(world.spec.taskOptions).toEqual(taskOptions)
    expect(world.spec).toEqual(await taskSpec('Hopper-v5', taskOptions))
    expect(world.spec.observation.names[0]).toBe('forward position')
    expect(Array.from(world.reset().observation).slice(0, 3)).toEqual([0, 1.25, 0])
    const { reward, info } = world.step([0, 0, 0])
    expect(reward).toBeCloseTo(3 + info['x_velocity'], 12)
    world.close()
  })

  it('are described by taskFields, those of one version alone', async () => {
    expect(Object.keys(await taskFields('Hopper-v5'))).toContain('frameSkip')
    expect(Object.keys(await taskFields('Hopper-v4'))).not.toContain('frameSkip')
    expect(await taskFields('HumanoidStandup-v4')).toEqual({})
  })

  it.each([
    [{ healthyRewrad: 1 }, /^taskSpec: Hopper-v5: taskOptions: .*healthyRewrad.*nearest: healthyReward$/],
    [
      { healthyZRange: [2, 1] },
      /healthyZRange: expected two bounds, the lower one first, each a number or none; got \[2,1\]/,
    ],
    [{ frameSkip: 0 }, /frameSkip: expected a positive integer; got 0/],
    [{ terminateWhenUnhealthy: 'no' }, /terminateWhenUnhealthy: expected true or false; got "no"/],
  ])('%j is refused in one line', async (taskOptions, message) => {
    await expect(taskSpec('Hopper-v5', taskOptions)).rejects.toThrow(message)
    await expect(simulator('Hopper-v5', { random, taskOptions })).rejects.toThrow(RangeError)
  })
})
