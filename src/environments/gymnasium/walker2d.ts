/**
 * Walker2d: two legs in a plane, which have to walk forward without falling.
 *
 * The models are written from the facts of Gymnasium's compiled ones (test/golden/models/walker2d.json and walker2d_v5.json).
 */
import type { Body, Geom, Joint, Model } from '../mujoco/model.js'
import { planarWalker, planarWalkerFields } from './planarWalker.js'
import { robot, type Version } from './robot.js'

const capsule = { type: 'capsule', conaffinity: 0, friction: [0.9, 0.1, 0.1] } as const satisfies Partial<Geom>

/** Meters from the floor to the middle of the torso, in the initial posture. */
const initialHeight = 1.25

const rail = { type: 'slide', pos: [0, 0, -initialHeight] } as const satisfies Partial<Joint>
const actuated = { type: 'hinge', axis: [0, -1, 0], armature: 0.01, damping: 0.1 } as const satisfies Partial<Joint>
const knee: readonly [number, number] = [(-150 * Math.PI) / 180, 0]
const ankle: readonly [number, number] = [-Math.PI / 4, Math.PI / 4]

/** A leg of three parts, whose names end in `side`; `grip` is the sliding friction of its foot. */
const leg = (side: '' | '_left', grip: number): Body => ({
  name: `thigh${side}`,
  pos: [0, 0, -0.2],
  joints: [{ ...actuated, name: `thigh${side}_joint`, range: knee }],
  geoms: [{ ...capsule, name: `thigh${side}_geom`, size: [0.05, 0.225], pos: [0, 0, -0.225] }],
  bodies: [
    {
      name: `leg${side}`,
      pos: [0, 0, -0.7],
      joints: [{ ...actuated, name: `leg${side}_joint`, pos: [0, 0, 0.25], range: knee }],
      geoms: [{ ...capsule, name: `leg${side}_geom`, size: [0.04, 0.25] }],
      bodies: [
        {
          name: `foot${side}`,
          pos: [0.2, 0, -0.35],
          joints: [{ ...actuated, name: `foot${side}_joint`, pos: [-0.2, 0, 0.1], range: ankle }],
          geoms: [
            {
              ...capsule,
              name: `foot${side}_geom`,
              fromto: [-0.2, 0, 0.1, 0, 0, 0.1],
              size: [0.06],
              friction: [grip, 0.1, 0.1],
            },
          ],
        },
      ],
    },
  ],
})

const motors = ['thigh_joint', 'leg_joint', 'foot_joint', 'thigh_left_joint', 'leg_left_joint', 'foot_left_joint']

/** The walker on its floor; it can move only in the plane of x and z. In v4 its right foot slips more than the left one. */
const walker2dModel = (version: Version): Model => ({
  name: 'walker2d',
  timestep: 0.002,
  integrator: 'RK4',
  geoms: [{ name: 'floor', type: 'plane', size: [40, 40, 40], friction: [0.7, 0.1, 0.1] }],
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
      bodies: [leg('', version === 'v4' ? 0.9 : 1.9), leg('_left', 1.9)],
    },
  ],
  actuators: motors.map((joint) => ({ joint, gear: 100, ctrlrange: [-1, 1] })),
})

/**
 * Walker2d as Gymnasium defines it: reward 1, plus the forward velocity, less 0.001 times the squared action; terminated once it is not healthy.
 * Positions and velocities begin within 0.005 of rest.
 *
 * The versions differ in the grip of the right foot, in the step in which it falls, which v4 rewards with the 1 as well and v5 does not, and in
 * `info`, where v5 has the terms of the reward and the height above the initial one. Golden: test/golden/gymnasium/Walker2d-v4.json and
 * Walker2d-v5.json.
 */
export const walker2d = robot({
  name: 'Walker2d',
  fields: planarWalkerFields({ healthyZRange: [0.8, 2], healthyAngleRange: [-1, 1] }),
  absent: { v4: ['frameSkip'], v5: [] },
  task: (version, options) =>
    planarWalker({
      name: 'Walker2d',
      version,
      model: walker2dModel(version),
      initialHeight,
      joints: ['thigh', 'leg', 'foot', 'left thigh', 'left leg', 'left foot'],
      options,
      healthyStateRange: ['none', 'none'],
    }),
})
