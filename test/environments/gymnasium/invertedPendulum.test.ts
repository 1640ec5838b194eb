import { invertedPendulum } from '../../../src/environments/gymnasium/invertedPendulum.js'
import { gymnasiumTask } from '../mujoco/gymnasium.js'

for (const version of ['v4', 'v5'] as const)
  gymnasiumTask(invertedPendulum, version, { facts: 'inverted_pendulum', noise: [0.01, 0.01] })
