/**
 * Acrobot: two rods on top of each other with a motor between them, to be swung up until the tip is at the target.
 *
 * The model is written from the facts of the suite's compiled one (test/golden/models/dm_control/acrobot-swingup.json).
 */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import type { Geom, Joint, Model } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { uniformBetween } from './placement.js'
import { motor, suiteFields, suiteTask } from './suite.js'
import { tolerance } from './tolerance.js'

const hinge = { type: 'hinge', axis: [0, 1, 0], damping: 0.05 } as const satisfies Partial<Joint>
const rod = { type: 'capsule', fromto: [0, 0, 0, 0, 0, 1], mass: 1 } as const satisfies Partial<Geom>
const targetRadius = 0.2

/** The acrobot upright, with its tip at the target. */
export const acrobotModel: Model = {
  name: 'acrobot',
  timestep: 0.01,
  integrator: 'RK4',
  flags: { constraint: 'disable', energy: 'enable' },
  geoms: [{ name: 'floor', type: 'plane', size: [3, 3, 0.2] }],
  sites: [{ name: 'target', size: [targetRadius], pos: [0, 0, 4] }],
  bodies: [
    {
      name: 'upper_arm',
      pos: [0, 0, 2],
      joints: [{ ...hinge, name: 'shoulder' }],
      geoms: [
        {
          name: 'upper_arm_decoration',
          type: 'cylinder',
          fromto: [0, -0.06, 0, 0, 0.06, 0],
          size: [0.051],
          mass: 0,
        },
        { ...rod, name: 'upper_arm', size: [0.05] },
      ],
      bodies: [
        {
          name: 'lower_arm',
          pos: [0, 0, 1],
          joints: [{ ...hinge, name: 'elbow' }],
          geoms: [{ ...rod, name: 'lower_arm', size: [0.049] }],
          sites: [{ name: 'tip', size: [0.01], pos: [0, 0, 1] }],
        },
      ],
    },
  ],
  actuators: [{ name: 'elbow', joint: 'elbow', gear: 2, ctrlrange: [-1, 1] }],
}

/** Options of the tasks. */
export const fields = suiteFields

/**
 * Acrobot as the suite defines it: `swingup` is rewarded for a tip near the target, `swingup_sparse` with 1 while the tip is in it. Episodes
 * begin at any angles, at rest. Golden: test/golden/dm_control/acrobot-swingup.json and acrobot-swingup_sparse.json.
 */
export const acrobot =
  (variant: 'swingup' | 'swingup_sparse') =>
  (options: Partial<ValuesOf<typeof fields>> = {}): MujocoTask<'site_xpos' | 'xmat'> => {
    const near = tolerance({ bounds: [0, targetRadius], margin: variant === 'swingup' ? 1 : 0 })
    return suiteTask(
      {
        name: `acrobot-${variant}`,
        observation: [
          ['sine of the upper angle from upright', '1'],
          ['sine of the lower angle from upright', '1'],
          ['cosine of the upper angle from upright', '1'],
          ['cosine of the lower angle from upright', '1'],
          ['shoulder velocity', 'rad/s'],
          ['elbow velocity', 'rad/s'],
        ],
        action: [motor('elbow torque')],
        source: acrobotModel,
        substeps: 1,
        reads: ['site_xpos', 'xmat'],
        moves: [],
        rules: ({ data, place }) => {
          const upper = 9 * place('body', 'upper_arm').row
          const lower = 9 * place('body', 'lower_arm').row
          const tip = 3 * place('site', 'tip').row
          const target = 3 * place('site', 'target').row
          return {
            begin: (random) => {
              data.qpos[0] = uniformBetween(-Math.PI, Math.PI, random)
              data.qpos[1] = uniformBetween(-Math.PI, Math.PI, random)
            },
            observe: () => {
              const { xmat, qvel } = data
              return Float64Array.of(
                xmat[upper + 2],
                xmat[lower + 2],
                xmat[upper + 8],
                xmat[lower + 8],
                qvel[0],
                qvel[1],
              )
            },
            reward: () => {
              let squares = 0
              for (let i = 0; i < 3; i++) {
                const gap = data.site_xpos[target + i] - data.site_xpos[tip + i]
                squares += gap * gap
              }
              return near(Math.sqrt(squares))
            },
          }
        },
      },
      { ...defaultsOf(fields), ...options },
    )
  }
