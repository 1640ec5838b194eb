import { type Observable, defer, map } from 'rxjs'
import { DriverError } from '../src/failure.js'
import { type Cell, cell } from '../src/cell.js'
import { checkNewArray } from '../src/checks.js'
import type { Observation, TimeStep, Transition, Unpaired } from '../src/types.js'
import { addFields } from '../src/streams/addFields.js'

/** The part of a step that is kept until the next one comes. */
export interface EarlierStep {
  readonly index: number
  readonly observation: Observation
}

/** Options of `transitions`. */
export interface TransitionsOptions {
  /** Holds the step before; `cell<EarlierStep | null>(null)` at the beginning of a run, and by default of each subscription. */
  readonly cell?: Cell<EarlierStep | null>
}

/**
 * Pairs each step with the one before, as the `transition` that a learner consumes. No other operator pairs steps.
 *
 *     source       --a-----b-----t-----a-----b--|
 *     transitions  --a-----b-----t-----a-----b--|
 *     transition     null  a>b   b>t   null  a>b
 *
 * Null on a first step, and on a step with none before it. Operators that change a step (`reward`, `normalizeObservation`, `timeLimit`)
 * stand above, and the compiler refuses them below: both sides of a transition have gone through the same operators.
 *
 * Memory: index and observation of the step before, cleared after each last step.
 * Fails: error notification when the indexes show that steps of an episode are missing, when a step has no `previousAction`, or when
 * two successive steps share one observation array, which the driver or an operator above then writes to again.
 */
export const transitions =
  (options: TransitionsOptions = {}) =>
  <T extends Unpaired>(source: Observable<T>): Observable<T & { readonly transition: Transition | null }> =>
    defer(() => {
      const earlier = options.cell ?? cell<EarlierStep | null>(null)
      return map((step: T) => {
        const transition = step.kind === 'first' || earlier.value === null ? null : pair(earlier.value, step)
        earlier.value = step.kind === 'last' ? null : { index: step.index, observation: step.observation }
        return addFields(step, { transition })
      })(source)
    })

const pair = ({ index, observation }: EarlierStep, step: TimeStep): Transition => {
  const { previousAction: sampled, reward, observation: nextObservation, terminated, truncated } = step
  if (step.index !== index + 1) {
    throw new DriverError(`transitions: step ${step.index} came after step ${index}, expected step ${index + 1}`)
  }
  if (sampled === null) {
    throw new DriverError(`transitions: step ${step.index} has no previousAction`)
  }
  checkNewArray('transitions', step, observation)
  return { observation, sampled, reward, nextObservation, terminated, truncated }
}
