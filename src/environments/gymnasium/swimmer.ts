/**
 * Swimmer: three links in a viscous fluid, which have to swim forward.
 *
 * The model is written from the facts of Gymnasium's compiled one (test/golden/models/swimmer.json).
 */
import { components } from '../components.js'
import type { Body, Geom, Joint, Model } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { addUniform, jointState, squaredNorm } from '../mujoco/terms.js'
import { excludeCurrentPositionsFromObservation, frameSkip, resetNoiseScale, weight } from './options.js'
import { placeInfo } from './placeInfo.js'
import { robot } from './robot.js'

const link = { type: 'capsule', size: [0.1], condim: 1, contype: 0, conaffinity: 0 } as const satisfies Geom
const free = { armature: 0.1 } as const satisfies Partial<Joint>
const turn = { ...free, type: 'hinge', axis: [0, 0, 1] } as const satisfies Joint
/** Radians to which a rotor bends: 100 degrees. */
const bend = (100 * Math.PI) / 180

/** A link behind a rotor. */
const behind = (name: string, x: number, rotor: string, ...bodies: readonly Body[]): Body => ({
  name,
  pos: [x, 0, 0],
  joints: [{ ...turn, name: rotor, range: [-bend, bend] }],
  geoms: [{ ...link, fromto: [0, 0, 0, -1, 0, 0] }],
  bodies,
})

/** The swimmer above its floor, which it does not touch; it can move only in the plane of x and y. */
const swimmerModel: Model = {
  name: 'swimmer',
  timestep: 0.01,
  integrator: 'RK4',
  density: 4000,
  viscosity: 0.1,
  geoms: [{ name: 'floor', type: 'plane', size: [40, 40, 0.1], pos: [0, 0, -0.1], contype: 0, conaffinity: 0 }],
  bodies: [
    {
      name: 'torso',
      joints: [
        { ...free, name: 'slider1', type: 'slide', axis: [1, 0, 0] },
        { ...free, name: 'slider2', type: 'slide', axis: [0, 1, 0] },
        { ...turn, name: 'free_body_rot' },
      ],
      geoms: [{ ...link, fromto: [1.5, 0, 0, 0.5, 0, 0] }],
      bodies: [behind('mid', 0.5, 'motor1_rot', behind('back', -1, 'motor2_rot'))],
    },
  ],
  actuators: ['motor1_rot', 'motor2_rot'].map((joint) => ({ joint, gear: 150, ctrlrange: [-1, 1] })),
}

/**
 * Swimmer as Gymnasium defines it: reward the forward velocity, less 0.0001 times the squared action; never terminated. Positions and
 * velocities begin within 0.1 of rest.
 *
 * The versions differ in `info`. Golden: test/golden/gymnasium/Swimmer-v4.json and Swimmer-v5.json.
 */
export const swimmer = robot({
  name: 'Swimmer',
  fields: {
    frameSkip: frameSkip(4),
    forwardRewardWeight: weight(1, 'the forward velocity'),
    ctrlCostWeight: weight(1e-4, 'the squared action'),
    resetNoiseScale: resetNoiseScale(0.1),
    excludeCurrentPositionsFromObservation,
  },
  absent: { v4: ['frameSkip'], v5: [] },
  task: (version, options): MujocoTask => {
    const stepSeconds = swimmerModel.timestep * options.frameSkip
    const first = options.excludeCurrentPositionsFromObservation ? 2 : 0
    return {
      spec: {
        name: `Swimmer-${version}`,
        observation: components([
          ...(
            [
              ['forward position', 'm'],
              ['sideward position', 'm'],
            ] as const
          ).slice(first),
          ['torso angle', 'rad'],
          ['first rotor angle', 'rad'],
          ['second rotor angle', 'rad'],
          ['forward velocity', 'm/s'],
          ['sideward velocity', 'm/s'],
          ['torso angular velocity', 'rad/s'],
          ['first rotor velocity', 'rad/s'],
          ['second rotor velocity', 'rad/s'],
        ]),
        action: components([
          ['first rotor torque', '1', -1, 1],
          ['second rotor torque', '1', -1, 1],
        ]),
        stepSeconds,
        stepLimit: 1000,
      },
      source: swimmerModel,
      frameSkip: options.frameSkip,
      reads: [],
      moves: [],
      rules: ({ data }) => ({
        begin: (random) => {
          addUniform(data.qpos, options.resetNoiseScale, random)
          addUniform(data.qvel, options.resetNoiseScale, random)
        },
        observe: () => jointState(data.qpos, data.qvel, first),
        step: (action, advance) => {
          const [x, y] = data.qpos
          advance()
          const [x_position, y_position] = data.qpos
          const x_velocity = (x_position - x) / stepSeconds
          const y_velocity = (y_position - y) / stepSeconds
          const forward = options.forwardRewardWeight * x_velocity
          const control = -options.ctrlCostWeight * squaredNorm(action)
          const place = placeInfo(x_position, y_position, x_velocity, y_velocity)
          const info =
            version === 'v4'
              ? { reward_fwd: forward, reward_ctrl: control, ...place, forward_reward: forward }
              : { ...place, reward_forward: forward, reward_ctrl: control }
          return { reward: forward + control, terminated: false, info }
        },
      }),
    }
  },
})
