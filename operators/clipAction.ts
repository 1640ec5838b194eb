import { type Observable, defer, map } from 'rxjs'
import { unusedRangeLine } from '../src/actionBounds.js'
import { NotFiniteError } from '../src/failure.js'
import { checkVectorSpec } from '../src/checks.js'
import type { ActionBounds, SampledAction, TimeStep, VectorSpec } from '../src/types.js'
import { warn } from '../src/warn.js'
import { addFields } from '../src/streams/addFields.js'

/**
 * Adds the `command` that is sent: the sampled action, clipped to what the world takes.
 *
 *     source      --a-----b-----t-----a--|
 *     clipAction  --a-----b-----t-----a--|
 *     command       clip  clip  null  clip
 *
 * The learner goes on seeing its own action, unclipped, as AVG was published. A policy whose actions cannot reach the bounds,
 * so that nothing is ever clipped and a part of the range is never used, is warned of on standard error at the first
 * decision: `rescaleAction` uses all of it.
 *
 * Memory: whether it was warned of, of this subscription. No cell holds that: no value depends on it, and a run that is resumed in
 * another process warns on a standard error of its own.
 * Numbers: min(max(action, low), high), component by component, as a fresh Float64Array.
 * Fails: throws a RangeError when the pipeline is built and bounds are missing or crossed, and a TypeError for no bounds at all; error notification with step
 * and component for an action that is not finite, which clipping would have hidden, and for one of another size.
 */
export const clipAction = (spec: VectorSpec) => {
  checkVectorSpec('clipAction', spec)
  const { size, low, high, names } = spec
  for (let i = 0; i < size; i++) {
    // Written so that NaN and undefined fail too; infinite bounds are none, and allowed.
    if (!(low[i] <= high[i])) {
      throw new RangeError(
        `clipAction: expected low <= high for component ${i} (${names[i]}), got ${low[i]}, ${high[i]}`,
      )
    }
  }
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
      let looked = false
      const look = ({ actionBounds }: T): void => {
        looked = true
        const line = actionBounds === undefined ? null : unusedRangeLine('clipAction', actionBounds, spec)
        if (line !== null) warn(line)
      }
      return map((step: T) => {
        if (step.sampled === null) return addFields(step, { command: null })
        if (!looked) look(step)
        const { action } = step.sampled
        if (action.length !== size) {
          throw new RangeError(`clipAction: step ${step.index}: expected ${size} components, got ${action.length}`)
        }
        const command = new Float64Array(size)
        for (let i = 0; i < size; i++) {
          const value = action[i]
          if (!Number.isFinite(value)) {
            throw new NotFiniteError('action', { index: i, name: names[i] }, value, step.index)
          }
          command[i] = value < low[i] ? low[i] : value > high[i] ? high[i] : value
        }
        return addFields(step, { command })
      })(source)
    })
}
