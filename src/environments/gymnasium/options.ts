/** Options that several of Gymnasium's tasks have, by Gymnasium's names in this project's spelling. */
import { type Bounds, bounds, finiteNumber, numberIn, positiveInteger, yesOrNo } from '../../edge/codecs.js'
import { field } from '../../edge/settings.js'

const origin = 'Gymnasium'

/** Physics steps for one action. */
export const frameSkip = (steps: number) =>
  field(positiveInteger, { default: steps, about: 'physics steps for one action', origin })

/** The factor of one term of the reward. */
export const weight = (value: number, of: string) =>
  field(finiteNumber, { default: value, about: `factor of ${of} in the reward`, origin })

/** The reward for each step in which the robot is healthy. */
export const healthyReward = (value: number) =>
  field(finiteNumber, { default: value, about: 'reward for each step in which the robot is healthy', origin })

/** Whether an episode is terminated once the robot is not healthy. */
export const terminateWhenUnhealthy = field(yesOrNo, {
  default: true,
  about: 'terminate an episode once the robot is not healthy',
  origin,
})

/** The values between which the robot is healthy. */
export const healthyRange = (range: Bounds, of: string, unit?: string) =>
  field(bounds, {
    default: range,
    about: `lowest and highest ${of} of a healthy robot`,
    origin,
    ...(unit !== undefined && { unit }),
  })

/** The values at which a quantity is cut off. */
export const cutOff = (range: Bounds, of: string) =>
  field(bounds, { default: range, about: `bounds at which ${of} is cut off`, origin })

/** The size of the noise of initial states: the bound of uniform draws, the deviation of normal ones. */
export const resetNoiseScale = (scale: number) =>
  field(numberIn({ from: 0 }), {
    default: scale,
    about: 'noise of initial positions and velocities: bound of uniform draws, deviation of normal ones',
    origin,
  })

/** Whether the robot's place on the floor is left out of the observation. */
export const excludeCurrentPositionsFromObservation = field(yesOrNo, {
  default: true,
  about: "leave the robot's place on the floor out of the observation",
  origin,
})

/** Whether a part of the observation is there. */
export const included = (part: string) => field(yesOrNo, { default: true, about: `observe ${part}`, origin })

/** The numbers of bounds of which each may be `none`. */
export const limitsOf = ([low, high]: Bounds): readonly [low: number, high: number] => [
  low === 'none' ? -Infinity : low,
  high === 'none' ? Infinity : high,
]

/** Whether a value is between the limits and none of them. */
export const isWithin = (value: number, [low, high]: readonly [low: number, high: number]): boolean =>
  value > low && value < high

/** The value, cut off at the limits. */
export const cutOffAt = (value: number, [low, high]: readonly [low: number, high: number]): number =>
  Math.max(low, Math.min(high, value))
