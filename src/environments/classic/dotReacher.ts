/**
 * Dot Reacher: a dot that has to come to rest in the middle of a square, in as few steps as possible (Vasan et al. 2024, and the program beside
 * the paper).
 */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import type { Random, Spec } from '../../types.js'
import { components } from '../components.js'
import { classicSimulator, type ClassicSimulator } from './classicSimulator.js'
import { beginDot, dotActions, dotComponents, dotNumbers, dotSeconds, type DotState, moveDot } from './dot.js'
import { timeLimitField } from '../timeLimit.js'

/** How near to the middle is near enough: meters and meters per second, in each direction. */
const tolerances = {
  easy: { position: 0.25, velocity: 0.1 },
  hard: { position: 0.1, velocity: 0.05 },
} as const

/** A variant of Dot Reacher. */
export type DotReacherVariant = keyof typeof tolerances

/** The options of Dot Reacher. */
export const dotReacherFields = {
  /** How an episode ends at its limit of steps. The default is 'terminated', as in the program beside the paper. */
  timeLimit: timeLimitField('terminated'),
}

/** Shapes, bounds and pace of Dot Reacher. */
export const dotReacherSpec = (variant: DotReacherVariant): Spec => ({
  name: `DotReacher-${variant}`,
  observation: components(dotComponents),
  action: components(dotActions),
  stepSeconds: dotSeconds,
  stepLimit: 20_000,
})

/**
 * Dot Reacher. An episode begins at rest anywhere in the square. Every step costs 1, the one that reaches the goal as well.
 *
 * The published program marks the end by the limit as terminated, so that nothing is bootstrapped from it; `timeLimit: 'truncated'` does not.
 */
export const dotReacher = (
  variant: DotReacherVariant,
  { random }: { readonly random: Random },
  { timeLimit }: ValuesOf<typeof dotReacherFields> = defaultsOf(dotReacherFields),
): ClassicSimulator<DotState> => {
  const tolerance = tolerances[variant]
  const isAtGoal = ({ x, y, vx, vy }: DotState): boolean =>
    Math.abs(x) <= tolerance.position &&
    Math.abs(y) <= tolerance.position &&
    Math.abs(vx) <= tolerance.velocity &&
    Math.abs(vy) <= tolerance.velocity
  return classicSimulator<DotState>(
    {
      spec: dotReacherSpec(variant),
      numbers: dotNumbers,
      begin: beginDot,
      observe: ({ x, y, vx, vy }) => Float64Array.of(x, y, vx, vy),
      step: (before, action) => {
        const state = moveDot(before, action)
        return { state, reward: -1, terminated: isAtGoal(state) }
      },
      timeLimit,
    },
    { random },
  )
}
