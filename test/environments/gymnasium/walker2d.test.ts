import { walker2d } from '../../../src/environments/gymnasium/walker2d.js'
import { gymnasiumTask } from '../mujoco/gymnasium.js'

gymnasiumTask(walker2d, 'v4', { facts: 'walker2d', noise: [5e-3, 5e-3] })
gymnasiumTask(walker2d, 'v5', { facts: 'walker2d_v5', noise: [5e-3, 5e-3] })
