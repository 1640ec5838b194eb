import { expect, it, vi } from 'vitest'
import { simulator, tasks } from '../../src/environments/tasks.js'
import { seeded } from '../../src/random.js'

const loads = vi.hoisted(() => ({ count: 0 }))
vi.mock('@mujoco/mujoco', () => {
  loads.count += 1
  return { default: () => Promise.reject(new Error('MuJoCo was asked for')) }
})

it('loads MuJoCo for tasks on MuJoCo only, once one is opened', async () => {
  const random = seeded(1)('environment')
  expect(tasks.length).toBeGreaterThan(1)
  const world = await simulator('Pendulum-v1', { random })
  world.reset()
  world.step([0])
  expect(loads.count).toBe(0)
  await expect(simulator('Hopper-v4', { random })).rejects.toThrow('MuJoCo was asked for')
  expect(loads.count).toBe(1)
})
