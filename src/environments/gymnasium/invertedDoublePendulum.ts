/**
 * InvertedDoublePendulum: two poles on each other on a cart, which has to keep them upright.
 *
 * The model is written from the facts of Gymnasium's compiled one (test/golden/models/inverted_double_pendulum.json).
 */
import { cos, sin } from '../../kernels/elementary.js'
import { components } from '../components.js'
import type { Geom, Joint, Model } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { addNormal, addUniform, square } from '../mujoco/terms.js'
import { cutOffAt, frameSkip, healthyReward, resetNoiseScale } from './options.js'
import { robot } from './robot.js'

const part = { contype: 0, friction: [1, 0.1, 0.1] } as const satisfies Partial<Geom>
const pole = { ...part, type: 'capsule', fromto: [0, 0, 0, 0, 0, 0.6], size: [0.045] } as const satisfies Geom
const hinge = { type: 'hinge', axis: [0, 1, 0], damping: 0.05 } as const satisfies Joint

const model: Model = {
  name: 'inverted_double_pendulum',
  timestep: 0.01,
  integrator: 'RK4',
  // A breath of sideward gravity, so that upright is no rest.
  gravity: [1e-5, 0, -9.81],
  geoms: [
    { ...part, name: 'floor', type: 'plane', size: [40, 40, 40], pos: [0, 0, -3] },
    { ...part, name: 'rail', type: 'capsule', fromto: [1, 0, 0, -1, 0, 0], size: [0.02] },
  ],
  bodies: [
    {
      name: 'cart',
      joints: [{ name: 'slider', type: 'slide', axis: [1, 0, 0], range: [-1, 1], margin: 0.01, damping: 0.05 }],
      geoms: [{ ...part, name: 'cart', type: 'capsule', fromto: [0.1, 0, 0, -0.1, 0, 0], size: [0.1] }],
      bodies: [
        {
          name: 'pole',
          joints: [{ ...hinge, name: 'hinge' }],
          geoms: [{ ...pole, name: 'cpole' }],
          bodies: [
            {
              name: 'pole2',
              pos: [0, 0, 0.6],
              joints: [{ ...hinge, name: 'hinge2' }],
              geoms: [{ ...pole, name: 'cpole2' }],
              sites: [{ name: 'tip', pos: [0, 0, 0.6], size: [0.01, 0.01] }],
            },
          ],
        },
      ],
    },
  ],
  actuators: [{ name: 'slide', joint: 'slider', gear: 500, ctrlrange: [-1, 1] }],
}

/** Bound of velocities and of the forces of constraints as they are observed. */
const most = 10
const limits = [-most, most] as const

/**
 * InvertedDoublePendulum as Gymnasium defines it: reward 10, less 0.01 x² + (z - 2)² of the tip at (x, z) and 0.001 and 0.005 times the squared
 * velocities of the poles; terminated once the tip is 1 m high or less. Positions begin within 0.1 of rest, velocities with a deviation of 0.1.
 *
 * The versions differ in the step in which it falls, which only v4 rewards with the 10, in the observed forces of constraints, of which v5 has
 * the one on the cart alone, and in `info`. Golden: test/golden/gymnasium/InvertedDoublePendulum-v4.json and InvertedDoublePendulum-v5.json.
 */
export const invertedDoublePendulum = robot({
  name: 'InvertedDoublePendulum',
  fields: { frameSkip: frameSkip(5), healthyReward: healthyReward(10), resetNoiseScale: resetNoiseScale(0.1) },
  absent: { v4: ['frameSkip', 'healthyReward', 'resetNoiseScale'], v5: [] },
  task: (version, options): MujocoTask<'qfrc_constraint' | 'site_xpos'> => {
    const joints = ['cart', 'first pole', 'second pole'] as const
    const constrained = version === 'v4' ? 3 : 1
    return {
      spec: {
        name: `InvertedDoublePendulum-${version}`,
        observation: components([
          ['cart position', 'm'],
          ['sine of first pole angle', '1', -1, 1],
          ['sine of second pole angle', '1', -1, 1],
          ['cosine of first pole angle', '1', -1, 1],
          ['cosine of second pole angle', '1', -1, 1],
          ['cart velocity', 'm/s', ...limits],
          ['first pole velocity', 'rad/s', ...limits],
          ['second pole velocity', 'rad/s', ...limits],
          ...joints
            .slice(0, constrained)
            .map((joint, i) => [`${joint} constraint force`, i === 0 ? 'N' : 'N m', ...limits] as const),
        ]),
        action: components([['force', '1', -1, 1]]),
        stepSeconds: model.timestep * options.frameSkip,
        stepLimit: 1000,
      },
      source: model,
      frameSkip: options.frameSkip,
      reads: ['qfrc_constraint', 'site_xpos'],
      moves: [],
      rules: ({ data, place }) => {
        const tip = 3 * place('site', 'tip').row
        return {
          begin: (random) => {
            addUniform(data.qpos, options.resetNoiseScale, random)
            addNormal(data.qvel, options.resetNoiseScale, random)
          },
          observe: () => {
            const { qpos, qvel, qfrc_constraint: forces } = data
            const observation = new Float64Array(8 + constrained)
            observation[0] = qpos[0]
            for (let i = 0; i < 2; i++) {
              observation[1 + i] = sin(qpos[1 + i])
              observation[3 + i] = cos(qpos[1 + i])
            }
            for (let i = 0; i < 3; i++) observation[5 + i] = cutOffAt(qvel[i], limits)
            for (let i = 0; i < constrained; i++) observation[8 + i] = cutOffAt(forces[i], limits)
            return observation
          },
          step: (_action, advance) => {
            advance()
            const { qvel, site_xpos: sites } = data
            const [x, z] = [sites[tip], sites[tip + 2]]
            const terminated = z <= 1
            const distance = 0.01 * square(x) + square(z - 2)
            const speed = 1e-3 * square(qvel[1]) + 5e-3 * square(qvel[2])
            if (version === 'v4') return { reward: 10 - distance - speed, terminated, info: {} }
            const reward_survive = terminated ? 0 : options.healthyReward
            const info = { reward_survive, distance_penalty: -distance, velocity_penalty: -speed }
            return { reward: reward_survive - distance - speed, terminated, info }
          },
        }
      },
    }
  },
})
