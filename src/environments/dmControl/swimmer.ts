/** Swimmer: a chain of links in a plane, in a fluid, which has to swim to a target. */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import type { MujocoTask } from '../mujoco/task.js'
import { writeInFrame } from './frames.js'
import { jointRandomizer, uniformBetween } from './placement.js'
import { motor, suiteFields, suiteTask } from './suite.js'
import { swimmerModel, targetRadius } from './swimmerModel.js'
import { tolerance } from './tolerance.js'

const near = tolerance({ bounds: [0, targetRadius], margin: 5 * targetRadius, sigmoid: 'long_tail' })

/** The numbers of a link's two sensors that can differ from 0 in the plane. */
const planar = [0, 1, 5] as const

/** Links by task. */
const variants = { swimmer6: 6, swimmer15: 15 }

/** Options of the tasks. */
export const fields = suiteFields

/**
 * Swimmer as the suite defines it: rewarded for a nose near the target. Episodes begin in any direction and with any angles within their limits, at
 * rest; the target is within 2 m along both axes, in one episode of five within 0.3 m. Golden:
 * test/golden/dm_control/swimmer-swimmer6.json and swimmer-swimmer15.json.
 */
export const swimmer =
  (variant: keyof typeof variants) =>
  (options: Partial<ValuesOf<typeof fields>> = {}): MujocoTask<'geom_xpos' | 'sensordata' | 'xmat', 'geom_pos'> => {
    const links = variants[variant]
    const joints = Array.from({ length: links - 1 }, (_, i) => `joint ${i + 1}`)
    const linkNames = ['head', ...joints.map((_, i) => `link ${i + 1}`)]
    const source = swimmerModel(links)
    return suiteTask(
      {
        name: `swimmer-${variant}`,
        observation: [
          ...joints.map((name) => [`${name} angle`, 'rad'] as const),
          ['from nose to target, to the left', 'm'],
          ['from nose to target, backward', 'm'],
          ...linkNames.flatMap((name) => [
            [`${name} velocity to the left`, 'm/s'] as const,
            [`${name} velocity backward`, 'm/s'] as const,
            [`${name} angular velocity`, 'rad/s'] as const,
          ]),
        ],
        action: joints.map((name) => motor(`${name} torque`)),
        source,
        substeps: 15,
        reads: ['geom_xpos', 'sensordata', 'xmat'],
        moves: ['geom_pos'],
        rules: (scene) => {
          const { data, model, place } = scene
          const randomize = jointRandomizer(scene, source)
          const target = 3 * place('geom', 'target').row
          const toTarget = {
            from: 3 * place('geom', 'nose').row,
            to: target,
            frame: 9 * place('body', 'head').row,
          }
          const firstVelocity = place('sensor', 'head_vel').sensordata
          const vector = new Float64Array(2)
          return {
            begin: (random) => {
              randomize(random)
              const reach = random.uniform() < 0.2 ? 0.3 : 2
              model.geom_pos[target] = uniformBetween(-reach, reach, random)
              model.geom_pos[target + 1] = uniformBetween(-reach, reach, random)
            },
            observe: () => {
              const { qpos, sensordata } = data
              const seen = new Float64Array(4 * links + 1)
              for (let i = 3; i < qpos.length; i++) seen[i - 3] = qpos[i]
              writeInFrame(seen, links - 1, 2, toTarget, data.geom_xpos, data.xmat)
              for (let i = 0; i < links; i++) {
                for (let k = 0; k < 3; k++) seen[links + 1 + 3 * i + k] = sensordata[firstVelocity + 6 * i + planar[k]]
              }
              return seen
            },
            reward: () => {
              writeInFrame(vector, 0, 2, toTarget, data.geom_xpos, data.xmat)
              return near(Math.sqrt(vector[0] * vector[0] + vector[1] * vector[1]))
            },
          }
        },
      },
      { ...defaultsOf(fields), ...options },
    )
  }
