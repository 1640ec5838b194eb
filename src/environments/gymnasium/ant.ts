/** Ant: a torso on four legs of two joints each, which has to run forward. */
import { text, yesOrNo } from '../../edge/codecs.js'
import { field } from '../../edge/settings.js'
import { type Component, components } from '../components.js'
import type { MujocoTask } from '../mujoco/task.js'
import { addNormal, addUniform, jointState, square, squaredNorm } from '../mujoco/terms.js'
import { antModel, legNames, motorLegs } from './antModel.js'
import { contactComponents } from './bodyComponents.js'
import {
  cutOff,
  cutOffAt,
  excludeCurrentPositionsFromObservation,
  frameSkip,
  healthyRange,
  healthyReward,
  included,
  limitsOf,
  resetNoiseScale,
  terminateWhenUnhealthy,
  weight,
} from './options.js'
import { placeInfo } from './placeInfo.js'
import { robot } from './robot.js'

/** Names of the bodies in MuJoCo's order, the world first. */
const bodyNames = [
  'world',
  'torso',
  ...legNames.flatMap((name) => [`${name} leg`, `${name} thigh`, `${name} shin`]),
] as const

const jointNames = legNames.flatMap((name) => [`${name} hip`, `${name} ankle`])

/** Positions and velocities as they are observed, the place on the floor first. */
const stateComponents: readonly Component[] = [
  ['forward position', 'm'],
  ['sideward position', 'm'],
  ['torso height', 'm'],
  ...['w', 'x', 'y', 'z'].map((axis) => [`torso orientation ${axis}`, '1'] as const),
  ...jointNames.map((name) => [`${name} angle`, 'rad'] as const),
  ['forward velocity', 'm/s'],
  ['sideward velocity', 'm/s'],
  ['upward velocity', 'm/s'],
  ...['x', 'y', 'z'].map((axis) => [`torso rotation ${axis}`, 'rad/s'] as const),
  ...jointNames.map((name) => [`${name} velocity`, 'rad/s'] as const),
]

/**
 * Ant as Gymnasium defines it: reward the forward velocity and 1 while it is healthy, less 0.5 times the squared action; terminated once it is
 * not healthy. Positions begin within 0.1 of rest, velocities with a deviation of 0.1.
 *
 * Only v5 observes the forces of contacts, and counts them in the reward; v4 rewards the step in which it falls as well. The versions differ in
 * `info`. With `useContactForces` v4 observes the forces too, those of the world included, and its `reward_ctrl` is their cost, as Gymnasium's is.
 * Golden: test/golden/gymnasium/Ant-v4.json and Ant-v5.json.
 */
export const ant = robot({
  name: 'Ant',
  fields: {
    frameSkip: frameSkip(5),
    forwardRewardWeight: weight(1, 'the forward velocity'),
    ctrlCostWeight: weight(0.5, 'the squared action'),
    contactCostWeight: weight(5e-4, 'the squared forces of contacts'),
    healthyReward: healthyReward(1),
    mainBody: field(text, { default: 'torso', about: 'body whose velocity is rewarded', origin: 'Gymnasium' }),
    terminateWhenUnhealthy,
    healthyZRange: healthyRange([0.2, 1], 'height of the torso', 'm'),
    contactForceRange: cutOff([-1, 1], 'each force of a contact'),
    resetNoiseScale: resetNoiseScale(0.1),
    excludeCurrentPositionsFromObservation,
    includeCfrcExtInObservation: included('the forces of contacts'),
    useContactForces: field(yesOrNo, {
      default: false,
      about: 'observe the forces of contacts, and count them in the reward',
      origin: 'Gymnasium',
    }),
  },
  absent: {
    v4: ['frameSkip', 'forwardRewardWeight', 'mainBody', 'includeCfrcExtInObservation'],
    v5: ['useContactForces'],
  },
  task: (version, options): MujocoTask<'cfrc_ext' | 'xpos'> => {
    const stepSeconds = antModel.timestep * options.frameSkip
    const first = options.excludeCurrentPositionsFromObservation ? 2 : 0
    const [lowest, highest] = limitsOf(options.healthyZRange)
    const forceLimits = limitsOf(options.contactForceRange)
    const countsForces = version === 'v5' || options.useContactForces
    const seesForces = version === 'v5' ? options.includeCfrcExtInObservation : options.useContactForces
    /** The first number of `cfrc_ext` that is observed: v5 leaves the world out. */
    const firstForce = version === 'v5' ? 6 : 0
    const forceBodies = bodyNames.slice(firstForce / 6)
    const forces = seesForces ? contactComponents(forceBodies, forceLimits) : []
    return {
      spec: {
        name: `Ant-${version}`,
        observation: components([...stateComponents.slice(first), ...forces]),
        action: components(
          motorLegs.flatMap((number) =>
            ['hip', 'ankle'].map((kind) => [`${legNames[number - 1]} ${kind} torque`, '1', -1, 1] as const),
          ),
        ),
        stepSeconds,
        stepLimit: 1000,
      },
      source: antModel,
      frameSkip: options.frameSkip,
      reads: countsForces ? ['cfrc_ext', 'xpos'] : ['xpos'],
      moves: [],
      rules: ({ data, place }) => {
        const body = 3 * place('body', options.mainBody).row
        return {
          begin: (random) => {
            addUniform(data.qpos, options.resetNoiseScale, random)
            addNormal(data.qvel, options.resetNoiseScale, random)
          },
          observe: () => {
            const state = jointState(data.qpos, data.qvel, first)
            if (!seesForces) return state
            const observation = new Float64Array(state.length + data.cfrc_ext.length - firstForce)
            observation.set(state)
            for (let i = firstForce; i < data.cfrc_ext.length; i++) {
              observation[state.length + i - firstForce] = cutOffAt(data.cfrc_ext[i], forceLimits)
            }
            return observation
          },
          step: (action, advance) => {
            const [x, y] = [data.xpos[body], data.xpos[body + 1]]
            advance()
            const { qpos } = data
            const x_velocity = (data.xpos[body] - x) / stepSeconds
            const y_velocity = (data.xpos[body + 1] - y) / stepSeconds
            const healthy = qpos[2] >= lowest && qpos[2] <= highest
            const terminated = options.terminateWhenUnhealthy && !healthy
            const forward = options.forwardRewardWeight * x_velocity
            const effort = options.ctrlCostWeight * squaredNorm(action)
            let squaredForces = 0
            if (countsForces) {
              for (let i = 0; i < data.cfrc_ext.length; i++)
                squaredForces += square(cutOffAt(data.cfrc_ext[i], forceLimits))
            }
            const contact = options.contactCostWeight * squaredForces
            const isRewarded = healthy || (version === 'v4' && options.terminateWhenUnhealthy)
            const survival = isRewarded ? options.healthyReward : 0
            const reward = forward + survival - (effort + contact)
            const position =
              version === 'v4'
                ? placeInfo(data.xpos[body], data.xpos[body + 1], x_velocity, y_velocity)
                : placeInfo(qpos[0], qpos[1], x_velocity, y_velocity)
            const info =
              version === 'v4'
                ? {
                    reward_forward: forward,
                    reward_ctrl: options.useContactForces ? -contact : -effort,
                    reward_survive: survival,
                    ...position,
                    forward_reward: forward,
                  }
                : {
                    ...position,
                    reward_forward: forward,
                    reward_ctrl: -effort,
                    reward_contact: -contact,
                    reward_survive: survival,
                  }
            return { reward, terminated, info }
          },
        }
      },
    }
  },
})
