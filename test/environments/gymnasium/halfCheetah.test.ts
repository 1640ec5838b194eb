import { describe, expect, it } from 'vitest'
import { halfCheetah } from '../../../src/environments/gymnasium/halfCheetah.js'
import { robotTask } from '../../../src/environments/gymnasium/robot.js'
import { mujocoSimulator } from '../../../src/environments/mujoco/mujocoSimulator.js'
import { seeded } from '../../../src/random.js'
import { gymnasiumTask } from '../mujoco/gymnasium.js'

// A normal distribution has no bound; one draw in two million is beyond five deviations.
for (const version of ['v4', 'v5'] as const) {
  gymnasiumTask(halfCheetah, version, { facts: 'half_cheetah', noise: [0.1, 0.5] })
}

describe.each([
  ['v4', 'reward_run'],
  ['v5', 'reward_forward'],
] as const)('halfCheetah %s', (version, forward) => {
  it('computes the cost of the action as it was passed in, and clips only the controls of the motors', async () => {
    const world = await mujocoSimulator(robotTask(halfCheetah, version), { random: seeded(1)('environment') })
    const rest = { qpos: new Float64Array(9), qvel: new Float64Array(9) }
    world.setState(rest)
    const within = world.step([1, -1, 1, -1, 1, -1])
    world.setState(rest)
    const beyond = world.step([3, -3, 3, -3, 3, -3])
    expect(beyond.observation).toEqual(within.observation)
    expect(within.info['reward_ctrl']).toBeCloseTo(-0.6, 12)
    expect(beyond.info['reward_ctrl']).toBeCloseTo(-5.4, 12)
    expect(beyond.reward).toBeCloseTo(beyond.info[forward] - 5.4, 12)
    world.close()
  })

  it('never terminates and truncates at 1000 steps exactly', async () => {
    const world = await mujocoSimulator(robotTask(halfCheetah, version), { random: seeded(1)('environment') })
    world.reset()
    for (let step = 1; step <= 1000; step++) {
      const { terminated, truncated } = world.step([1, 1, 1, 1, 1, 1])
      expect([terminated, truncated]).toEqual([false, step === 1000])
    }
    world.reset()
    expect(world.step([0, 0, 0, 0, 0, 0]).truncated).toBe(false)
    world.close()
  })
})
