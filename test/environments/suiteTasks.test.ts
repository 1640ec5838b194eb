import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defaultsOf, type Values } from '../../src/edge/settings.js'
import { suiteTasks } from '../../src/environments/suiteTasks.js'
import { simulator, taskIds, taskSpec } from '../../src/environments/tasks.js'
import { seeded } from '../../src/random.js'

const random = seeded(1)('environment')

describe('the tasks of the control suite', () => {
  it('are those with golden files, all of them in the table', () => {
    const golden = readdirSync(new URL('../golden/dm_control', import.meta.url))
      .filter((file) => file.endsWith('.json'))
      .map((file) => `dm_control/${file.slice(0, -'.json'.length)}`)
    expect(golden).toHaveLength(30)
    expect(Object.keys(suiteTasks).sort()).toEqual(golden.sort())
    expect(taskIds).toEqual(expect.arrayContaining(golden))
  })

  it.each(Object.entries(suiteTasks))(
    '%s has options, and the minimum-time variant where the paper has it',
    async (id, load) => {
      const { fields, choose } = await load()
      const task = (options: Values) => choose({ ...defaultsOf(fields), ...options })
      const own = id.includes('reacher')
        ? ['minimumTime', 'targetSize']
        : id.includes('ball_in_cup')
          ? ['minimumTime']
          : []
      expect(Object.keys(fields)).toEqual(['timeLimit', ...own])
      expect(task({}).spec.name).toBe(id)
      expect(task({}).mujoco?.timeLimit).toBe('truncated')
      expect(task({ timeLimit: 'terminated' }).mujoco?.timeLimit).toBe('terminated')
    },
  )

  it('take their options by name, and name those that were changed', async () => {
    const taskOptions = { minimumTime: true, targetSize: 0.001, timeLimit: 'terminated' }
    const world = await simulator('dm_control/reacher-hard', { random, taskOptions })
    expect(world.spec.taskOptions).toEqual(taskOptions)
    world.reset(1)
    expect(world.step([0, 0]).reward).toBe(-1)
    world.close()
    await expect(taskSpec('dm_control/reacher-hard', { targetSize: 0 })).rejects.toThrow(
      /targetSize: expected a positive number, or task; got 0$/,
    )
  })
})
