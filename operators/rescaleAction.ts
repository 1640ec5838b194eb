import { type Observable, map } from 'rxjs'
import { rescaledCommand } from '../src/commands.js'
import type { SampledAction, TimeStep, VectorSpec } from '../src/types.js'
import { addFields } from '../src/streams/addFields.js'

/**
 * Adds the `command` that is sent: the sampled action, mapped from [-1, 1] to the world's bounds.
 *
 *     source         --a----b----t-----a--|
 *     rescaleAction  --a----b----t-----a--|
 *     command          map  map  null  map
 *
 * The learner still gets its own action.
 *
 * Memory: none.
 * Numbers: (1 - action) / 2 low + (1 + action) / 2 high as a new Float64Array: -1 and 1 map to the bounds to the last bit, and bounds
 * may be as large as doubles are. An action outside [-1, 1], which no squashed policy samples, is mapped to a command outside the
 * bounds.
 * Fails: when the pipeline is built, throws a RangeError for a bound that is missing or infinite and for a lower bound above the upper
 * one, and a TypeError for no bounds at all. Error notification for an action of another size. `actuate` refuses a command that is not
 * finite.
 */
export const rescaleAction = (spec: VectorSpec) => {
  const commandOf = rescaledCommand('rescaleAction', spec)
  const { size } = spec
  return <T extends TimeStep & { readonly sampled: SampledAction | null; readonly command?: never }>(
    source: Observable<T>,
  ): Observable<T & { readonly command: Float64Array | null }> =>
    map((step: T) => {
      if (step.sampled === null) return addFields(step, { command: null })
      const { action } = step.sampled
      if (action.length !== size) {
        throw new RangeError(`rescaleAction: step ${step.index}: expected ${size} components, got ${action.length}`)
      }
      return addFields(step, { command: commandOf(action) })
    })(source)
}
