import { type Observable, map } from 'rxjs'
import { atStep } from '../src/failure.js'
import type { Learner, SampledAction, TimeStep, Transition } from '../src/types.js'
import { addFields } from '../src/streams/addFields.js'

/**
 * Updates a learner with each transition and passes the step on with the learner's `report`.
 *
 *     source  --a-----b-----t-----a-----b--|
 *     update  --a-----b-----t-----a-----b--|
 *     report    null  yes   yes   null  yes
 *
 * Above `sampleAction` the next action is sampled from the new weights, as AVG was published; below `actuate` the world moves while the
 * learner learns, as a robot with a deadline needs. Both are right: an update is a function of values.
 *
 * Memory: `learner`, the caller's, changed in place.
 * Numbers: the learner's.
 * Fails: error notification when the learner throws; the error for a number that is not finite names the step.
 */
export const update =
  <S extends SampledAction, Report>(learner: Pick<Learner<S, Report>, 'update'>) =>
  <T extends TimeStep & { readonly transition: Transition | null; readonly report?: never }>(
    source: Observable<T>,
  ): Observable<T & { readonly report: Report | null }> =>
    map((step: T) => {
      // A driver passes decisions back as plain `SampledAction`s, so that one world serves every algorithm. Each one was made by the
      // `sampleAction` of this pipeline; only this cast restores its type.
      const transition = step.transition as Transition<S> | null
      // TypeScript refuses this; JavaScript does not.
      if (transition === undefined)
        throw new TypeError('update: the step has no transition; put transitions() above update')
      try {
        return addFields(step, { report: transition === null ? null : learner.update(transition) })
      } catch (error) {
        throw atStep(error, step.index)
      }
    })(source)
