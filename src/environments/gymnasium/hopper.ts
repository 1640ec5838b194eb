/**
 * Hopper: one leg of four parts in a plane, which has to hop forward without falling.
 *
 * The model is written from the facts of Gymnasium's compiled one (test/golden/models/hopper.json).
 */
import { components } from '../components.js'
import type { Geom, Joint, Model, Vector3 } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { addUniform, jointState, squaredNorm } from '../mujoco/terms.js'
import type { Version } from './version.js'

const surface = { condim: 1, margin: 0.001, solimp: [0.8, 0.8, 0.01] } as const
const capsule = { ...surface, type: 'capsule', friction: [0.9, 0.005, 0.0001] } as const satisfies Partial<Geom>

/** Meters from the floor to the middle of the torso, in the initial posture. */
const initialHeight = 1.25

const rail = { type: 'slide', pos: [0, 0, -initialHeight] } as const satisfies Partial<Joint>
const actuated = { type: 'hinge', axis: [0, -1, 0], armature: 1, damping: 1 } as const satisfies Partial<Joint>
const knee: readonly [number, number] = [(-150 * Math.PI) / 180, 0]
const ankle: readonly [number, number] = [-Math.PI / 4, Math.PI / 4]

const footCenter: Vector3 = [-0.065, 0, 0.1]

/** The hopper on its floor; it can move only in the plane of x and z. */
export const hopperModel: Model = {
  name: 'hopper',
  timestep: 0.002,
  integrator: 'RK4',
  geoms: [{ ...surface, name: 'floor', type: 'plane', size: [20, 20, 0.125], condim: 3 }],
  bodies: [
    {
      name: 'torso',
      pos: [0, 0, initialHeight],
      joints: [
        { ...rail, name: 'rootx', axis: [1, 0, 0] },
        { ...rail, name: 'rootz', axis: [0, 0, 1], ref: initialHeight },
        { name: 'rooty', type: 'hinge', axis: [0, 1, 0] },
      ],
      geoms: [{ ...capsule, name: 'torso_geom', size: [0.05, 0.2] }],
      bodies: [
        {
          name: 'thigh',
          pos: [0, 0, -0.2],
          joints: [{ ...actuated, name: 'thigh_joint', range: knee }],
          geoms: [{ ...capsule, name: 'thigh_geom', size: [0.05, 0.225], pos: [0, 0, -0.225] }],
          bodies: [
            {
              name: 'leg',
              pos: [0, 0, -0.7],
              joints: [{ ...actuated, name: 'leg_joint', pos: [0, 0, 0.25], range: knee }],
              geoms: [{ ...capsule, name: 'leg_geom', size: [0.04, 0.25] }],
              bodies: [
                {
                  name: 'foot',
                  pos: [0.13, 0, -0.35],
                  joints: [{ ...actuated, name: 'foot_joint', pos: [-0.13, 0, 0.1], range: ankle }],
                  geoms: [
                    {
                      ...capsule,
                      name: 'foot_geom',
                      size: [0.06, 0.195],
                      pos: footCenter,
                      axisangle: [0, 1, 0, -Math.PI / 2],
                      friction: [2, 0.005, 0.0001],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
  actuators: ['thigh_joint', 'leg_joint', 'foot_joint'].map((joint) => ({ joint, gear: 200, ctrlrange: [-1, 1] })),
}

const frameSkip = 4
const seconds = hopperModel.timestep * frameSkip
const fastest = 10
const noise = 5e-3

/** Whether the hopper is upright and above the ground, with every position and velocity below 100. */
const isHealthy = (qpos: Float64Array, qvel: Float64Array): boolean =>
  qpos[1] > 0.7 &&
  Math.abs(qpos[2]) < 0.2 &&
  qpos.every((value, i) => i < 2 || Math.abs(value) < 100) &&
  qvel.every((value) => Math.abs(value) < 100)

/**
 * Hopper as Gymnasium defines it: reward 1, plus the forward velocity, less 0.001 times the squared action; terminated once it is not healthy.
 * Positions and velocities begin within 0.005 of rest.
 *
 * The versions differ in the step in which it falls, which v4 rewards with the 1 as well and v5 does not, and in `info`, where v5 has
 * the terms of the reward and the height above the initial one. Golden: test/golden/gymnasium/Hopper-v4.json and Hopper-v5.json.
 */
export const hopper = (version: Version): MujocoTask => ({
  spec: {
    name: `Hopper-${version}`,
    observation: components([
      ['torso height', 'm'],
      ['torso pitch', 'rad'],
      ['thigh angle', 'rad'],
      ['leg angle', 'rad'],
      ['foot angle', 'rad'],
      ['forward velocity', 'm/s', -fastest, fastest],
      ['upward velocity', 'm/s', -fastest, fastest],
      ['torso pitch velocity', 'rad/s', -fastest, fastest],
      ['thigh velocity', 'rad/s', -fastest, fastest],
      ['leg velocity', 'rad/s', -fastest, fastest],
      ['foot velocity', 'rad/s', -fastest, fastest],
    ]),
    action: components([
      ['thigh torque', '1', -1, 1],
      ['leg torque', '1', -1, 1],
      ['foot torque', '1', -1, 1],
    ]),
    stepSeconds: seconds,
    stepLimit: 1000,
  },
  source: hopperModel,
  frameSkip,
  reads: [],
  moves: [],
  rules: ({ data }) => ({
    begin: (random) => {
      addUniform(data.qpos, noise, random)
      addUniform(data.qvel, noise, random)
    },
    observe: () => {
      const { qpos, qvel } = data
      const observation = jointState(qpos, qvel, 1)
      for (let i = qpos.length - 1; i < observation.length; i++) {
        observation[i] = Math.max(-fastest, Math.min(fastest, observation[i]))
      }
      return observation
    },
    step: (action, advance) => {
      const from = data.qpos[0]
      advance()
      const { qpos, qvel } = data
      const velocity = (qpos[0] - from) / seconds
      const terminated = !isHealthy(qpos, qvel)
      const effort = 1e-3 * squaredNorm(action)
      if (version === 'v4') {
        const info = { x_position: qpos[0], x_velocity: velocity }
        return { reward: 1 + velocity - effort, terminated, info }
      }
      const survival = terminated ? 0 : 1
      const info = {
        x_position: qpos[0],
        z_distance_from_origin: qpos[1] - initialHeight,
        x_velocity: velocity,
        reward_forward: velocity,
        reward_ctrl: -effort,
        reward_survive: survival,
      }
      return { reward: survival + velocity - effort, terminated, info }
    },
  }),
})
