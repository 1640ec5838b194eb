/**
 * HalfCheetah: a two-legged robot in a plane, which has to run forward as fast as it can.
 *
 * The model is written from the facts of Gymnasium's compiled one (test/golden/models/half_cheetah.json).
 */
import { components } from '../components.js'
import type { Body, Geom, Joint, Model, Vector3 } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { addNormal, addUniform, jointState, squaredNorm } from '../mujoco/terms.js'
import { excludeCurrentPositionsFromObservation, frameSkip, resetNoiseScale, weight } from './options.js'
import { robot } from './robot.js'

const surface = { condim: 3, friction: [0.4, 0.1, 0.1], solimp: [0, 0.8, 0.01] } as const satisfies Partial<Geom>

/** A capsule around the middle of a bone, turned about y by `angle` from upright. */
const bone = (name: string, pos: Vector3, halfLength: number, angle: number): Geom & { readonly name: string } => ({
  ...surface,
  name,
  type: 'capsule',
  // Parts of the robot collide with the floor and not with each other.
  conaffinity: 0,
  size: [0.046, halfLength],
  pos,
  axisangle: [0, 1, 0, angle],
})

const joint = { solimplimit: [0, 0.8, 0.03] } as const satisfies Partial<Joint>

/** A part of a leg on a hinge of the same name with spring and damper, and the bodies that hang on it. */
const limb = (
  pos: Vector3,
  hinge: Pick<Joint, 'range' | 'stiffness' | 'damping'>,
  geom: ReturnType<typeof bone>,
  ...bodies: readonly Body[]
): Body => ({
  name: geom.name,
  pos,
  joints: [{ ...joint, ...hinge, name: geom.name, type: 'hinge', axis: [0, 1, 0], armature: 0.1 }],
  geoms: [geom],
  bodies,
})

const backLeg = limb(
  [-0.5, 0, 0],
  { range: [-0.52, 1.05], stiffness: 240, damping: 6 },
  bone('bthigh', [0.1, 0, -0.13], 0.145, -3.8),
  limb(
    [0.16, 0, -0.25],
    { range: [-0.785, 0.785], stiffness: 180, damping: 4.5 },
    bone('bshin', [-0.14, 0, -0.07], 0.15, -2.03),
    limb(
      [-0.28, 0, -0.14],
      { range: [-0.4, 0.785], stiffness: 120, damping: 3 },
      bone('bfoot', [0.03, 0, -0.097], 0.094, -0.27),
    ),
  ),
)

const frontLeg = limb(
  [0.5, 0, 0],
  { range: [-1, 0.7], stiffness: 180, damping: 4.5 },
  bone('fthigh', [-0.07, 0, -0.12], 0.133, 0.52),
  limb(
    [-0.14, 0, -0.24],
    { range: [-1.2, 0.87], stiffness: 120, damping: 3 },
    bone('fshin', [0.065, 0, -0.09], 0.106, -0.6),
    limb(
      [0.13, 0, -0.18],
      { range: [-0.5, 0.5], stiffness: 60, damping: 1.5 },
      bone('ffoot', [0.045, 0, -0.07], 0.07, -0.6),
    ),
  ),
)

/** The half cheetah on its floor; it can move only in the plane of x and z. */
export const halfCheetahModel: Model = {
  name: 'half_cheetah',
  timestep: 0.01,
  integrator: 'Euler',
  totalMass: 14,
  geoms: [{ ...surface, name: 'floor', type: 'plane', size: [40, 40, 40] }],
  bodies: [
    {
      name: 'torso',
      pos: [0, 0, 0.7],
      joints: [
        { ...joint, name: 'rootx', type: 'slide', axis: [1, 0, 0] },
        { ...joint, name: 'rootz', type: 'slide', axis: [0, 0, 1] },
        { ...joint, name: 'rooty', type: 'hinge', axis: [0, 1, 0] },
      ],
      geoms: [bone('torso', [0, 0, 0], 0.5, -Math.PI / 2), bone('head', [0.6, 0, 0.1], 0.15, 0.87)],
      bodies: [backLeg, frontLeg],
    },
  ],
  actuators: [
    { name: 'bthigh', joint: 'bthigh', gear: 120, ctrlrange: [-1, 1] },
    { name: 'bshin', joint: 'bshin', gear: 90, ctrlrange: [-1, 1] },
    { name: 'bfoot', joint: 'bfoot', gear: 60, ctrlrange: [-1, 1] },
    { name: 'fthigh', joint: 'fthigh', gear: 120, ctrlrange: [-1, 1] },
    { name: 'fshin', joint: 'fshin', gear: 60, ctrlrange: [-1, 1] },
    { name: 'ffoot', joint: 'ffoot', gear: 30, ctrlrange: [-1, 1] },
  ],
}

const limbs = ['back thigh', 'back shin', 'back foot', 'front thigh', 'front shin', 'front foot']

/**
 * HalfCheetah as Gymnasium defines it: reward the forward velocity, less 0.1 times the squared action; never
 * terminated. Positions begin within 0.1 of rest, velocities with a deviation of 0.1.
 *
 * The versions differ in the name of the velocity's reward in `info`: `reward_run` in v4 and `reward_forward` in v5. Golden:
 * test/golden/gymnasium/HalfCheetah-v4.json and HalfCheetah-v5.json.
 */
export const halfCheetah = robot({
  name: 'HalfCheetah',
  fields: {
    frameSkip: frameSkip(5),
    forwardRewardWeight: weight(1, 'the forward velocity'),
    ctrlCostWeight: weight(0.1, 'the squared action'),
    resetNoiseScale: resetNoiseScale(0.1),
    excludeCurrentPositionsFromObservation,
  },
  absent: { v4: ['frameSkip'], v5: [] },
  task: (version, options): MujocoTask => {
    const stepSeconds = halfCheetahModel.timestep * options.frameSkip
    const first = options.excludeCurrentPositionsFromObservation ? 1 : 0
    return {
      spec: {
        name: `HalfCheetah-${version}`,
        observation: components([
          ...([['forward position', 'm']] as const).slice(first),
          ['torso height', 'm'],
          ['torso pitch', 'rad'],
          ...limbs.map((limb) => [`${limb} angle`, 'rad'] as const),
          ['forward velocity', 'm/s'],
          ['upward velocity', 'm/s'],
          ['torso pitch velocity', 'rad/s'],
          ...limbs.map((limb) => [`${limb} velocity`, 'rad/s'] as const),
        ]),
        action: components(limbs.map((limb) => [`${limb} torque`, '1', -1, 1] as const)),
        stepSeconds,
        stepLimit: 1000,
      },
      source: halfCheetahModel,
      frameSkip: options.frameSkip,
      reads: [],
      moves: [],
      rules: ({ data }) => ({
        begin: (random) => {
          addUniform(data.qpos, options.resetNoiseScale, random)
          addNormal(data.qvel, options.resetNoiseScale, random)
        },
        observe: () => jointState(data.qpos, data.qvel, first),
        step: (action, advance) => {
          const from = data.qpos[0]
          advance()
          const to = data.qpos[0]
          const velocity = (to - from) / stepSeconds
          const forward = options.forwardRewardWeight * velocity
          const control = -options.ctrlCostWeight * squaredNorm(action)
          const info =
            version === 'v4'
              ? { x_position: to, x_velocity: velocity, reward_run: forward, reward_ctrl: control }
              : { x_position: to, x_velocity: velocity, reward_forward: forward, reward_ctrl: control }
          return { reward: forward + control, terminated: false, info }
        },
      }),
    }
  },
})
