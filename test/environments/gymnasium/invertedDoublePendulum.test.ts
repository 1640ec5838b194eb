import { invertedDoublePendulum } from '../../../src/environments/gymnasium/invertedDoublePendulum.js'
import { gymnasiumTask } from '../mujoco/gymnasium.js'

for (const version of ['v4', 'v5'] as const)
  gymnasiumTask(invertedDoublePendulum, version, { facts: 'inverted_double_pendulum', noise: [0.1, 0.5] })
