/** What Hopper and Walker2d share: a robot on legs in a plane, which has to move forward upright. */
import { type Bounds } from '../../edge/codecs.js'
import type { ValuesOf } from '../../edge/settings.js'
import { components } from '../components.js'
import type { Model } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import { addUniform, jointState, squaredNorm } from '../mujoco/terms.js'
import {
  cutOffAt,
  excludeCurrentPositionsFromObservation,
  frameSkip,
  healthyRange,
  healthyReward,
  isWithin,
  limitsOf,
  resetNoiseScale,
  terminateWhenUnhealthy,
  weight,
} from './options.js'
import type { Version } from './robot.js'

/** The options of a walker; the ranges are its own. */
export const planarWalkerFields = (ranges: { readonly healthyZRange: Bounds; readonly healthyAngleRange: Bounds }) => ({
  frameSkip: frameSkip(4),
  forwardRewardWeight: weight(1, 'the forward velocity'),
  ctrlCostWeight: weight(1e-3, 'the squared action'),
  healthyReward: healthyReward(1),
  terminateWhenUnhealthy,
  healthyZRange: healthyRange(ranges.healthyZRange, 'height of the torso', 'm'),
  healthyAngleRange: healthyRange(ranges.healthyAngleRange, 'pitch of the torso', 'rad'),
  resetNoiseScale: resetNoiseScale(5e-3),
  excludeCurrentPositionsFromObservation,
})

/** A walker in a plane. */
export interface PlanarWalker {
  /** The id of its task, without the version. */
  readonly name: string
  readonly version: Version
  /** Its first three joints are those of the torso: along the floor, up, and the pitch. The others have motors. */
  readonly model: Model
  /** Meters from the floor to the middle of the torso, in the initial posture. */
  readonly initialHeight: number
  /** Names of the joints with motors. */
  readonly joints: readonly string[]
  readonly options: ValuesOf<ReturnType<typeof planarWalkerFields>>
  /** The bounds of every other number of a healthy walker, its place and height left out. */
  readonly healthyStateRange: Bounds
}

/** Velocities are observed up to this bound, in m/s and rad/s. */
const FASTEST = 10
const velocityLimits = [-FASTEST, FASTEST] as const

/** The task of a walker. */
export const planarWalker = ({
  name,
  version,
  model,
  initialHeight,
  joints,
  options,
  healthyStateRange,
}: PlanarWalker): MujocoTask => {
  const { terminateWhenUnhealthy: terminates } = options
  const first = options.excludeCurrentPositionsFromObservation ? 1 : 0
  const stateRange = limitsOf(healthyStateRange)
  const zRange = limitsOf(options.healthyZRange)
  const angleRange = limitsOf(options.healthyAngleRange)
  const isHealthy = (qpos: Float64Array, qvel: Float64Array): boolean => {
    if (!isWithin(qpos[1], zRange) || !isWithin(qpos[2], angleRange)) return false
    for (let i = 2; i < qpos.length; i++) if (!isWithin(qpos[i], stateRange)) return false
    for (let i = 0; i < qvel.length; i++) if (!isWithin(qvel[i], stateRange)) return false
    return true
  }
  const stepSeconds = model.timestep * options.frameSkip
  return {
    spec: {
      name: `${name}-${version}`,
      observation: components([
        ...([['forward position', 'm']] as const).slice(first),
        ['torso height', 'm'],
        ['torso pitch', 'rad'],
        ...joints.map((joint) => [`${joint} angle`, 'rad'] as const),
        ['forward velocity', 'm/s', ...velocityLimits],
        ['upward velocity', 'm/s', ...velocityLimits],
        ['torso pitch velocity', 'rad/s', ...velocityLimits],
        ...joints.map((joint) => [`${joint} velocity`, 'rad/s', ...velocityLimits] as const),
      ]),
      action: components(joints.map((joint) => [`${joint} torque`, '1', -1, 1] as const)),
      stepSeconds,
      stepLimit: 1000,
    },
    source: model,
    frameSkip: options.frameSkip,
    reads: [],
    moves: [],
    rules: ({ data }) => ({
      begin: (random) => {
        addUniform(data.qpos, options.resetNoiseScale, random)
        addUniform(data.qvel, options.resetNoiseScale, random)
      },
      observe: () => {
        const { qpos, qvel } = data
        const observation = jointState(qpos, qvel, first)
        for (let i = qpos.length - first; i < observation.length; i++) {
          observation[i] = cutOffAt(observation[i], velocityLimits)
        }
        return observation
      },
      step: (action, advance) => {
        const from = data.qpos[0]
        advance()
        const { qpos, qvel } = data
        const velocity = (qpos[0] - from) / stepSeconds
        const healthy = isHealthy(qpos, qvel)
        const terminated = terminates && !healthy
        const forward = options.forwardRewardWeight * velocity
        const effort = options.ctrlCostWeight * squaredNorm(action)
        if (version === 'v4') {
          const survival = healthy || terminates ? options.healthyReward : 0
          const info = { x_position: qpos[0], x_velocity: velocity }
          return { reward: forward + survival - effort, terminated, info }
        }
        const survival = healthy ? options.healthyReward : 0
        const info = {
          x_position: qpos[0],
          z_distance_from_origin: qpos[1] - initialHeight,
          x_velocity: velocity,
          reward_forward: forward,
          reward_ctrl: -effort,
          reward_survive: survival,
        }
        return { reward: forward + survival - effort, terminated, info }
      },
    }),
  }
}
