/**
 * Point mass: a ball on a floor with walls, which two motors push to the middle.
 *
 * The model is written from the facts of the suite's compiled one (test/golden/models/dm_control/point_mass-easy.json).
 */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import type { Joint, Model } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { jointState } from '../mujoco/terms.js'
import { walledFloor } from './arena.js'
import { jointRandomizer } from './placement.js'
import { motor, smallControl, suiteFields, suiteTask } from './suite.js'
import { tolerance } from './tolerance.js'

const rail = { type: 'slide', range: [-0.29, 0.29], damping: 1 } as const satisfies Partial<Joint>

/** The weights of both rails in a tendon that pulls along one of them: the other one has the weight 0. */
const along = (x: 0 | 1, y: 0 | 1) => [
  { joint: 'root_x', coef: x },
  { joint: 'root_y', coef: y },
]
const targetRadius = 0.015

/** The ball on the target in the middle. */
export const pointMassModel: Model = {
  name: 'point_mass',
  timestep: 0.02,
  integrator: 'Euler',
  flags: { contact: 'disable' },
  geoms: [...walledFloor(0.1), { name: 'target', type: 'sphere', size: [targetRadius], pos: [0, 0, 0.01] }],
  bodies: [
    {
      name: 'pointmass',
      pos: [0, 0, 0.01],
      joints: [
        { ...rail, name: 'root_x', axis: [1, 0, 0] },
        { ...rail, name: 'root_y', axis: [0, 1, 0] },
      ],
      geoms: [{ name: 'pointmass', type: 'sphere', size: [0.01], mass: 0.3 }],
    },
  ],
  tendons: [
    { name: 't1', joints: along(1, 0) },
    { name: 't2', joints: along(0, 1) },
  ],
  actuators: ['t1', 't2'].map((tendon) => ({ name: tendon, tendon, gear: 0.1, ctrlrange: [-1, 1] })),
}

const near = tolerance({ bounds: [0, targetRadius], margin: targetRadius })

/** Options of the task. */
export const fields = suiteFields

/**
 * Point mass as the suite defines it: rewarded for a ball near the middle, and for small actions. Episodes begin anywhere between the
 * walls, at rest. Golden: test/golden/dm_control/point_mass-easy.json.
 */
export const pointMass =
  (variant: 'easy') =>
  (options: Partial<ValuesOf<typeof fields>> = {}): MujocoTask<'geom_xpos'> =>
    suiteTask(
      {
        name: `point_mass-${variant}`,
        observation: [
          ['position along x', 'm'],
          ['position along y', 'm'],
          ['velocity along x', 'm/s'],
          ['velocity along y', 'm/s'],
        ],
        action: [motor('force along x'), motor('force along y')],
        source: pointMassModel,
        substeps: 1,
        reads: ['geom_xpos'],
        moves: [],
        rules: (scene) => {
          const { data, place } = scene
          const target = 3 * place('geom', 'target').row
          const ball = 3 * place('geom', 'pointmass').row
          return {
            begin: jointRandomizer(scene, pointMassModel),
            observe: () => jointState(data.qpos, data.qvel, 0),
            reward: (action) => {
              let squares = 0
              for (let i = 0; i < 3; i++) {
                const gap = data.geom_xpos[target + i] - data.geom_xpos[ball + i]
                squares += gap * gap
              }
              return near(Math.sqrt(squares)) * smallControl(action)
            },
          }
        },
      },
      { ...defaultsOf(fields), ...options },
    )
