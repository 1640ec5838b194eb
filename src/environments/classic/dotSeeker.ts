/**
 * Dot Seeker: a dot that has to catch a target which wanders through its square, in as few steps as possible (the program beside Vasan et al. 2024;
 * its version without images).
 */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import type { Random, Spec } from '../../types.js'
import { components } from '../components.js'
import { anyFinite, classicSimulator, type ClassicSimulator } from './classicSimulator.js'
import { beginDot, dotActions, dotComponents, dotNumbers, dotSeconds, type DotState, moveDot } from './dot.js'
import { timeLimitField } from '../timeLimit.js'

/** Meters, in each direction, within which the target is caught. */
const catchDistance = 0.05

/** Meters of the target for one unit of its process. */
const targetScale = 0.5

/** The one root, three times, of the process by which each coordinate of the target moves. */
const root = 0.8
// Three equal roots r: x = 3 r x1 - 3 r^2 x2 + r^3 x3 + noise.
const squaredRoot = root * root
const [first, second, third] = [3 * root, -3 * squaredRoot, root * squaredRoot]

/**
 * The deviation of the noise with which the process has variance 1. For AR(3) with three equal roots r the variance for noise of variance 1 is
 * (1 + 4 r^2 + r^4) / (1 - r^2)^5.
 */
const rest = 1 - squaredRoot
const noiseDeviation = Math.sqrt((rest * rest * rest * rest * rest) / (1 + 4 * squaredRoot + squaredRoot * squaredRoot))

/** Steps after which the process has forgotten where it began: 0.8^200 is 4e-20. */
const SETTLING = 200

/** The dot, and the last three values of the process of each coordinate of the target, the newest one first. */
export type DotSeekerState = DotState & {
  readonly targetX1: number
  readonly targetX2: number
  readonly targetX3: number
  readonly targetY1: number
  readonly targetY2: number
  readonly targetY3: number
}

/** The options of Dot Seeker. */
export const dotSeekerFields = {
  /** How an episode ends at its limit of steps. The default is 'terminated', as in the program beside the paper. */
  timeLimit: timeLimitField('terminated'),
}

/** Shapes, bounds and pace of Dot Seeker. */
export const dotSeekerSpec: Spec = {
  name: 'DotSeeker',
  observation: components([...dotComponents, ['target x', 'm', -1, 1], ['target y', 'm', -1, 1]]),
  action: components(dotActions),
  stepSeconds: dotSeconds,
  stepLimit: 10_000,
}

type TargetState = Omit<DotSeekerState, keyof DotState>

const restingTarget: TargetState = { targetX1: 0, targetX2: 0, targetX3: 0, targetY1: 0, targetY2: 0, targetY3: 0 }

/** The target after a step; `noise`, of two numbers, is overwritten. */
const moveTarget = (state: TargetState, random: Random, noise: Float32Array): TargetState => {
  random.normal(noise)
  const { targetX1, targetX2, targetX3, targetY1, targetY2, targetY3 } = state
  return {
    targetX1: first * targetX1 + second * targetX2 + third * targetX3 + noiseDeviation * noise[0],
    targetX2: targetX1,
    targetX3: targetX2,
    targetY1: first * targetY1 + second * targetY2 + third * targetY3 + noiseDeviation * noise[1],
    targetY2: targetY1,
    targetY3: targetY2,
  }
}

/** A coordinate of the target, within the square. */
const placeOf = (value: number): number => Math.max(-1, Math.min(1, targetScale * value))

/**
 * Dot Seeker. Each coordinate of the target is 0.5 times an autoregressive process of third order whose roots are all 0.8, with variance 1, cut off
 * at the walls. An episode begins with the dot at rest anywhere in the square and the process in its stationary state. Every step costs 1, the one
 * that catches the target as well.
 *
 * The facts at hand name the process, its root and the 0.5, and not how they are combined: that the place of the target is the scaled process, and
 * that every step costs 1, are this project's reading.
 */
export const dotSeeker = (
  { random }: { readonly random: Random },
  { timeLimit }: ValuesOf<typeof dotSeekerFields> = defaultsOf(dotSeekerFields),
): ClassicSimulator<DotSeekerState> => {
  const noise = new Float32Array(2)
  return classicSimulator<DotSeekerState>(
    {
      spec: dotSeekerSpec,
      numbers: {
        ...dotNumbers,
        targetX1: anyFinite,
        targetX2: anyFinite,
        targetX3: anyFinite,
        targetY1: anyFinite,
        targetY2: anyFinite,
        targetY3: anyFinite,
      },
      begin: (source) => {
        const dot = beginDot(source)
        let target = restingTarget
        for (let i = 0; i < SETTLING; i++) target = moveTarget(target, source, noise)
        return { ...dot, ...target }
      },
      observe: ({ x, y, vx, vy, targetX1, targetY1 }) =>
        Float64Array.of(x, y, vx, vy, placeOf(targetX1), placeOf(targetY1)),
      step: (before, action, source) => {
        const state = { ...moveDot(before, action), ...moveTarget(before, source, noise) }
        const isCaught =
          Math.abs(state.x - placeOf(state.targetX1)) <= catchDistance &&
          Math.abs(state.y - placeOf(state.targetY1)) <= catchDistance
        return { state, reward: -1, terminated: isCaught }
      },
      timeLimit,
    },
    { random },
  )
}
