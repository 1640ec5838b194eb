/** Quadruped: a robot on four legs with servos, which has to walk or run. */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import { asinh } from '../../kernels/inverses.js'
import type { MujocoTask } from '../mujoco/task.js'
import { writeRandomOrientation } from './placement.js'
import { legs, quadrupedModel } from './quadrupedModel.js'
import { suiteFields, suiteTask } from './suite.js'
import { tolerance } from './tolerance.js'

const legNames = legs.map((leg) => leg.replace('_', ' '))
const axes = ['x', 'y', 'z']
const joints = legNames.flatMap((leg) => ['yaw', 'pitch', 'knee', 'ankle'].map((joint) => `${leg} ${joint}`))
/** The free joint of the torso stands before the others. */
const firstPosition = 7
/** The range of each servo of a leg. */
const servos = [
  ['yaw', -1, 1],
  ['lift', -1, 1.1],
  ['extension', -0.8, 0.8],
] as const

const upright = tolerance({ bounds: [1, Infinity], margin: 2, sigmoid: 'linear', valueAtMargin: 0 })

/** What differs from task to task: the forward speed in m/s, and the half length of the floor in meters. */
const variants = { walk: { speed: 0.5, floor: 10 }, run: { speed: 5, floor: 100 } }

/** How far the torso is raised from one attempt at an initial state to the next, in meters, and the most attempts. */
const RISE = 0.01
const ATTEMPTS = 10_000

/** Options of the tasks. */
export const fields = suiteFields

/**
 * Quadruped as the suite defines it: rewarded for an upright torso with a forward velocity, along its own x, of 0.5 m/s in `walk` and 5 m/s in
 * `run`. Episodes begin in any orientation, at rest, at the lowest height without contacts to a centimeter. Golden:
 * test/golden/dm_control/quadruped-walk.json and quadruped-run.json.
 */
export const quadruped =
  (variant: keyof typeof variants) =>
  (options: Partial<ValuesOf<typeof fields>> = {}): MujocoTask<'act' | 'sensordata' | 'xmat'> => {
    const { speed, floor } = variants[variant]
    const moving = tolerance({
      bounds: [speed, Infinity],
      margin: speed,
      sigmoid: 'linear',
      valueAtMargin: 0.5,
    })
    return suiteTask(
      {
        name: `quadruped-${variant}`,
        observation: [
          ...joints.map((name) => [`${name} angle`, 'rad'] as const),
          ...joints.map((name) => [`${name} velocity`, 'rad/s'] as const),
          ...legNames.flatMap((leg) => servos.map(([servo]) => [`${leg} ${servo} activation`, '1'] as const)),
          ...axes.map((axis) => [`velocity along the torso's ${axis}`, 'm/s'] as const),
          ["cosine of the torso's tilt", '1'],
          ...axes.map((axis) => [`acceleration along the torso's ${axis}`, 'm/s²'] as const),
          ...axes.map((axis) => [`angular velocity about the torso's ${axis}`, 'rad/s'] as const),
          ...['force', 'torque'].flatMap((kind) =>
            legNames.flatMap((leg) =>
              axes.map((axis) => [`arsinh of the ${leg} toe's ${kind}, ${axis}`, '1'] as const),
            ),
          ),
        ],
        action: legNames.flatMap((leg) =>
          servos.map(([servo, low, high]) => [`${leg} ${servo}`, '1', low, high] as const),
        ),
        source: quadrupedModel(floor),
        substeps: 4,
        reads: ['act', 'sensordata', 'xmat'],
        moves: [],
        rules: ({ data, place, forward, contacts }) => {
          const up = 9 * place('body', 'torso').row + 8
          const sensor = (name: string): number => place('sensor', name).sensordata
          const velocity = sensor('velocimeter')
          // The angular velocity follows the acceleration, and the torques follow the forces.
          const acceleration = sensor('imu_accel')
          const forces = sensor('force_toe_front_left')
          return {
            begin: (random) => {
              writeRandomOrientation(data.qpos, 3, random)
              for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
                data.qpos[2] = RISE * attempt
                forward()
                if (contacts() === 0) return
              }
              throw new Error(`quadruped: no height without contacts up to ${RISE * ATTEMPTS} m`)
            },
            observe: () => {
              const { qpos, qvel, act, xmat, sensordata } = data
              const seen = new Float64Array(78)
              for (let i = 0; i < joints.length; i++) {
                seen[i] = qpos[firstPosition + i]
                seen[16 + i] = qvel[firstPosition - 1 + i]
              }
              seen.set(act, 32)
              for (let i = 0; i < 3; i++) seen[44 + i] = sensordata[velocity + i]
              seen[47] = xmat[up]
              for (let i = 0; i < 6; i++) seen[48 + i] = sensordata[acceleration + i]
              for (let i = 0; i < 24; i++) seen[54 + i] = asinh(sensordata[forces + i])
              return seen
            },
            reward: () => upright(data.xmat[up]) * moving(data.sensordata[velocity]),
          }
        },
      },
      { ...defaultsOf(fields), ...options },
    )
  }
