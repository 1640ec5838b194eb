import { type Observable, defer, map } from 'rxjs'
import { type Cell, cell } from '../src/cell.js'
import { checkVectorSpec } from '../src/checks.js'
import { NotFiniteError } from '../src/failure.js'
import { appended, specWithAppended } from '../src/streams/appended.js'
import type { ActionBounds, Spec, Unpaired, Vector, VectorSpec } from '../src/types.js'

/** Options of `withPreviousActions`. */
export interface WithPreviousActionsOptions {
  /** The shape and the names of an action: `world.spec.action`. */
  readonly action: VectorSpec
  /**
   * Holds the last actions, newest first, or null between episodes; `cell<Vector | null>(null)` at the beginning of a run, and by default
   * of each subscription.
   */
  readonly cell?: Cell<Vector | null>
}

/**
 * Appends the last `count` actions to each observation, newest first, and zeros for those before the first.
 *
 *     source                  --a----b----c----u----a--|
 *     withPreviousActions(2)  --A----B----C----U----A--|
 *
 * A world in which actions take effect `count` steps later is Markov for a policy that sees the `count` actions under way. Its place is
 * below `normalizeObservation`, or above it if the actions are not of the size of a deviation. The actions are the policy's own choices
 * (`previousAction` of the steps), before `clipAction` or `rescaleAction`. The learner's spec is
 * `specWithPreviousActions(world.spec, count)`.
 *
 * Memory: the last `count` actions, none between episodes.
 * Numbers: the observation is a new Float64Array.
 * Fails: when the pipeline is built, throws a RangeError unless `count` is a positive integer, and a TypeError for no spec of an action.
 * Error notification for an action of another size, for one that is not finite, with the step and the component, and for a cell that
 * holds another number of actions.
 */
export const withPreviousActions = (count: number, options: WithPreviousActionsOptions) => {
  checkCount('withPreviousActions', count)
  checkVectorSpec('withPreviousActions', (options as WithPreviousActionsOptions | undefined)?.action)
  const { size, names } = options.action
  return <T extends Unpaired>(source: Observable<T>): Observable<T> =>
    defer(() => {
      const previous = options.cell ?? cell<Vector | null>(null)
      const held = previous.value?.length ?? count * size
      if (held !== count * size) {
        throw new RangeError(`withPreviousActions: expected ${count * size} numbers in the cell, got ${held}`)
      }

      /** The last actions as of this step. */
      const newestFirst = (step: T): Float64Array => {
        const actions = new Float64Array(count * size)
        if (step.kind === 'first') return actions
        const action = step.previousAction?.action ?? []
        if (action.length !== size) {
          throw new RangeError(
            `withPreviousActions: step ${step.index}: expected a previous action of ${size} components, got ${action.length}`,
          )
        }
        for (let i = 0; i < size; i++) {
          const value = action[i]
          if (!Number.isFinite(value)) {
            throw new NotFiniteError('previous action', { index: i, name: names[i] }, value, step.index)
          }
          actions[i] = value
        }
        const before = previous.value
        if (before !== null) for (let i = size; i < actions.length; i++) actions[i] = before[i - size]
        return actions
      }

      return map((step: T): T => {
        const actions = newestFirst(step)
        previous.value = step.kind === 'last' ? null : actions
        const observation = appended(step.observation, actions.length)
        observation.set(actions, step.observation.length)
        return { ...step, observation }
      })(source)
    })
}

const checkCount = (owner: string, count: number): void => {
  if (!(Number.isSafeInteger(count) && count > 0)) {
    throw new RangeError(`${owner}: expected a positive integer of actions, got ${count}`)
  }
}

/**
 * The spec of what `withPreviousActions(count)` emits: `count` times as many components more as an action has, newest first, such as
 * `torque, 1 step before`. Their unit is `1`, since an action is a policy's own choice.
 *
 * @param bounds Where the actions lie, such as a policy's `actionBounds`. The default is from -Infinity to Infinity.
 * Fails: RangeError unless `count` is a positive integer.
 */
export const specWithPreviousActions = (
  spec: Spec,
  count: number,
  { low, high }: ActionBounds = { low: -Infinity, high: Infinity },
): Spec => {
  checkCount('specWithPreviousActions', count)
  const components = Array.from({ length: count }, (_, back) =>
    spec.action.names.map((name) => ({
      name: `${name}, ${back + 1} ${back === 0 ? 'step' : 'steps'} before`,
      unit: '1',
      low,
      high,
    })),
  )
  return specWithAppended(spec, components.flat())
}
