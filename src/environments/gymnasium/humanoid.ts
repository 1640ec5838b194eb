/** Humanoid: a figure of two legs and two arms, which has to walk forward without falling. */
import type { MujocoTask } from '../mujoco/task.js'
import { addUniform, squaredNorm } from '../mujoco/terms.js'
import { humanoidModel } from './humanoidModel.js'
import {
  humanoidAction,
  humanoidObservation,
  humanoidObservationFields,
  type HumanoidRead,
  humanoidReads,
} from './humanoidObservation.js'
import {
  cutOff,
  cutOffAt,
  frameSkip,
  healthyRange,
  healthyReward,
  isWithin,
  limitsOf,
  resetNoiseScale,
  terminateWhenUnhealthy,
  weight,
} from './options.js'
import { placeInfo } from './placeInfo.js'
import { robot } from './robot.js'

const model = humanoidModel('standing')

/**
 * Humanoid as Gymnasium defines it: reward 1.25 times the forward velocity of the center of mass and 5 while it is healthy, less 0.1 times the
 * squared action; terminated once it is not healthy. Positions and velocities begin within 0.01 of rest.
 *
 * v5 subtracts the squared forces of contacts as well, up to 10, does not observe what is always 0, and does not reward the step in which it falls.
 * The versions differ in `info`, of which the lengths and velocities of tendons, two arrays, are left out here. Golden:
 * test/golden/gymnasium/Humanoid-v4.json and Humanoid-v5.json.
 */
export const humanoid = robot({
  name: 'Humanoid',
  fields: {
    frameSkip: frameSkip(5),
    forwardRewardWeight: weight(1.25, 'the forward velocity'),
    ctrlCostWeight: weight(0.1, 'the squared action'),
    contactCostWeight: weight(5e-7, 'the squared forces of contacts'),
    contactCostRange: cutOff(['none', 10], 'the cost of contacts'),
    healthyReward: healthyReward(5),
    terminateWhenUnhealthy,
    healthyZRange: healthyRange([1, 2], 'height of the torso', 'm'),
    resetNoiseScale: resetNoiseScale(0.01),
    ...humanoidObservationFields,
  },
  absent: {
    v4: [
      'frameSkip',
      'contactCostWeight',
      'contactCostRange',
      'includeCinertInObservation',
      'includeCvelInObservation',
      'includeQfrcActuatorInObservation',
      'includeCfrcExtInObservation',
    ],
    v5: [],
  },
  task: (version, options): MujocoTask<HumanoidRead | 'xipos'> => {
    const stepSeconds = model.timestep * options.frameSkip
    const { spec: observation, observe } = humanoidObservation(version, options)
    const zRange = limitsOf(options.healthyZRange)
    const costRange = limitsOf(options.contactCostRange)
    return {
      spec: { name: `Humanoid-${version}`, observation, action: humanoidAction, stepSeconds, stepLimit: 1000 },
      source: model,
      frameSkip: options.frameSkip,
      reads: [...humanoidReads, 'xipos'],
      moves: [],
      rules: ({ data, compiled }) => {
        const masses = compiled('body_mass')
        const mass = masses.reduce((sum, each) => sum + each, 0)
        /** The center of mass along an axis. */
        const center = (axis: 0 | 1): number => {
          let sum = 0
          for (let body = 0; body < masses.length; body++) sum += masses[body] * data.xipos[3 * body + axis]
          return sum / mass
        }
        return {
          begin: (random) => {
            addUniform(data.qpos, options.resetNoiseScale, random)
            addUniform(data.qvel, options.resetNoiseScale, random)
          },
          observe: () => observe(data),
          step: (action, advance) => {
            const [x, y] = [center(0), center(1)]
            advance()
            const { qpos } = data
            const [centerX, centerY] = [center(0), center(1)]
            const x_velocity = (centerX - x) / stepSeconds
            const y_velocity = (centerY - y) / stepSeconds
            const healthy = isWithin(qpos[2], zRange)
            const terminated = options.terminateWhenUnhealthy && !healthy
            const forward = options.forwardRewardWeight * x_velocity
            const effort = options.ctrlCostWeight * squaredNorm(action)
            const rewarded = healthy || (version === 'v4' && options.terminateWhenUnhealthy)
            const survival = rewarded ? options.healthyReward : 0
            if (version === 'v4') {
              const info = {
                reward_linvel: forward,
                reward_quadctrl: -effort,
                reward_alive: survival,
                ...placeInfo(centerX, centerY, x_velocity, y_velocity),
                forward_reward: forward,
              }
              return { reward: forward + survival - effort, terminated, info }
            }
            const contact = cutOffAt(options.contactCostWeight * squaredNorm(data.cfrc_ext), costRange)
            const info = {
              ...placeInfo(qpos[0], qpos[1], x_velocity, y_velocity),
              reward_survive: survival,
              reward_forward: forward,
              reward_ctrl: -effort,
              reward_contact: -contact,
            }
            return { reward: forward + survival - (effort + contact), terminated, info }
          },
        }
      },
    }
  },
})
