/**
 * Pusher: an arm of seven joints, which has to push a cylinder on a table to a goal.
 *
 * The model is written from the facts of Gymnasium's compiled one (test/golden/models/pusher_v5.json).
 */
import { components } from '../components.js'
import type { Body, Geom, Joint, Model, Vector3 } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { addUniform, square, squaredNorm } from '../mujoco/terms.js'
import { frameSkip, weight } from './options.js'
import { robot } from './robot.js'

const surface = { condim: 1, friction: [0.8, 0.1, 0.1], margin: 0.002 } as const satisfies Partial<Geom>
/** Parts of the arm weigh 300 kg/m³. Only its fork touches the cylinder. */
const arm = { ...surface, density: 300 } as const satisfies Partial<Geom>
const untouched = { ...arm, contype: 0, conaffinity: 0 } as const satisfies Partial<Geom>

const joint = (name: string, axis: Vector3, low: number, high: number, damping: number): Joint => ({
  name,
  type: 'hinge',
  axis,
  range: [low, high],
  damping,
  armature: 0.04,
})

const capsule = (name: string, ends: NonNullable<Geom['fromto']>, radius: number): Geom => ({
  ...untouched,
  name,
  type: 'capsule',
  fromto: ends,
  size: [radius],
})
const ball = (name: string, pos: Vector3, radius: number): Geom => ({
  ...untouched,
  name,
  type: 'sphere',
  size: [radius],
  pos,
})
const prong = (...fromto: NonNullable<Geom['fromto']>): Geom => ({ ...arm, type: 'capsule', fromto, size: [0.02] })

/** A body on the body before it. */
const link = (name: string, pos: Vector3, joints: readonly Joint[], geoms: readonly Geom[], next?: Body): Body => ({
  name,
  pos,
  joints,
  geoms,
  bodies: next === undefined ? [] : [next],
})

const tips = link(
  'tips_arm',
  [0, 0, 0],
  [],
  [ball('tip_arml', [0.1, -0.1, 0], 0.01), ball('tip_armr', [0.1, 0.1, 0], 0.01)],
)
const fork = link(
  'r_wrist_roll_link',
  [0, 0, 0],
  [joint('r_wrist_roll_joint', [1, 0, 0], -1.5, 1.5, 0.1)],
  [prong(0, -0.1, 0, 0, 0.1, 0), prong(0, -0.1, 0, 0.1, -0.1, 0), prong(0, 0.1, 0, 0.1, 0.1, 0)],
  tips,
)
const wrist = link(
  'r_wrist_flex_link',
  [0.321, 0, 0],
  [joint('r_wrist_flex_joint', [0, 1, 0], -1.094, 0, 0.1)],
  [capsule('wf', [0, -0.02, 0, 0, 0.02, 0], 0.01)],
  fork,
)
const forearm = link(
  'r_forearm_roll_link',
  [0, 0, 0],
  [joint('r_forearm_roll_joint', [1, 0, 0], -1.5, 1.5, 0.1)],
  [capsule('fr', [-0.1, 0, 0, 0.1, 0, 0], 0.02)],
  link('r_forearm_link', [0, 0, 0], [], [capsule('fa', [0, 0, 0, 0.291, 0, 0], 0.05)], wrist),
)
const elbow = link(
  'r_elbow_flex_link',
  [0.4, 0, 0],
  [joint('r_elbow_flex_joint', [0, 1, 0], -2.3213, 0, 0.1)],
  [capsule('ef', [0, -0.02, 0, 0, 0.02, 0], 0.06)],
  forearm,
)
const upperArm = link(
  'r_upper_arm_roll_link',
  [0, 0, 0],
  [joint('r_upper_arm_roll_joint', [1, 0, 0], -1.5, 1.7, 0.1)],
  [capsule('uar', [-0.1, 0, 0, 0.1, 0, 0], 0.02)],
  link('r_upper_arm_link', [0, 0, 0], [], [capsule('ua', [0, 0, 0, 0.4, 0, 0], 0.06)], elbow),
)
const lift = link(
  'r_shoulder_lift_link',
  [0.1, 0, 0],
  [joint('r_shoulder_lift_joint', [0, 1, 0], -0.5236, 1.3963, 1)],
  [capsule('sl', [0, -0.1, 0, 0, 0.1, 0], 0.1)],
  upperArm,
)
const shoulder = link(
  'r_shoulder_pan_link',
  [0, -0.6, 0],
  [joint('r_shoulder_pan_joint', [0, 0, 1], -2.2854, 1.714602, 1)],
  [
    ball('e1', [-0.06, 0.05, 0.2], 0.05),
    ball('e2', [0.06, 0.05, 0.2], 0.05),
    ball('e1p', [-0.06, 0.09, 0.2], 0.03),
    ball('e2p', [0.06, 0.09, 0.2], 0.03),
    capsule('sp', [0, 0, -0.4, 0, 0, 0.2], 0.1),
  ],
  lift,
)

