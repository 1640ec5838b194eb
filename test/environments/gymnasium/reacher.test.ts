import { reacher } from '../../../src/environments/gymnasium/reacher.js'
import { gymnasiumTask } from '../mujoco/gymnasium.js'

for (const version of ['v4', 'v5'] as const)
  gymnasiumTask(reacher, version, { facts: 'reacher', noise: [0.3, 0.005], isCentered: false })
