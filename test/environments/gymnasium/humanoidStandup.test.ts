import { humanoidStandup } from '../../../src/environments/gymnasium/humanoidStandup.js'
import { gymnasiumTask } from '../mujoco/gymnasium.js'

for (const version of ['v4', 'v5'] as const)
  gymnasiumTask(humanoidStandup, version, { facts: 'humanoidstandup', noise: [0.01, 0.01] })