/** Two slides along y and x, in this order, on which a body of the table moves. */
const slides = (name: string): readonly Joint[] =>
  (
    [
      ['y', [0, 1, 0]],
      ['x', [1, 0, 0]],
    ] as const
  ).map(([way, axis]) => ({
    name: `${name}_slide${way}`,
    type: 'slide',
    axis,
    range: [-10.3213, 10.3],
    damping: 0.5,
    armature: 0.04,
  }))

const joints = [
  'shoulder pan',
  'shoulder lift',
  'upper arm roll',
  'elbow flex',
  'forearm roll',
  'wrist flex',
  'wrist roll',
] as const

const pusherModel: Model = {
  name: 'pusher_v5',
  timestep: 0.01,
  integrator: 'Euler',
  gravity: [0, 0, 0],
  iterations: 20,
  geoms: [{ ...surface, name: 'table', type: 'plane', size: [1, 1, 0.1], pos: [0, 0.5, -0.325] }],
  bodies: [
    shoulder,
    {
      name: 'object',
      pos: [0.45, -0.05, -0.275],
      joints: slides('obj'),
      geoms: [{ ...surface, type: 'cylinder', size: [0.05, 0.05, 0.05], density: 0.01, conaffinity: 0 }],
    },
    {
      name: 'goal',
      pos: [0.45, -0.05, -0.323],
      joints: slides('goal'),
      geoms: [{ ...surface, type: 'cylinder', size: [0.08, 0.001, 0.1], density: 1e-5, contype: 0, conaffinity: 0 }],
    },
  ],
  actuators: joints.map((name) => ({ joint: `r_${name.replaceAll(' ', '_')}_joint`, ctrlrange: [-2, 2] })),
}

/** Meters that the cylinder is away from the goal at least, when an episode begins. */
const leastDistance = 0.17

/**
 * Pusher as Gymnasium defines its v5: reward minus the distance from cylinder to goal, less half of that from fork to cylinder and 0.1 times the
 * squared action; never terminated, truncated after 100 steps. The arm begins at rest at up to 0.005 rad/s, the cylinder anywhere within 0.3 m
 * and 0.4 m beside the goal, and not closer than 0.17 m.
 *
 * There is no v4, which Gymnasium runs on MuJoCo before version 3 alone. Golden: test/golden/gymnasium/Pusher-v5.json.
 */
export const pusher = robot({
  name: 'Pusher',
  fields: {
    frameSkip: frameSkip(5),
    rewardNearWeight: weight(0.5, 'the distance from fork to cylinder'),
    rewardDistWeight: weight(1, 'the distance from cylinder to goal'),
    rewardControlWeight: weight(0.1, 'the squared action'),
  },
  absent: { v4: [], v5: [] },
  task: (version, options): MujocoTask<'xpos'> => ({
    spec: {
      name: `Pusher-${version}`,
      observation: components([
        ...joints.map((name) => [`${name} angle`, 'rad'] as const),
        ...joints.map((name) => [`${name} velocity`, 'rad/s'] as const),
        ...['fork', 'cylinder', 'goal'].flatMap((part) =>
          ['x', 'y', 'z'].map((axis) => [`${part} ${axis}`, 'm'] as const),
        ),
      ]),
      action: components(joints.map((name) => [`${name} torque`, '1', -2, 2] as const)),
      stepSeconds: pusherModel.timestep * options.frameSkip,
      stepLimit: 100,
    },
    source: pusherModel,
    frameSkip: options.frameSkip,
    reads: ['xpos'],
    moves: [],
    rules: ({ data, place }) => {
      const [tip, object, goal] = ['tips_arm', 'object', 'goal'].map((name) => 3 * place('body', name).row)
      const distance = (from: number, to: number): number => {
        const { xpos } = data
        let squares = 0
        for (let axis = 0; axis < 3; axis++) squares += square(xpos[from + axis] - xpos[to + axis])
        return Math.sqrt(squares)
      }
      return {
        begin: (random) => {
          const { qpos, qvel } = data
          do {
            qpos[7] = -0.3 * random.uniform()
            qpos[8] = -0.2 + 0.4 * random.uniform()
          } while (Math.sqrt(square(qpos[7]) + square(qpos[8])) <= leastDistance)
          addUniform(qvel, 0.005, random)
          qvel.fill(0, 7)
        },
        observe: () => {
          const observation = new Float64Array(23)
          observation.set(data.qpos.subarray(0, 7))
          observation.set(data.qvel.subarray(0, 7), 7)
          observation.set(data.xpos.subarray(tip, tip + 3), 14)
          observation.set(data.xpos.subarray(object, object + 3), 17)
          observation.set(data.xpos.subarray(goal, goal + 3), 20)
          return observation
        },
        step: (action, advance) => {
          advance()
          const reward_near = -options.rewardNearWeight * distance(object, tip)
          const reward_dist = -options.rewardDistWeight * distance(object, goal)
          const reward_ctrl = -options.rewardControlWeight * squaredNorm(action)
          const info = { reward_dist, reward_ctrl, reward_near }
          return { reward: reward_dist + reward_ctrl + reward_near, terminated: false, info }
        },
      }
    },
  }),
})
