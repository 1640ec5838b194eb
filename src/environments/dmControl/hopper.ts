/**
 * Hopper: one leg in a plane, which has to stand up, or to hop forward.
 *
 * The model is written from the facts of the suite's compiled one (test/golden/models/dm_control/hopper-stand.json).
 */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import { logOnePlus } from '../../kernels/inverses.js'
import type { Joint, Model } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { jointRandomizer } from './placement.js'
import { motor, smallControl, suiteFields, suiteTask } from './suite.js'
import { tolerance } from './tolerance.js'

const degree = Math.PI / 180

/** A hinge between two parts of the leg; its limits are in degrees. */
const hinge = (name: string, low: number, high: number): Joint => ({
  name,
  type: 'hinge',
  axis: [0, 1, 0],
  range: [low * degree, high * degree],
  damping: 0.05,
  armature: 0.2,
})

const toe = 0.17
const heel = -0.08

/** The hopper standing on its floor; it can move only in the plane of x and z. */
export const hopperModel: Model = {
  name: 'hopper',
  timestep: 0.005,
  integrator: 'Euler',
  geoms: [{ name: 'floor', type: 'plane', size: [50, 1, 0.2], pos: [48, 0, 0] }],
  bodies: [
    {
      name: 'torso',
      pos: [0, 0, 1],
      joints: [
        { name: 'rootx', type: 'slide', axis: [1, 0, 0] },
        { name: 'rootz', type: 'slide', axis: [0, 0, 1] },
        { name: 'rooty', type: 'hinge', axis: [0, 1, 0] },
      ],
      geoms: [
        { name: 'torso', type: 'capsule', fromto: [0, 0, -0.05, 0, 0, 0.2], size: [0.0653] },
        { name: 'nose', type: 'capsule', fromto: [0.08, 0, 0.13, 0.15, 0, 0.14], size: [0.03] },
      ],
      bodies: [
        {
          name: 'pelvis',
          pos: [0, 0, -0.05],
          joints: [hinge('waist', -30, 30)],
          geoms: [{ name: 'pelvis', type: 'capsule', fromto: [0, 0, 0, 0, 0, -0.15], size: [0.065] }],
          bodies: [
            {
              name: 'thigh',
              pos: [0, 0, -0.2],
              joints: [hinge('hip', -170, 10)],
              geoms: [{ name: 'thigh', type: 'capsule', fromto: [0, 0, 0, 0, 0, -0.33], size: [0.04] }],
              bodies: [
                {
                  name: 'calf',
                  pos: [0, 0, -0.33],
                  joints: [hinge('knee', 5, 150)],
                  geoms: [{ name: 'calf', type: 'capsule', fromto: [0, 0, 0, 0, 0, -0.32], size: [0.03] }],
                  bodies: [
                    {
                      name: 'foot',
                      pos: [0, 0, -0.32],
                      joints: [hinge('ankle', -45, 45)],
                      geoms: [{ name: 'foot', type: 'capsule', fromto: [heel, 0, 0, toe, 0, 0], size: [0.04] }],
                      sites: [
                        { name: 'touch_toe', size: [0.05], pos: [toe, 0, 0] },
                        { name: 'touch_heel', size: [0.05], pos: [heel, 0, 0] },
                      ],
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
  actuators: [
    { name: 'waist', joint: 'waist', gear: 30, ctrlrange: [-1, 1] },
    { name: 'hip', joint: 'hip', gear: 40, ctrlrange: [-1, 1] },
    { name: 'knee', joint: 'knee', gear: 30, ctrlrange: [-1, 1] },
    { name: 'ankle', joint: 'ankle', gear: 10, ctrlrange: [-1, 1] },
  ],
  sensors: [
    { name: 'torso_subtreelinvel', type: 'subtreelinvel', body: 'torso' },
    { name: 'touch_toe', type: 'touch', site: 'touch_toe' },
    { name: 'touch_heel', type: 'touch', site: 'touch_heel' },
  ],
}

const joints = ['waist', 'hip', 'knee', 'ankle']
/** Meters from the center of the foot up to that of the torso. */
const standing = tolerance({ bounds: [0.6, 2] })
const hopping = tolerance({ bounds: [2, Infinity], margin: 1, sigmoid: 'linear', valueAtMargin: 0.5 })

/** Options of the tasks. */
export const fields = suiteFields

/**
 * Hopper as the suite defines it: rewarded while it stands, for small actions in `stand` and for a forward speed of 2 m/s in `hop`. Episodes
 * begin at any pitch and any angles within their limits, at rest, even in the floor. Golden: test/golden/dm_control/hopper-stand.json
 * and hopper-hop.json.
 */
export const hopper =
  (variant: 'stand' | 'hop') =>
  (options: Partial<ValuesOf<typeof fields>> = {}): MujocoTask<'sensordata' | 'xipos'> =>
    suiteTask(
      {
        name: `hopper-${variant}`,
        observation: [
          ['torso height above its initial one', 'm'],
          ['torso pitch', 'rad'],
          ...joints.map((joint) => [`${joint} angle`, 'rad'] as const),
          ['forward velocity', 'm/s'],
          ['upward velocity', 'm/s'],
          ['torso pitch velocity', 'rad/s'],
          ...joints.map((joint) => [`${joint} velocity`, 'rad/s'] as const),
          ['log(1 + touch at the toe)', '1'],
          ['log(1 + touch at the heel)', '1'],
        ],
        action: joints.map((joint) => motor(`${joint} torque`)),
        source: hopperModel,
        substeps: 4,
        reads: ['sensordata', 'xipos'],
        moves: [],
        rules: (scene) => {
          const { data, place } = scene
          const torso = 3 * place('body', 'torso').row
          const foot = 3 * place('body', 'foot').row
          const speed = place('sensor', 'torso_subtreelinvel').sensordata
          const toeTouch = place('sensor', 'touch_toe').sensordata
          const heelTouch = place('sensor', 'touch_heel').sensordata
          return {
            begin: jointRandomizer(scene, hopperModel),
            observe: () => {
              const { qpos, qvel, sensordata } = data
              const seen = new Float64Array(15)
              for (let i = 1; i < 7; i++) seen[i - 1] = qpos[i]
              seen.set(qvel, 6)
              seen[13] = logOnePlus(sensordata[toeTouch])
              seen[14] = logOnePlus(sensordata[heelTouch])
              return seen
            },
            reward: (action) => {
              const stands = standing(data.xipos[torso + 2] - data.xipos[foot + 2])
              return stands * (variant === 'hop' ? hopping(data.sensordata[speed]) : smallControl(action))
            },
          }
        },
      },
      { ...defaultsOf(fields), ...options },
    )
