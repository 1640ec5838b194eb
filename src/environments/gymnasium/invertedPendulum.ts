/**
 * InvertedPendulum: a pole on a cart, which has to keep it upright.
 *
 * The model is written from the facts of Gymnasium's compiled one (test/golden/models/inverted_pendulum.json).
 */
import { components } from '../components.js'
import type { Geom, Model } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { addUniform, jointState } from '../mujoco/terms.js'
import { frameSkip, resetNoiseScale } from './options.js'
import { robot } from './robot.js'

const capsule = { type: 'capsule', contype: 0, friction: [1, 0.1, 0.1] } as const satisfies Partial<Geom>

const model: Model = {
  name: 'inverted_pendulum',
  timestep: 0.02,
  integrator: 'RK4',
  geoms: [{ ...capsule, name: 'rail', fromto: [1, 0, 0, -1, 0, 0], size: [0.02] }],
  bodies: [
    {
      name: 'cart',
      joints: [{ name: 'slider', type: 'slide', axis: [1, 0, 0], range: [-1, 1], damping: 1 }],
      geoms: [{ ...capsule, name: 'cart', fromto: [0.1, 0, 0, -0.1, 0, 0], size: [0.1] }],
      bodies: [
        {
          name: 'pole',
          joints: [{ name: 'hinge', type: 'hinge', axis: [0, 1, 0], range: [-Math.PI / 2, Math.PI / 2], damping: 1 }],
          geoms: [{ ...capsule, name: 'cpole', fromto: [0, 0, 0, 0.001, 0, 0.6], size: [0.049] }],
        },
      ],
    },
  ],
  actuators: [{ name: 'slide', joint: 'slider', gear: 100, ctrlrange: [-3, 3] }],
}

/** Radians from upright beyond which the pole has fallen. */
const mostTilt = 0.2

/**
 * InvertedPendulum as Gymnasium defines it: reward 1; terminated once the pole leans by more than 0.2 rad. Positions and velocities begin within
 * 0.01 of rest.
 *
 * The versions differ in the step in which it falls, whose reward is 1 in v4 and 0 in v5, and in `info`. Golden:
 * test/golden/gymnasium/InvertedPendulum-v4.json and InvertedPendulum-v5.json.
 */
export const invertedPendulum = robot({
  name: 'InvertedPendulum',
  fields: { frameSkip: frameSkip(2), resetNoiseScale: resetNoiseScale(0.01) },
  absent: { v4: ['frameSkip', 'resetNoiseScale'], v5: [] },
  task: (version, options): MujocoTask => ({
    spec: {
      name: `InvertedPendulum-${version}`,
      observation: components([
        ['cart position', 'm'],
        ['pole angle', 'rad'],
        ['cart velocity', 'm/s'],
        ['pole velocity', 'rad/s'],
      ]),
      action: components([['force', '1', -3, 3]]),
      stepSeconds: model.timestep * options.frameSkip,
      stepLimit: 1000,
    },
    source: model,
    frameSkip: options.frameSkip,
    reads: [],
    moves: [],
    rules: ({ data }) => ({
      begin: (random) => {
        addUniform(data.qpos, options.resetNoiseScale, random)
        addUniform(data.qvel, options.resetNoiseScale, random)
      },
      observe: () => jointState(data.qpos, data.qvel, 0),
      step: (_action, advance) => {
        advance()
        const terminated = Math.abs(data.qpos[1]) > mostTilt
        if (version === 'v4') return { reward: 1, terminated, info: {} }
        const reward = terminated ? 0 : 1
        return { reward, terminated, info: { reward_survive: reward } }
      },
    }),
  }),
})
