import { expect, it } from 'vitest'
import { humanoidStandup } from '../../../src/environments/gymnasium/humanoidStandup.js'
import { robotTask } from '../../../src/environments/gymnasium/robot.js'
import { mujocoSimulator } from '../../../src/environments/mujoco/mujocoSimulator.js'
import { seeded } from '../../../src/random.js'
import { gymnasiumTask } from '../mujoco/gymnasium.js'

for (const version of ['v4', 'v5'] as const)
  gymnasiumTask(humanoidStandup, version, { facts: 'humanoidstandup', noise: [0.01, 0.01] })

it('weighs the height as Gymnasium documents it, which its program does not', async () => {
  const reward = async (uphCostWeight: number) => {
    const task = robotTask(humanoidStandup, 'v5', { uphCostWeight, resetNoiseScale: 0 })
    const world = await mujocoSimulator(task, { random: seeded(1)('environment') })
    world.reset()
    const { info } = world.step(new Float64Array(17))
    world.close()
    return info['reward_linup']
  }
  expect(await reward(2)).toBeCloseTo(2 * (await reward(1)), 10)
})
