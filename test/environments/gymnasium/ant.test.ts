import { ant } from '../../../src/environments/gymnasium/ant.js'
import { gymnasiumTask } from '../mujoco/gymnasium.js'

for (const version of ['v4', 'v5'] as const) gymnasiumTask(ant, version, { facts: 'ant', noise: [0.1, 0.5] })
