/**
 * Reacher: an arm of two links in a plane, whose finger has to reach a target and stay there.
 *
 * The model is written from the facts of the suite's compiled one (test/golden/models/dm_control/reacher-easy.json).
 */
import { orWord, positiveNumber } from '../../edge/codecs.js'
import { defaultsOf, field, type ValuesOf } from '../../edge/settings.js'
import { cos, sin } from '../../kernels/elementary.js'
import type { Joint, Model } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { walledFloor } from './arena.js'
import { jointRandomizer, uniformBetween } from './placement.js'
import { minimumTimeFields, motor, suiteTask } from './suite.js'

const hinge = { type: 'hinge', axis: [0, 0, 1], damping: 0.01 } as const satisfies Partial<Joint>
const fingerRadius = 0.01
const wristLimit = (160 * Math.PI) / 180

/** The arm stretched out along x, and the target at its shoulder. */
export const reacherModel = (targetRadius: number): Model => ({
  name: 'reacher',
  timestep: 0.02,
  integrator: 'Euler',
  flags: { contact: 'disable' },
  geoms: [
    ...walledFloor(10),
    { name: 'root', type: 'cylinder', fromto: [0, 0, 0, 0, 0, 0.02], size: [0.011] },
    { name: 'target', type: 'sphere', size: [targetRadius], pos: [0, 0, 0.01] },
  ],
  bodies: [
    {
      name: 'arm',
      pos: [0, 0, 0.01],
      joints: [{ ...hinge, name: 'shoulder' }],
      geoms: [{ name: 'arm', type: 'capsule', fromto: [0, 0, 0, 0.12, 0, 0], size: [0.01] }],
      bodies: [
        {
          name: 'hand',
          pos: [0.12, 0, 0],
          joints: [{ ...hinge, name: 'wrist', range: [-wristLimit, wristLimit] }],
          geoms: [{ name: 'hand', type: 'capsule', fromto: [0, 0, 0, 0.1, 0, 0], size: [0.01] }],
          bodies: [
            { name: 'finger', pos: [0.12, 0, 0], geoms: [{ name: 'finger', type: 'sphere', size: [fingerRadius] }] },
          ],
        },
      ],
    },
  ],
  actuators: ['shoulder', 'wrist'].map((joint) => ({ name: joint, joint, gear: 0.05, ctrlrange: [-1, 1] })),
})

/** The radius of the target in meters, by task. */
const targetRadii = { easy: 0.05, hard: 0.015 }

/** Options of the tasks. */
export const fields = {
  ...minimumTimeFields,
  /** Radius of the target in m. The default is 'task': 0.05 in easy, 0.015 in hard. */
  targetSize: field(orWord(positiveNumber, 'task'), {
    default: 'task',
    about: 'radius of the target; task: 0.05 in easy, 0.015 in hard; the torture task of Vasan et al. has 0.001',
    origin: 'DeepMind control suite',
    unit: 'm',
  }),
}

/**
 * Reacher as the suite defines it: rewarded with 1 while finger and target overlap. Episodes begin in any posture, at rest, with the target at
 * any angle, 0.05 m to 0.2 m from the shoulder. Golden: test/golden/dm_control/reacher-easy.json and reacher-hard.json.
 */
export const reacher =
  (variant: keyof typeof targetRadii) =>
  (options: Partial<ValuesOf<typeof fields>> = {}): MujocoTask<'geom_xpos', 'geom_pos' | 'geom_size'> => {
    const { targetSize, ...suite } = { ...defaultsOf(fields), ...options }
    const source = reacherModel(targetSize === 'task' ? targetRadii[variant] : targetSize)
    return suiteTask(
      {
        name: `reacher-${variant}`,
        observation: [
          ['shoulder angle', 'rad'],
          ['wrist angle', 'rad'],
          ['from finger to target, along x', 'm'],
          ['from finger to target, along y', 'm'],
          ['shoulder velocity', 'rad/s'],
          ['wrist velocity', 'rad/s'],
        ],
        action: [motor('shoulder torque'), motor('wrist torque')],
        source,
        substeps: 1,
        reads: ['geom_xpos'],
        moves: ['geom_pos', 'geom_size'],
        rules: (scene) => {
          const { data, model, place } = scene
          const randomize = jointRandomizer(scene, source)
          const target = 3 * place('geom', 'target').row
          const finger = 3 * place('geom', 'finger').row
          const toTarget = (i: number): number => data.geom_xpos[target + i] - data.geom_xpos[finger + i]
          return {
            begin: (random, kept) => {
              randomize(random)
              if (kept) return
              const angle = uniformBetween(0, 2 * Math.PI, random)
              const radius = uniformBetween(0.05, 0.2, random)
              model.geom_pos[target] = radius * sin(angle)
              model.geom_pos[target + 1] = radius * cos(angle)
            },
            observe: () => {
              const seen = new Float64Array(6)
              seen[0] = data.qpos[0]
              seen[1] = data.qpos[1]
              seen[2] = toTarget(0)
              seen[3] = toTarget(1)
              seen[4] = data.qvel[0]
              seen[5] = data.qvel[1]
              return seen
            },
            reward: () => {
              const distance = Math.sqrt(toTarget(0) * toTarget(0) + toTarget(1) * toTarget(1))
              return distance <= model.geom_size[target] + fingerRadius ? 1 : 0
            },
          }
        },
      },
      suite,
    )
  }
