import { humanoid } from '../../../src/environments/gymnasium/humanoid.js'
import { gymnasiumTask } from '../mujoco/gymnasium.js'

for (const version of ['v4', 'v5'] as const)
  gymnasiumTask(humanoid, version, { facts: 'humanoid', noise: [0.01, 0.01] })
