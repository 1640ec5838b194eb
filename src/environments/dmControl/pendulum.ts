/**
 * Pendulum: a rod with a weight at its end, to be swung up by a motor that is too weak to lift it.
 *
 * The model is written from the facts of the suite's compiled one (test/golden/models/dm_control/pendulum-swingup.json).
 */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import { cos } from '../../kernels/elementary.js'
import type { Model } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { uniformBetween } from './placement.js'
import { motor, suiteFields, suiteTask } from './suite.js'
import { tolerance } from './tolerance.js'

const rodLength = 0.5

/** The pendulum at its hinge, upright. */
export const pendulumModel: Model = {
  name: 'pendulum',
  timestep: 0.02,
  integrator: 'Euler',
  flags: { contact: 'disable', energy: 'enable' },
  geoms: [{ name: 'floor', type: 'plane', size: [2, 2, 0.2] }],
  bodies: [
    {
      name: 'pole',
      pos: [0, 0, 0.6],
      joints: [{ name: 'hinge', type: 'hinge', axis: [0, 1, 0], damping: 0.1 }],
      geoms: [
        { name: 'base', type: 'cylinder', fromto: [0, -0.03, 0, 0, 0.03, 0], size: [0.021], mass: 0 },
        { name: 'pole', type: 'capsule', fromto: [0, 0, 0, 0, 0, rodLength], size: [0.02], mass: 0 },
        { name: 'mass', type: 'sphere', size: [0.05], pos: [0, 0, rodLength], mass: 1 },
      ],
    },
  ],
  actuators: [{ name: 'torque', joint: 'hinge', ctrlrange: [-1, 1] }],
}

/** Within 8 degrees of upright. */
const upright = tolerance({ bounds: [cos((8 * Math.PI) / 180), 1] })

/** Options of the task. */
export const fields = suiteFields

/**
 * Pendulum as the suite defines it: rewarded with 1 within 8 degrees of upright. Episodes begin at any angle, at rest. Golden:
 * test/golden/dm_control/pendulum-swingup.json.
 */
export const pendulum =
  (variant: 'swingup') =>
  (options: Partial<ValuesOf<typeof fields>> = {}): MujocoTask<'xmat'> =>
    suiteTask(
      {
        name: `pendulum-${variant}`,
        observation: [
          ['cosine of the angle from upright', '1'],
          ['sine of the angle from upright', '1'],
          ['angular velocity', 'rad/s'],
        ],
        action: [motor('torque')],
        source: pendulumModel,
        substeps: 1,
        reads: ['xmat'],
        moves: [],
        rules: ({ data, place }) => {
          const pole = 9 * place('body', 'pole').row
          return {
            begin: (random) => {
              data.qpos[0] = uniformBetween(-Math.PI, Math.PI, random)
            },
            observe: () => {
              const seen = new Float64Array(3)
              seen[0] = data.xmat[pole + 8]
              seen[1] = data.xmat[pole + 2]
              seen[2] = data.qvel[0]
              return seen
            },
            reward: () => upright(data.xmat[pole + 8]),
          }
        },
      },
      { ...defaultsOf(fields), ...options },
    )
