import { type Observable, defer, map } from 'rxjs'
import { unusedRangeLine } from '../src/actionBounds.js'
import { clippedCommand } from '../src/commands.js'
import { atStep } from '../src/failure.js'
import type { ActionBounds, SampledAction, TimeStep, VectorSpec } from '../src/types.js'
import { warn } from '../src/warn.js'
import { addFields } from '../src/streams/addFields.js'

/**
 * Adds the `command` that is sent: the sampled action, clipped to the world's bounds.
 *
 *     source      --a-----b-----t-----a--|
 *     clipAction  --a-----b-----t-----a--|
 *     command       clip  clip  null  clip
 *
 * The learner still gets its own action, unclipped, as AVG was published. If the policy's actions cannot reach the bounds, nothing is
 * ever clipped and a part of the range is never used: `clipAction` then prints a warning on standard error at the first decision.
 * `rescaleAction` uses the whole range.
 *
 * Memory: whether the warning was printed in this subscription. No cell holds this: no value depends on it, and a run that is resumed
 * in another process prints the warning there.
 * Numbers: min(max(action, low), high), component by component, as a new Float64Array.
 * Fails: when the pipeline is built, throws a RangeError for a bound that is missing and for a lower bound above the upper one, and a
 * TypeError for no bounds at all. Error notification with step and component for an action that is not finite, which clipping would
 * hide, and for an action of another size.
 */
export const clipAction = (spec: VectorSpec) => {
  const commandOf = clippedCommand('clipAction', spec)
  const { size } = spec
  return <
    T extends TimeStep & {
      readonly sampled: SampledAction | null
      readonly command?: never
      readonly actionBounds?: ActionBounds
    },
  >(
    source: Observable<T>,
  ): Observable<T & { readonly command: Float64Array | null }> =>
    defer(() => {
      let checkedRange = false
      const checkRange = ({ actionBounds }: T): void => {
        checkedRange = true
        const line = actionBounds === undefined ? null : unusedRangeLine('clipAction', actionBounds, spec)
        if (line !== null) warn(line)
      }
      return map((step: T) => {
        if (step.sampled === null) return addFields(step, { command: null })
        if (!checkedRange) checkRange(step)
        const { action } = step.sampled
        if (action.length !== size) {
          throw new RangeError(`clipAction: step ${step.index}: expected ${size} components, got ${action.length}`)
        }
        try {
          return addFields(step, { command: commandOf(action) })
        } catch (error) {
          throw atStep(error, step.index)
        }
      })(source)
    })
}
