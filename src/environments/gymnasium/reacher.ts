/**
 * Reacher: an arm of two links in a plane, whose tip has to reach a target.
 *
 * The model is written from the facts of Gymnasium's compiled one (test/golden/models/reacher.json).
 */
import { cos, sin } from '../../kernels/elementary.js'
import { components } from '../components.js'
import type { Geom, Joint, Model } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { addUniform, square, squaredNorm } from '../mujoco/terms.js'
import { uniformWithin } from '../simulatorRandom.js'
import { frameSkip, weight } from './options.js'
import { robot } from './robot.js'

/** Parts of the arm touch nothing: what they could touch has no contact of its own. */
const arm = { contype: 0, friction: [1, 0.1, 0.1] } as const satisfies Partial<Geom>
const scenery = { ...arm, conaffinity: 0 } as const satisfies Partial<Geom>
const hinge = { type: 'hinge', axis: [0, 0, 1], armature: 1, damping: 1 } as const satisfies Partial<Joint>
const link = { ...arm, type: 'capsule', fromto: [0, 0, 0, 0.1, 0, 0], size: [0.01] } as const satisfies Geom

/** A side of the square in which the arm moves. */
const side = (name: string, x: number, y: number, x2: number, y2: number): Geom => ({
  ...scenery,
  name,
  type: 'capsule',
  fromto: [x, y, 0.01, x2, y2, 0.01],
  size: [0.02],
})

const reacherModel: Model = {
  name: 'reacher',
  timestep: 0.01,
  integrator: 'RK4',
  geoms: [
    { ...scenery, name: 'ground', type: 'plane', size: [1, 1, 10] },
    side('sideS', -0.3, -0.3, 0.3, -0.3),
    side('sideE', 0.3, -0.3, 0.3, 0.3),
    side('sideN', -0.3, 0.3, 0.3, 0.3),
    side('sideW', -0.3, -0.3, -0.3, 0.3),
    { ...scenery, name: 'root', type: 'cylinder', fromto: [0, 0, 0, 0, 0, 0.02], size: [0.011] },
  ],
  bodies: [
    {
      name: 'body0',
      pos: [0, 0, 0.01],
      joints: [{ ...hinge, name: 'joint0' }],
      geoms: [{ ...link, name: 'link0' }],
      bodies: [
        {
          name: 'body1',
          pos: [0.1, 0, 0],
          joints: [{ ...hinge, name: 'joint1', range: [-3, 3] }],
          geoms: [{ ...link, name: 'link1' }],
          bodies: [
            {
              name: 'fingertip',
              pos: [0.11, 0, 0],
              geoms: [{ ...arm, name: 'fingertip', type: 'sphere', size: [0.01] }],
            },
          ],
        },
      ],
    },
    {
      name: 'target',
      pos: [0.1, -0.1, 0.01],
      joints: [
        { name: 'target_x', type: 'slide', axis: [1, 0, 0], ref: 0.1, range: [-0.27, 0.27] },
        { name: 'target_y', type: 'slide', axis: [0, 1, 0], ref: -0.1, range: [-0.27, 0.27] },
      ],
      geoms: [{ ...scenery, name: 'target', type: 'sphere', size: [0.009] }],
    },
  ],
  actuators: ['joint0', 'joint1'].map((joint) => ({ joint, gear: 200, ctrlrange: [-1, 1] })),
}

/** Meters from the arm's base within which targets are. */
const reach = 0.2

/**
 * Reacher as Gymnasium defines it: reward minus the distance from tip to target, less the squared action; never terminated, truncated after 50
 * steps. Joints begin within 0.1 rad of rest at up to 0.005 rad/s, the target anywhere within 0.2 m of the base.
 *
 * The versions differ in the distance that is rewarded, which in v4 is the one before the action, and in the observed offset to the target, which
 * in v4 has its height, always 0, as well. Golden: test/golden/gymnasium/Reacher-v4.json and Reacher-v5.json.
 */
export const reacher = robot({
  name: 'Reacher',
  fields: {
    frameSkip: frameSkip(2),
    rewardDistWeight: weight(1, 'the distance from tip to target'),
    rewardControlWeight: weight(1, 'the squared action'),
  },
  absent: { v4: ['frameSkip', 'rewardDistWeight', 'rewardControlWeight'], v5: [] },
  task: (version, options): MujocoTask<'xpos'> => {
    const dimensions = version === 'v4' ? 3 : 2
    return {
      spec: {
        name: `Reacher-${version}`,
        observation: components([
          ['cosine of first angle', '1', -1, 1],
          ['cosine of second angle', '1', -1, 1],
          ['sine of first angle', '1', -1, 1],
          ['sine of second angle', '1', -1, 1],
          ['target x', 'm'],
          ['target y', 'm'],
          ['first angular velocity', 'rad/s'],
          ['second angular velocity', 'rad/s'],
          ...['x', 'y', 'z'].slice(0, dimensions).map((axis) => [`target to tip ${axis}`, 'm'] as const),
        ]),
        action: components([
          ['first torque', '1', -1, 1],
          ['second torque', '1', -1, 1],
        ]),
        stepSeconds: reacherModel.timestep * options.frameSkip,
        stepLimit: 50,
      },
      source: reacherModel,
      frameSkip: options.frameSkip,
      reads: ['xpos'],
      moves: [],
      rules: ({ data, place }) => {
        const tip = 3 * place('body', 'fingertip').row
        const target = 3 * place('body', 'target').row
        const offset = (axis: number): number => data.xpos[tip + axis] - data.xpos[target + axis]
        const distance = (): number => Math.sqrt(square(offset(0)) + square(offset(1)) + square(offset(2)))
        return {
          begin: (random) => {
            addUniform(data.qpos, 0.1, random)
            do {
              data.qpos[2] = uniformWithin(reach, random)
              data.qpos[3] = uniformWithin(reach, random)
            } while (Math.sqrt(square(data.qpos[2]) + square(data.qpos[3])) >= reach)
            addUniform(data.qvel, 0.005, random)
            data.qvel.fill(0, 2)
          },
          observe: () => {
            const { qpos, qvel } = data
            const observation = new Float64Array(8 + dimensions)
            for (let i = 0; i < 2; i++) {
              observation[i] = cos(qpos[i])
              observation[2 + i] = sin(qpos[i])
              observation[4 + i] = qpos[2 + i]
              observation[6 + i] = qvel[i]
            }
            for (let axis = 0; axis < dimensions; axis++) observation[8 + axis] = offset(axis)
            return observation
          },
          step: (action, advance) => {
            const before = distance()
            advance()
            const reward_dist = -options.rewardDistWeight * (version === 'v4' ? before : distance())
            const reward_ctrl = -options.rewardControlWeight * squaredNorm(action)
            return { reward: reward_dist + reward_ctrl, terminated: false, info: { reward_dist, reward_ctrl } }
          },
        }
      },
    }
  },
})
