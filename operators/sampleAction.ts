import { type Observable, map } from 'rxjs'
import { atStep } from '../src/failure.js'
import type { ActionBounds, Policy, SampleOptions, SampledAction, TimeStep } from '../src/types.js'
import { addFields } from '../src/streams/addFields.js'

/**
 * Decides, at each step that awaits an action, and passes the step on with the decision as `sampled`.
 *
 *     source        --a-----b-----t-----a-----b--|
 *     sampleAction  --a-----b-----t-----a-----b--|
 *     sampled         yes   yes   null  yes   yes
 *
 * Null on a last step: nothing is decided there and no random number is drawn. A learner is a policy, too. Where it says in which bounds its
 * actions lie, the step carries them on as `actionBounds`, so that `clipAction` and `actuate` can compare them with the world's.
 *
 * Memory: none of its own; the policy's random number generator moves on.
 * Numbers: the policy's; `deterministic` takes its mode.
 * Fails: error notification when the policy throws; a number that is not finite is told with the step.
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
