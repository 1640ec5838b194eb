/** Humanoid: a body of 21 joints, which has to stand up, walk or run. */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import type { MujocoTask } from '../mujoco/task.js'
import { writeInFrame } from './frames.js'
import { humanoidModel } from './humanoidModel.js'
import { jointRandomizer, placeWithoutContacts } from './placement.js'
import { motor, smallControl, suiteFields, suiteTask } from './suite.js'
import { tolerance } from './tolerance.js'

const sides = ['right', 'left'] as const
const onBothSides = (names: readonly string[]): readonly string[] =>
  sides.flatMap((side) => names.map((name) => `${side} ${name}`))
const axes = ['x', 'y', 'z']

/** The joints after the free one of the torso, in the order of the model. */
const joints = [
  'abdomen z',
  'abdomen y',
  'abdomen x',
  ...onBothSides(['hip x', 'hip z', 'hip y', 'knee', 'ankle y', 'ankle x']),
  ...onBothSides(['shoulder 1', 'shoulder 2', 'elbow']),
]
const firstJoint = 7
/** The motors, in the order of the model: it is not that of the joints. */
const motors = [
  'abdomen y',
  'abdomen z',
  'abdomen x',
  ...onBothSides(['hip x', 'hip z', 'hip y', 'knee', 'ankle x', 'ankle y']),
  ...onBothSides(['shoulder 1', 'shoulder 2', 'elbow']),
]
const extremities = ['left hand', 'left foot', 'right hand', 'right foot']

/** Meters from the floor to the head. */
const standing = tolerance({ bounds: [1.4, Infinity], margin: 1.4 / 4 })
/** The cosine of the torso's tilt. */
const upright = tolerance({ bounds: [0.9, Infinity], margin: 1.9, sigmoid: 'linear', valueAtMargin: 0 })
const still = tolerance({ margin: 2 })

/** The speed of each task in m/s. */
const speeds = { stand: 0, walk: 1, run: 10 }

/** Options of the tasks. */
export const fields = suiteFields

/**
 * Humanoid as the suite defines it: rewarded for an upright torso, a head at a height of 1.4 m and small actions, in `stand` also for no
 * speed, in `walk` and `run` for 1 m/s and 10 m/s in any direction. Episodes begin in any posture and orientation without contacts, at rest, in the
 * air. Golden: test/golden/dm_control/humanoid-*.json.
 */
export const humanoid =
  (variant: keyof typeof speeds) =>
  (options: Partial<ValuesOf<typeof fields>> = {}): MujocoTask<'sensordata' | 'xmat' | 'xpos'> => {
    const speed = speeds[variant]
    const moving = tolerance({
      bounds: [speed, Infinity],
      margin: speed,
      sigmoid: 'linear',
      valueAtMargin: 0,
    })
    return suiteTask(
      {
        name: `humanoid-${variant}`,
        observation: [
          ...joints.map((name) => [`${name} angle`, 'rad'] as const),
          ['head height', 'm'],
          ...extremities.flatMap((name) =>
            axes.map((axis) => [`${name} from the torso, along its ${axis}`, 'm'] as const),
          ),
          ...axes.map((axis) => [`vertical, along the torso's ${axis}`, '1'] as const),
          ...axes.map((axis) => [`velocity of the center of mass along ${axis}`, 'm/s'] as const),
          ...axes.map((axis) => [`torso velocity along ${axis}`, 'm/s'] as const),
          ...axes.map((axis) => [`angular velocity about the torso's ${axis}`, 'rad/s'] as const),
          ...joints.map((name) => [`${name} velocity`, 'rad/s'] as const),
        ],
        action: motors.map((name) => motor(`${name} torque`)),
        source: humanoidModel,
        substeps: 5,
        reads: ['sensordata', 'xmat', 'xpos'],
        moves: [],
        rules: (scene) => {
          const { data, place } = scene
          const randomize = jointRandomizer(scene, humanoidModel)
          const headHeight = 3 * place('body', 'head').row + 2
          const torso = place('body', 'torso').row
          const vertical = 9 * torso + 6
          const velocity = place('sensor', 'torso_subtreelinvel').sensordata
          const limbs = extremities.map((name) => ({
            from: 3 * torso,
            to: 3 * place('body', name.replace(' ', '_')).row,
            frame: 9 * torso,
          }))
          /** The part of the reward for the motion of the center of mass. */
          const motion = (): number => {
            const x = data.sensordata[velocity]
            const y = data.sensordata[velocity + 1]
            if (speed === 0) return (still(x) + still(y)) / 2
            return (5 * moving(Math.sqrt(x * x + y * y)) + 1) / 6
          }
          return {
            begin: (random) => placeWithoutContacts('humanoid', scene, () => randomize(random)),
            observe: () => {
              const { qpos, qvel, xmat, xpos, sensordata } = data
              const seen = new Float64Array(67)
              for (let i = 0; i < joints.length; i++) seen[i] = qpos[firstJoint + i]
              seen[21] = xpos[headHeight]
              for (let i = 0; i < limbs.length; i++) writeInFrame(seen, 22 + 3 * i, 3, limbs[i], xpos, xmat)
              for (let i = 0; i < 3; i++) {
                seen[34 + i] = xmat[vertical + i]
                seen[37 + i] = sensordata[velocity + i]
              }
              seen.set(qvel, 40)
              return seen
            },
            reward: (action) => {
              const stands = standing(data.xpos[headHeight]) * upright(data.xmat[vertical + 2])
              return smallControl(action) * stands * motion()
            },
          }
        },
      },
      { ...defaultsOf(fields), ...options },
    )
  }
