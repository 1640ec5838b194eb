/**
 * Cartpole: a pole on a cart that a motor pushes along a rail, to be swung up, or held upright.
 *
 * The model is written from the facts of the suite's compiled one (test/golden/models/dm_control/cartpole-swingup.json).
 */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import type { Geom, Model } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { normals, uniformBetween } from './placement.js'
import { motor, smallControl, suiteFields, suiteTask } from './suite.js'
import { tolerance } from './tolerance.js'

/** A rail along x, to one side of the cart. */
const rail = (name: string, y: number): Geom => ({
  name,
  type: 'capsule',
  fromto: [2, y, 1, -2, y, 1],
  size: [0.02],
})

/** The cart in the middle of its rail, with the pole upright. */
export const cartpoleModel: Model = {
  name: 'cartpole',
  timestep: 0.01,
  integrator: 'RK4',
  flags: { contact: 'disable', energy: 'enable' },
  geoms: [
    { name: 'floor', type: 'plane', size: [4, 4, 0.2], pos: [0, 0, -0.05] },
    rail('rail1', 0.07),
    rail('rail2', -0.07),
  ],
  bodies: [
    {
      name: 'cart',
      pos: [0, 0, 1],
      joints: [
        {
          name: 'slider',
          type: 'slide',
          axis: [1, 0, 0],
          range: [-1.8, 1.8],
          damping: 5e-4,
          solreflimit: [0.08, 1],
        },
      ],
      geoms: [{ name: 'cart', type: 'box', size: [0.2, 0.15, 0.1], mass: 1 }],
      bodies: [
        {
          name: 'pole_1',
          joints: [{ name: 'hinge_1', type: 'hinge', axis: [0, 1, 0], damping: 2e-6 }],
          geoms: [{ name: 'pole_1', type: 'capsule', fromto: [0, 0, 0, 0, 0, 1], size: [0.045], mass: 0.1 }],
        },
      ],
    },
  ],
  actuators: [{ name: 'slide', joint: 'slider', gear: 10, ctrlrange: [-1, 1] }],
}

/** A task: where an episode begins, and whether it is rewarded all the way or at the goal alone. */
export type CartpoleVariant = 'balance' | 'balance_sparse' | 'swingup' | 'swingup_sparse'

const nearMiddle = tolerance({ bounds: [-0.25, 0.25] })
const nearUpright = tolerance({ bounds: [0.995, 1] })
const centered = tolerance({ margin: 2 })
const slow = tolerance({ margin: 5 })

/** Options of the tasks. */
export const fields = suiteFields

/**
 * Cartpole as the suite defines it: rewarded for a pole that is upright and slow on a cart near the middle, and for small actions. The
 * sparse tasks reward with 1 while the pole is near upright and the cart near the middle. Episodes of `balance` begin near the goal,
 * those of `swingup` with the pole down. Golden: test/golden/dm_control/cartpole-*.json.
 */
export const cartpole =
  (variant: CartpoleVariant) =>
  (options: Partial<ValuesOf<typeof fields>> = {}): MujocoTask<'xmat'> =>
    suiteTask(
      {
        name: `cartpole-${variant}`,
        observation: [
          ['cart position', 'm'],
          ['cosine of the pole angle from upright', '1'],
          ['sine of the pole angle from upright', '1'],
          ['cart velocity', 'm/s'],
          ['pole angular velocity', 'rad/s'],
        ],
        action: [motor('force')],
        source: cartpoleModel,
        substeps: 1,
        reads: ['xmat'],
        moves: [],
        rules: ({ data, place }) => {
          const pole = 9 * place('body', 'pole_1').row
          const cosine = (): number => data.xmat[pole + 8]
          const sparse = variant === 'balance_sparse' || variant === 'swingup_sparse'
          const swingsUp = variant === 'swingup' || variant === 'swingup_sparse'
          return {
            begin: (random) => {
              const { qpos, qvel } = data
              const [position, angle, velocity, angularVelocity] = normals(4, random)
              qpos[0] = swingsUp ? 0.01 * position : uniformBetween(-0.1, 0.1, random)
              qpos[1] = swingsUp ? Math.PI + 0.01 * angle : uniformBetween(-0.034, 0.034, random)
              qvel[0] = 0.01 * velocity
              qvel[1] = 0.01 * angularVelocity
            },
            observe: () => {
              const seen = new Float64Array(5)
              seen[0] = data.qpos[0]
              seen[1] = data.xmat[pole + 8]
              seen[2] = data.xmat[pole + 2]
              seen[3] = data.qvel[0]
              seen[4] = data.qvel[1]
              return seen
            },
            reward: (action) => {
              const position = data.qpos[0]
              if (sparse) return nearMiddle(position) * nearUpright(cosine())
              const upright = (cosine() + 1) / 2
              const inMiddle = (1 + centered(position)) / 2
              const still = (1 + slow(data.qvel[1])) / 2
              return upright * smallControl(action) * still * inMiddle
            },
          }
        },
      },
      { ...defaultsOf(fields), ...options },
    )
