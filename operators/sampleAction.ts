import { type Observable, map } from 'rxjs'
import { atStep } from '../src/failure.js'
import type { ActionBounds, Policy, SampleOptions, SampledAction, TimeStep } from '../src/types.js'
import { addFields } from '../src/streams/addFields.js'

/**
 * Samples an action at each step that is not last, and passes the step on with the decision as `sampled`.
 *
 *     source        --a-----b-----t-----a-----b--|
 *     sampleAction  --a-----b-----t-----a-----b--|
 *     sampled         yes   yes   null  yes   yes
 *
 * Null on a last step: no action is sampled there and no random number is drawn. A learner is a policy, too. If the policy has
 * `actionBounds`, the step passes them on, so that `clipAction` and `actuate` can compare them with the world's.
 *
 * Memory: none of its own; the policy's random number generator advances.
 * Numbers: the policy's; `deterministic` takes its mode.
 * Fails: error notification when the policy throws; the error for a number that is not finite names the step.
 */
export const sampleAction =
  <S extends SampledAction>(policy: Policy<S>, options: SampleOptions = {}) =>
  <T extends TimeStep & { readonly sampled?: never }>(
    source: Observable<T>,
  ): Observable<T & { readonly sampled: S | null; readonly actionBounds?: ActionBounds }> => {
    const { actionBounds } = policy
    return map((step: T) => {
      try {
        const sampled = step.kind === 'last' ? null : policy.sample(step.observation, options)
        return actionBounds === undefined ? addFields(step, { sampled }) : addFields(step, { sampled, actionBounds })
      } catch (error) {
        throw atStep(error, step.index)
      }
    })(source)
  }
