/** Finger: a planar finger of two links, which has to spin a body on a hinge, or to turn its tip to a target. */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import { cos, sin } from '../../kernels/elementary.js'
import { logOnePlus } from '../../kernels/inverses.js'
import type { Component } from '../components.js'
import type { MujocoTask } from '../mujoco/task.js'
import { fingerModel, spinnerPlace, spinnerRadius } from './fingerModel.js'
import { jointRandomizer, placeWithoutContacts, uniformBetween } from './placement.js'
import { motor, suiteFields, suiteTask } from './suite.js'

/** What differs from task to task: the damping of the spinner's hinge in N m s, and the radius of the target in meters. */
const variants = {
  spin: { spinnerDamping: 0.03, targetRadius: 0.03 },
  turn_easy: { spinnerDamping: 0.5, targetRadius: 0.07 },
  turn_hard: { spinnerDamping: 0.5, targetRadius: 0.03 },
}

const observation: readonly Component[] = [
  ['proximal angle', 'rad'],
  ['distal angle', 'rad'],
  ['from hinge to tip, along x', 'm'],
  ['from hinge to tip, along z', 'm'],
  ['proximal velocity', 'rad/s'],
  ['distal velocity', 'rad/s'],
  ['spinner velocity', 'rad/s'],
  ['log(1 + touch at the top of the fingertip)', '1'],
  ['log(1 + touch at the bottom of the fingertip)', '1'],
]
const observationOfTarget: readonly Component[] = [
  ['from hinge to target, along x', 'm'],
  ['from hinge to target, along z', 'm'],
  ['distance of the tip from the edge of the target', 'm'],
]

/** Options of the tasks. */
export const fields = suiteFields

/**
 * Finger as the suite defines it. `spin` is rewarded with 1 while the spinner turns at 15 rad/s or faster, `turn_easy` and `turn_hard`
 * while the spinner's tip is in the target. Episodes begin in any posture without contacts, at rest, with the target anywhere on the circle
 * of the tip. Golden: test/golden/dm_control/finger-*.json.
 */
export const finger =
  (variant: keyof typeof variants) =>
  (
    options: Partial<ValuesOf<typeof fields>> = {},
  ): MujocoTask<'sensordata', 'dof_damping' | 'site_pos' | 'site_size'> => {
    const source = fingerModel(variants[variant])
    const turns = variant !== 'spin'
    return suiteTask(
      {
        name: `finger-${variant}`,
        observation: turns ? [...observation, ...observationOfTarget] : observation,
        action: [motor('proximal torque'), motor('distal torque')],
        source,
        substeps: 2,
        reads: ['sensordata'],
        moves: ['dof_damping', 'site_pos', 'site_size'],
        rules: (scene) => {
          const { data, model, place } = scene
          const randomize = jointRandomizer(scene, source)
          const sensor = (name: string): number => place('sensor', name).sensordata
          const [tip, spinner, target] = ['tip', 'spinner', 'target'].map(sensor)
          const [top, bottom] = ['touchtop', 'touchbottom'].map(sensor)
          const targetSite = 3 * place('site', 'target').row
          /** How far one place is from another, along x (0) or z (2). */
          const between = (from: number, to: number, axis: 0 | 2): number =>
            data.sensordata[to + axis] - data.sensordata[from + axis]
          const distance = (): number => {
            const x = between(tip, target, 0)
            const z = between(tip, target, 2)
            return Math.sqrt(x * x + z * z) - model.site_size[targetSite]
          }
          return {
            begin: (random) => {
              if (turns) {
                const angle = uniformBetween(-Math.PI, Math.PI, random)
                model.site_pos[targetSite] = spinnerPlace[0] + spinnerRadius * sin(angle)
                model.site_pos[targetSite + 2] = spinnerPlace[2] + spinnerRadius * cos(angle)
              }
              placeWithoutContacts('finger', scene, () => randomize(random))
            },
            observe: () => {
              const { qpos, qvel, sensordata } = data
              const seen = new Float64Array(turns ? 12 : 9)
              seen[0] = qpos[0]
              seen[1] = qpos[1]
              seen[2] = between(spinner, tip, 0)
              seen[3] = between(spinner, tip, 2)
              seen.set(qvel, 4)
              seen[7] = logOnePlus(sensordata[top])
              seen[8] = logOnePlus(sensordata[bottom])
              if (turns) {
                seen[9] = between(spinner, target, 0)
                seen[10] = between(spinner, target, 2)
                seen[11] = distance()
              }
              return seen
            },
            reward: () => (turns ? (distance() <= 0 ? 1 : 0) : data.qvel[2] <= -15 ? 1 : 0),
          }
        },
      },
      { ...defaultsOf(fields), ...options },
    )
  }
