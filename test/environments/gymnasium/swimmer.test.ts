import { swimmer } from '../../../src/environments/gymnasium/swimmer.js'
import { gymnasiumTask } from '../mujoco/gymnasium.js'

for (const version of ['v4', 'v5'] as const) gymnasiumTask(swimmer, version, { facts: 'swimmer', noise: [0.1, 0.1] })
