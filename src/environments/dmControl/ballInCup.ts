/**
 * Ball in cup: a ball on a string below a cup in a plane, to be swung up and caught.
 *
 * The model is written from the facts of the suite's compiled one (test/golden/models/dm_control/ball_in_cup-catch.json).
 */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import type { Geom, Joint, Model } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { jointState } from '../mujoco/terms.js'
import { placeWithoutContacts, uniformBetween } from './placement.js'
import { minimumTimeFields, motor, suiteTask } from './suite.js'

const spring = { type: 'slide', stiffness: 20, damping: 3 } as const satisfies Partial<Joint>
const alongX = [1, 0, 0] as const
const alongZ = [0, 0, 1] as const

/** The corners of the cup from rim to rim, along x and z. */
const corners = [
  [-0.05, 0],
  [-0.05, -0.075],
  [-0.025, -0.1],
  [0.025, -0.1],
  [0.05, -0.075],
  [0.05, 0],
] as const

const wall = (_: unknown, i: number): Geom => ({
  name: `cup_part_${i}`,
  type: 'capsule',
  fromto: [corners[i][0], 0, corners[i][1], corners[i + 1][0], 0, corners[i + 1][1]],
  size: [0.008],
})

const ballRadius = 0.025

/** The cup on its springs, and the ball hanging below it. */
export const ballInCupModel: Model = {
  name: 'ball_in_cup',
  timestep: 0.002,
  integrator: 'Euler',
  geoms: [{ name: 'ground', type: 'plane', size: [0.6, 0.2, 10] }],
  bodies: [
    {
      name: 'cup',
      pos: [0, 0, 0.6],
      joints: [
        { ...spring, name: 'cup_x', axis: alongX },
        { ...spring, name: 'cup_z', axis: alongZ },
      ],
      geoms: corners.slice(1).map(wall),
      sites: [
        { name: 'cup', pos: [0, 0, -0.108] },
        { name: 'target', type: 'box', size: [0.05, 0.006, 0.05], pos: [0, 0, -0.05] },
      ],
    },
    {
      name: 'ball',
      pos: [0, 0, 0.2],
      joints: [
        { name: 'ball_x', type: 'slide', axis: alongX },
        { name: 'ball_z', type: 'slide', axis: alongZ },
      ],
      geoms: [{ name: 'ball', type: 'sphere', size: [ballRadius] }],
      sites: [{ name: 'ball' }],
    },
  ],
  tendons: [{ name: 'string', range: [0, 0.3], sites: ['ball', 'cup'] }],
  actuators: [
    { name: 'x', joint: 'cup_x', gear: 5, ctrlrange: [-1, 1] },
    { name: 'z', joint: 'cup_z', gear: 5, ctrlrange: [-1, 1] },
  ],
}

/** The center of the ball is this near to that of the cup, along both axes, when all of the ball is in the cup. */
const caught = 0.05 - ballRadius

/** Options of the task. */
export const fields = minimumTimeFields

/**
 * Ball in cup as the suite defines it: rewarded with 1 while the ball is in the cup. Episodes begin at rest without contacts, with the ball up to
 * 0.2 m beside the cup, and from 0.2 m below it to 0.1 m above it. Golden: test/golden/dm_control/ball_in_cup-catch.json.
 */
export const ballInCup =
  (variant: 'catch') =>
  (options: Partial<ValuesOf<typeof fields>> = {}): MujocoTask<'site_xpos' | 'xpos'> =>
    suiteTask(
      {
        name: `ball_in_cup-${variant}`,
        observation: [
          ['cup position along x', 'm'],
          ['cup position along z', 'm'],
          ['ball position along x', 'm'],
          ['ball position along z', 'm'],
          ['cup velocity along x', 'm/s'],
          ['cup velocity along z', 'm/s'],
          ['ball velocity along x', 'm/s'],
          ['ball velocity along z', 'm/s'],
        ],
        action: [motor('force along x'), motor('force along z')],
        source: ballInCupModel,
        substeps: 10,
        reads: ['site_xpos', 'xpos'],
        moves: [],
        rules: (scene) => {
          const { data, place } = scene
          const target = 3 * place('site', 'target').row
          const ball = 3 * place('body', 'ball').row
          const x = place('joint', 'ball_x').qpos
          const z = place('joint', 'ball_z').qpos
          const isCaught = (axis: number): boolean =>
            Math.abs(data.site_xpos[target + axis] - data.xpos[ball + axis]) < caught
          return {
            begin: (random) =>
              placeWithoutContacts('ball_in_cup', scene, () => {
                data.qpos[x] = uniformBetween(-0.2, 0.2, random)
                data.qpos[z] = uniformBetween(0.2, 0.5, random)
              }),
            observe: () => jointState(data.qpos, data.qvel, 0),
            reward: () => (isCaught(0) && isCaught(2) ? 1 : 0),
          }
        },
      },
      { ...defaultsOf(fields), ...options },
    )
