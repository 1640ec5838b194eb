/** Specs of actions, and steps with a sampled action. */
import type { Action, SampledAction, TimeStep, VectorSpec } from '../../src/types.js'
import { timeSteps } from '../../src/testing/marbles.js'

/** A spec with these bounds; components are called `joint0`, `joint1` and so on. */
export const bounds = (low: readonly number[], high: readonly number[]): VectorSpec => ({
  size: low.length,
  low,
  high,
  names: low.map((_, i) => `joint${i}`),
  units: low.map(() => '1'),
})

/** A step with a sampled action. */
export type Sampled = TimeStep & { readonly sampled: SampledAction | null }

/** The step with a decision for it; null when it is last. */
export const decide =
  (action: Action) =>
  (step: TimeStep): Sampled => ({
    ...step,
    sampled: step.kind === 'last' ? null : { action },
  })

/** One step with this sampled action. */
export const decided = (action: Action) => timeSteps('a').map(decide(action))
