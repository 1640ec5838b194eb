/**
 * Cheetah: a two-legged robot in a plane, which has to run forward.
 *
 * The model is written from the facts of the suite's compiled one (test/golden/models/dm_control/cheetah-run.json).
 */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import type { Body, Geom, Joint, Model, Vector3 } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { jointState } from '../mujoco/terms.js'
import { uniformBetween } from './placement.js'
import { motor, suiteFields, suiteTask } from './suite.js'
import { tolerance } from './tolerance.js'

const degree = Math.PI / 180
const radius = 0.046
const skin = { type: 'capsule', friction: [0.4, 0.1, 0.1] } as const satisfies Partial<Geom>

/** A capsule around the middle of a bone, turned about y by `angle` degrees from upright. */
const bone = (name: string, pos: Vector3, halfLength: number, angle: number): Geom & { readonly name: string } => ({
  ...skin,
  name,
  size: [radius, halfLength],
  pos,
  axisangle: [0, 1, 0, angle * degree],
})

/** A hinge with spring and damper; its limits are in degrees. */
type Hinge = Pick<Joint, 'stiffness' | 'damping'> & { readonly limits: readonly [low: number, high: number] }

/** A part of a leg on a hinge of the same name, and the parts that hang on it. */
const limb = (
  pos: Vector3,
  { limits: [low, high], ...hinge }: Hinge,
  geom: ReturnType<typeof bone>,
  ...bodies: readonly Body[]
): Body => ({
  name: geom.name,
  pos,
  joints: [
    {
      ...hinge,
      name: geom.name,
      type: 'hinge',
      axis: [0, 1, 0],
      armature: 0.1,
      range: [low * degree, high * degree],
    },
  ],
  geoms: [geom],
  bodies,
})

const backLeg = limb(
  [-0.5, 0, 0],
  { limits: [-30, 60], stiffness: 240, damping: 6 },
  bone('bthigh', [0.1, 0, -0.13], 0.145, -218),
  limb(
    [0.16, 0, -0.25],
    { limits: [-50, 50], stiffness: 180, damping: 4.5 },
    bone('bshin', [-0.14, 0, -0.07], 0.15, -116),
    limb(
      [-0.28, 0, -0.14],
      { limits: [-230, 50], stiffness: 120, damping: 3 },
      bone('bfoot', [0.03, 0, -0.097], 0.094, -15),
    ),
  ),
)

const frontLeg = limb(
  [0.5, 0, 0],
  { limits: [-57, 0.4], stiffness: 180, damping: 4.5 },
  bone('fthigh', [-0.07, 0, -0.12], 0.133, 30),
  limb(
    [-0.14, 0, -0.24],
    { limits: [-70, 50], stiffness: 120, damping: 3 },
    bone('fshin', [0.065, 0, -0.09], 0.106, -34),
    limb(
      [0.13, 0, -0.18],
      { limits: [-28, 28], stiffness: 60, damping: 1.5 },
      bone('ffoot', [0.045, 0, -0.07], 0.07, -34),
    ),
  ),
)

const gears = { bthigh: 120, bshin: 90, bfoot: 60, fthigh: 90, fshin: 60, ffoot: 30 }

/** The cheetah on its floor; it can move only in the plane of x and z. */
export const cheetahModel: Model = {
  name: 'cheetah',
  timestep: 0.01,
  integrator: 'Euler',
  totalMass: 14,
  geoms: [{ name: 'ground', type: 'plane', size: [100, 0.8, 0.5], pos: [98, 0, 0] }],
  bodies: [
    {
      name: 'torso',
      pos: [0, 0, 0.7],
      joints: [
        { name: 'rootx', type: 'slide', axis: [1, 0, 0] },
        { name: 'rootz', type: 'slide', axis: [0, 0, 1] },
        { name: 'rooty', type: 'hinge', axis: [0, 1, 0] },
      ],
      geoms: [
        { ...skin, name: 'torso', fromto: [-0.5, 0, 0, 0.5, 0, 0], size: [radius] },
        bone('head', [0.6, 0, 0.1], 0.15, 50),
      ],
      bodies: [backLeg, frontLeg],
    },
  ],
  actuators: Object.entries(gears).map(([name, gear]) => ({ name, joint: name, gear, ctrlrange: [-1, 1] })),
  sensors: [{ name: 'torso_subtreelinvel', type: 'subtreelinvel', body: 'torso' }],
}

const limbs = ['back thigh', 'back shin', 'back foot', 'front thigh', 'front shin', 'front foot']
/** The first joints are those of the torso in the plane. */
const firstLimb = 3
const fast = tolerance({ bounds: [10, Infinity], margin: 10, sigmoid: 'linear', valueAtMargin: 0 })

/** Options of the task. */
export const fields = suiteFields

/**
 * Cheetah as the suite defines it: rewarded in proportion to the forward speed, up to 10 m/s. Episodes begin with limbs at any angle within their
 * limits, from which the robot has fallen for 200 physics steps. Golden: test/golden/dm_control/cheetah-run.json.
 */
export const cheetah =
  (variant: 'run') =>
  (options: Partial<ValuesOf<typeof fields>> = {}): MujocoTask<'sensordata'> =>
    suiteTask(
      {
        name: `cheetah-${variant}`,
        observation: [
          ['torso height above its initial one', 'm'],
          ['torso pitch', 'rad'],
          ...limbs.map((limb) => [`${limb} angle`, 'rad'] as const),
          ['forward velocity', 'm/s'],
          ['upward velocity', 'm/s'],
          ['torso pitch velocity', 'rad/s'],
          ...limbs.map((limb) => [`${limb} velocity`, 'rad/s'] as const),
        ],
        action: limbs.map((limb) => motor(`${limb} torque`)),
        source: cheetahModel,
        substeps: 1,
        reads: ['sensordata'],
        moves: [],
        rules: ({ data, compiled, settle }) => {
          const range = compiled('jnt_range')
          return {
            begin: (random) => {
              for (let i = firstLimb; i < data.qpos.length; i++) {
                data.qpos[i] = uniformBetween(range[2 * i], range[2 * i + 1], random)
              }
              settle(200)
            },
            observe: () => jointState(data.qpos, data.qvel, 1),
            reward: () => fast(data.sensordata[0]),
          }
        },
      },
      { ...defaultsOf(fields), ...options },
    )
