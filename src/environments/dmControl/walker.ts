/**
 * Walker: two legs in a plane, which have to stand up, walk or run.
 *
 * The model is written from the facts of the suite's compiled one (test/golden/models/dm_control/walker-stand.json).
 */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import type { Body, Geom, Joint, Model } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { jointRandomizer } from './placement.js'
import { motor, suiteFields, suiteTask } from './suite.js'
import { tolerance } from './tolerance.js'

const degree = Math.PI / 180
const friction = [0.7, 0.1, 0.1] as const
// Parts of the robot collide with the floor and not with each other.
const part = { type: 'capsule', friction, conaffinity: 0 } as const satisfies Partial<Geom>
const joint = { solimplimit: [0, 0.99, 0.01] } as const satisfies Partial<Joint>
const hinge = {
  ...joint,
  type: 'hinge',
  axis: [0, -1, 0],
  damping: 0.1,
  armature: 0.01,
} as const satisfies Partial<Joint>

const leg = (side: 'right' | 'left'): Body => ({
  name: `${side}_thigh`,
  pos: [0, side === 'right' ? -0.05 : 0.05, -0.3],
  joints: [{ ...hinge, name: `${side}_hip`, range: [-20 * degree, 100 * degree] }],
  geoms: [{ ...part, name: `${side}_thigh`, size: [0.05, 0.225], pos: [0, 0, -0.225] }],
  bodies: [
    {
      name: `${side}_leg`,
      pos: [0, 0, -0.7],
      joints: [{ ...hinge, name: `${side}_knee`, pos: [0, 0, 0.25], range: [-150 * degree, 0] }],
      geoms: [{ ...part, name: `${side}_leg`, size: [0.04, 0.25] }],
      bodies: [
        {
          name: `${side}_foot`,
          pos: [0.06, 0, -0.25],
          joints: [{ ...hinge, name: `${side}_ankle`, pos: [-0.06, 0, 0], range: [-45 * degree, 45 * degree] }],
          geoms: [{ ...part, name: `${side}_foot`, fromto: [0.1, 0, 0, -0.1, 0, 0], size: [0.05] }],
        },
      ],
    },
  ],
})

const gears = { hip: 100, knee: 50, ankle: 20 }
const sides = ['right', 'left'] as const

/** The walker standing on its floor; it can move only in the plane of x and z. */
export const walkerModel: Model = {
  name: 'walker',
  timestep: 0.0025,
  integrator: 'Euler',
  geoms: [{ name: 'floor', type: 'plane', size: [250, 0.8, 0.2], pos: [248, 0, 0], friction }],
  bodies: [
    {
      name: 'torso',
      pos: [0, 0, 1.3],
      joints: [
        { ...joint, name: 'rootz', type: 'slide', axis: [0, 0, 1] },
        { ...joint, name: 'rootx', type: 'slide', axis: [1, 0, 0] },
        { ...joint, name: 'rooty', type: 'hinge', axis: [0, 1, 0] },
      ],
      geoms: [{ ...part, name: 'torso', size: [0.07, 0.3] }],
      bodies: sides.map(leg),
    },
  ],
  actuators: sides.flatMap((side) =>
    Object.entries(gears).map(([name, gear]) => ({
      name: `${side}_${name}`,
      joint: `${side}_${name}`,
      gear,
      ctrlrange: [-1, 1] as const,
    })),
  ),
  sensors: [{ name: 'torso_subtreelinvel', type: 'subtreelinvel', body: 'torso' }],
}

/** The forward speed of each task in m/s. */
const speeds = { stand: 0, walk: 1, run: 8 }
const standing = tolerance({ bounds: [1.2, Infinity], margin: 0.6 })
const parts = ['torso', ...sides.flatMap((side) => ['thigh', 'leg', 'foot'].map((name) => `${side} ${name}`))]
const joints = sides.flatMap((side) => Object.keys(gears).map((name) => `${side} ${name}`))

/** Options of the tasks. */
export const fields = suiteFields

/**
 * Walker as the suite defines it: rewarded for an upright torso at a height of 1.2 m, in `walk` and `run` also for a forward speed of 1 m/s
 * and 8 m/s. Episodes begin at any pitch and any angles within their limits, at rest, even in the floor. Golden:
 * test/golden/dm_control/walker-*.json.
 */
export const walker =
  (variant: keyof typeof speeds) =>
  (options: Partial<ValuesOf<typeof fields>> = {}): MujocoTask<'sensordata' | 'xmat' | 'xpos'> => {
    const speed = speeds[variant]
    const moving = tolerance({
      bounds: [speed, Infinity],
      margin: speed / 2,
      sigmoid: 'linear',
      valueAtMargin: 0.5,
    })
    return suiteTask(
      {
        name: `walker-${variant}`,
        observation: [
          ...parts.flatMap((name) => [
            [`cosine of the ${name}'s pitch`, '1'] as const,
            [`sine of the ${name}'s pitch`, '1'] as const,
          ]),
          ['torso height', 'm'],
          ['upward velocity', 'm/s'],
          ['forward velocity', 'm/s'],
          ['torso pitch velocity', 'rad/s'],
          ...joints.map((name) => [`${name} velocity`, 'rad/s'] as const),
        ],
        action: joints.map((name) => motor(`${name} torque`)),
        source: walkerModel,
        substeps: 10,
        reads: ['sensordata', 'xmat', 'xpos'],
        moves: [],
        rules: (scene) => {
          const { data, place } = scene
          const torso = place('body', 'torso').row
          return {
            begin: jointRandomizer(scene, walkerModel),
            observe: () => {
              const { xmat, xpos, qvel } = data
              const seen = new Float64Array(24)
              for (let i = 0; i < parts.length; i++) {
                seen[2 * i] = xmat[9 * (torso + i)]
                seen[2 * i + 1] = xmat[9 * (torso + i) + 2]
              }
              seen[14] = xpos[3 * torso + 2]
              seen.set(qvel, 15)
              return seen
            },
            reward: () => {
              const upright = (1 + data.xmat[9 * torso + 8]) / 2
              const stands = (3 * standing(data.xpos[3 * torso + 2]) + upright) / 4
              return speed === 0 ? stands : (stands * (5 * moving(data.sensordata[0]) + 1)) / 6
            },
          }
        },
      },
      { ...defaultsOf(fields), ...options },
    )
  }
