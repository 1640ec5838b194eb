/** HumanoidStandup: the humanoid on its back, which has to stand up. */
import type { MujocoTask } from '../mujoco/task.js'
import { addUniform, squaredNorm } from '../mujoco/terms.js'
import { humanoidModel, torsoHeight } from './humanoidModel.js'
import {
  humanoidAction,
  humanoidObservation,
  humanoidObservationFields,
  type HumanoidRead,
  humanoidReads,
} from './humanoidObservation.js'
import { cutOff, cutOffAt, frameSkip, limitsOf, resetNoiseScale, weight } from './options.js'
import { robot } from './robot.js'

const model = humanoidModel('lying')

const fields = {
  frameSkip: frameSkip(5),
  uphCostWeight: weight(1, 'the height of the torso'),
  ctrlCostWeight: weight(0.1, 'the squared action'),
  impactCostWeight: weight(5e-7, 'the squared forces of contacts'),
  impactCostRange: cutOff(['none', 10], 'the cost of contacts'),
  resetNoiseScale: resetNoiseScale(0.01),
  ...humanoidObservationFields,
}

/**
 * HumanoidStandup as Gymnasium defines it: reward 1 and the height of the torso divided by the physics step, less 0.1 times the squared action and
 * the squared forces of contacts, up to 10; never terminated. Positions and velocities begin within 0.01 of rest.
 *
 * v5 does not observe what is always 0, and has more in `info`, of which the lengths and velocities of tendons, two arrays, are left out here.
 * `uphCostWeight` acts as Gymnasium documents it; the program of Gymnasium 1.3.0 ignores it. Golden:
 * test/golden/gymnasium/HumanoidStandup-v4.json and HumanoidStandup-v5.json.
 */
export const humanoidStandup = robot({
  name: 'HumanoidStandup',
  fields,
  absent: { v4: Object.keys(fields) as (keyof typeof fields)[], v5: [] },
  task: (version, options): MujocoTask<HumanoidRead> => {
    const { spec: observation, observe } = humanoidObservation(version, options)
    const costRange = limitsOf(options.impactCostRange)
    return {
      spec: {
        name: `HumanoidStandup-${version}`,
        observation,
        action: humanoidAction,
        stepSeconds: model.timestep * options.frameSkip,
        stepLimit: 1000,
      },
      source: model,
      frameSkip: options.frameSkip,
      reads: humanoidReads,
      moves: [],
      rules: ({ data }) => ({
        begin: (random) => {
          addUniform(data.qpos, options.resetNoiseScale, random)
          addUniform(data.qvel, options.resetNoiseScale, random)
        },
        observe: () => observe(data),
        step: (action, advance) => {
          advance()
          const [x_position, y_position, height] = data.qpos
          const up = (options.uphCostWeight * height) / model.timestep
          const effort = options.ctrlCostWeight * squaredNorm(action)
          const impact = cutOffAt(options.impactCostWeight * squaredNorm(data.cfrc_ext), costRange)
          const terms = { reward_linup: up, reward_quadctrl: -effort, reward_impact: -impact }
          const info =
            version === 'v4'
              ? terms
              : { x_position, y_position, z_distance_from_origin: height - torsoHeight.lying, ...terms }
          return { reward: up - effort - impact + 1, terminated: false, info }
        },
      }),
    }
  },
})
