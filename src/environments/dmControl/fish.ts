/** Fish: a fish in a fluid, which has to turn upright, or to swim to a target. */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import type { Component } from '../components.js'
import type { MujocoTask } from '../mujoco/task.js'
import { squaredNorm } from '../mujoco/terms.js'
import { fishModel, mouthRadius, targetRadius } from './fishModel.js'
import { writeInFrame } from './frames.js'
import { uniformBetween, writeRandomOrientation } from './placement.js'
import { suiteFields, suiteTask } from './suite.js'
import { tolerance } from './tolerance.js'

/** The joints after the free one of the torso, in the order of the model. */
const joints = [
  'tail',
  'tail twist',
  'tail tip',
  'right fin roll',
  'right fin pitch',
  'left fin roll',
  'left fin pitch',
]
const firstJoint = 7
const servos = ['tail', 'tail twist', 'fins flap', 'left fin pitch', 'right fin pitch']

const reach = mouthRadius + targetRadius
const near = tolerance({ bounds: [0, reach], margin: 2 * reach })
const upright = tolerance({ bounds: [1, 1], margin: 1 })

const target: readonly Component[] = [
  ['from mouth to target, to the right', 'm'],
  ['from mouth to target, up', 'm'],
  ['from mouth to target, backward', 'm'],
]

/** Options of the tasks. */
export const fields = suiteFields

/**
 * Fish as the suite defines it: `upright` is rewarded for an upright torso, `swim` for a mouth near the target, and a little for an upright
 * torso. Episodes begin in any orientation, with joints within 0.2 rad of the middle, at rest. Golden:
 * test/golden/dm_control/fish-upright.json and fish-swim.json.
 */
export const fish =
  (variant: 'upright' | 'swim') =>
  (options: Partial<ValuesOf<typeof fields>> = {}): MujocoTask<'geom_xmat' | 'geom_xpos' | 'xmat', 'geom_pos'> => {
    const swims = variant === 'swim'
    return suiteTask(
      {
        name: `fish-${variant}`,
        observation: [
          ...joints.map((name) => [`${name} angle`, 'rad'] as const),
          ["cosine of the torso's tilt", '1'],
          ...(swims ? target : []),
          ['torso velocity along x', 'm/s'],
          ['torso velocity along y', 'm/s'],
          ['torso velocity along z', 'm/s'],
          ["angular velocity about the torso's x", 'rad/s'],
          ["angular velocity about the torso's y", 'rad/s'],
          ["angular velocity about the torso's z", 'rad/s'],
          ...joints.map((name) => [`${name} velocity`, 'rad/s'] as const),
        ],
        action: servos.map((name) => [`${name} angle`, 'rad', -1, 1] as const),
        source: fishModel,
        substeps: 10,
        reads: ['geom_xmat', 'geom_xpos', 'xmat'],
        moves: ['geom_pos'],
        rules: ({ data, model, place }) => {
          const up = 9 * place('body', 'torso').row + 8
          const targetAt = 3 * place('geom', 'target').row
          const mouth = place('geom', 'mouth').row
          const toTarget = { from: 3 * mouth, to: targetAt, frame: 9 * mouth }
          const vector = new Float64Array(3)
          return {
            begin: (random) => {
              const { qpos } = data
              writeRandomOrientation(qpos, 3, random)
              for (let i = firstJoint; i < qpos.length; i++) qpos[i] = uniformBetween(-0.2, 0.2, random)
              if (!swims) return
              model.geom_pos[targetAt] = uniformBetween(-0.4, 0.4, random)
              model.geom_pos[targetAt + 1] = uniformBetween(-0.4, 0.4, random)
              model.geom_pos[targetAt + 2] = uniformBetween(0.1, 0.3, random)
            },
            observe: () => {
              const { qpos, qvel, xmat } = data
              const seen = new Float64Array(swims ? 24 : 21)
              for (let i = 0; i < joints.length; i++) seen[i] = qpos[firstJoint + i]
              seen[7] = xmat[up]
              if (swims) writeInFrame(seen, 8, 3, toTarget, data.geom_xpos, data.geom_xmat)
              seen.set(qvel, swims ? 11 : 8)
              return seen
            },
            reward: () => {
              if (!swims) return upright(data.xmat[up])
              writeInFrame(vector, 0, 3, toTarget, data.geom_xpos, data.geom_xmat)
              return (7 * near(Math.sqrt(squaredNorm(vector))) + (data.xmat[up] + 1) / 2) / 8
            },
          }
        },
      },
      { ...defaultsOf(fields), ...options },
    )
  }
