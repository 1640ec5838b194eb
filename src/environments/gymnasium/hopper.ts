/**
 * Hopper: one leg of four parts in a plane, which has to hop forward without falling.
 *
 * The model is written from the facts of Gymnasium's compiled one (test/golden/models/hopper.json).
 */
import type { Geom, Joint, Model, Vector3 } from '../mujoco/model.js'
import { healthyRange } from './options.js'
import { planarWalker, planarWalkerFields } from './planarWalker.js'
import { robot } from './robot.js'

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

const fields = {
  ...planarWalkerFields({ healthyZRange: [0.7, 'none'], healthyAngleRange: [-0.2, 0.2] }),
  healthyStateRange: healthyRange([-100, 100], 'position and velocity, the place and height of the torso left out,'),
}

/**
 * Hopper as Gymnasium defines it: reward 1, plus the forward velocity, less 0.001 times the squared action; terminated once it is not healthy.
 * Positions and velocities begin within 0.005 of rest.
 *
 * The versions differ in the step in which it falls, which v4 rewards with the 1 as well and v5 does not, and in `info`, where v5 has
 * the terms of the reward and the height above the initial one. Golden: test/golden/gymnasium/Hopper-v4.json and Hopper-v5.json.
 */
export const hopper = robot({
  name: 'Hopper',
  fields,
  absent: { v4: ['frameSkip'], v5: [] },
  task: (version, options) =>
    planarWalker({
      name: 'Hopper',
      version,
      model: hopperModel,
      initialHeight,
      joints: ['thigh', 'leg', 'foot'],
      options,
      healthyStateRange: options.healthyStateRange,
    }),
})
