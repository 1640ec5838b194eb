import { type Observable, map } from 'rxjs'
import { atStep } from '../src/failure.js'
import type { ActionBounds, Learner, SampleOptions, SampledAction, TimeStep } from '../src/types.js'
import { addFields } from '../src/streams/addFields.js'

/**
 * Decides, at each step that awaits an action, and passes the step on with the decision as `sampled`.
 *
 *     source        --a-----b-----t-----a-----b--|
 *     sampleAction  --a-----b-----t-----a-----b--|
 *     sampled         yes   yes   null  yes   yes
 *
 * Null on a last step: nothing is decided there and no random number is drawn. Where the learner says in which bounds its actions
 * lie, the step carries them on as `actionBounds`, so that `clipAction` and `actuate` can compare them with the world's.
 *
 * Memory: none of its own; the learner's random number generator moves on.
 * Numbers: the learner's; `deterministic` takes the mode of its policy.
 * Fails: error notification when the learner throws; a number that is not finite is told with the step.
 */
export const sampleAction =
  <S extends SampledAction>(learner: Pick<Learner<S>, 'sample' | 'actionBounds'>, options: SampleOptions = {}) =>
  <T extends TimeStep & { readonly sampled?: never }>(
    source: Observable<T>,
  ): Observable<T & { readonly sampled: S | null; readonly actionBounds?: ActionBounds }> => {
    const { actionBounds } = learner
    return map((step: T) => {
      try {
        const sampled = step.kind === 'last' ? null : learner.sample(step.observation, options)
        return actionBounds === undefined ? addFields(step, { sampled }) : addFields(step, { sampled, actionBounds })
      } catch (error) {
        throw atStep(error, step.index)
      }
    })(source)
  }
