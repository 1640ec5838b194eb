import {
  type Observable,
  type ObservableInput,
  concatMap,
  defer,
  from,
  map,
  of,
  takeLast,
  tap,
  throwIfEmpty,
} from 'rxjs'
import { type Cell, cell } from '../src/cell.js'
import { DriverError } from '../src/failure.js'
import { addFields } from '../src/streams/addFields.js'
import type { TimeStep } from '../src/types.js'

/** Options of `evaluateEvery`. */
export interface EvaluateEveryOptions {
  /** Holds the actions executed so far; `cell(0)` at the beginning of a run, and by default of each subscription. */
  readonly cell?: Cell<number>
}

/**
 * Evaluates at the first step and after every `steps` actions, and passes the step on with the result as `evaluation`.
 *
 *     source            --a-------b-----t-------a-----b-----c-----|
 *     evaluateEvery(2)  -----a----b--------t----a-----b--------c--|     an evaluation takes three columns
 *     evaluation             at 0 null     at 2 null  null     at 4
 *
 * `evaluate` receives the number of actions executed; the result is the last value of what it returns, a promise or a stream, and null
 * on all other steps. The step waits until the evaluation is over. Therefore it stands above `actuate`, where the world waits for the
 * answer: no step comes meanwhile, and none is queued. A step that comes all the same is an error. Under `realtime` the beats of an
 * evaluation are missed: the world executes the command of `hold`.
 *
 * An evaluation changes nothing of the run if it has a world of its own, samples with `deterministic: true`, uses the moments with
 * `update: false`, and draws no random number of the run (docs/recipes.md).
 *
 * Memory: the number of actions so far, and the step that waits.
 * Fails: throws a RangeError when the pipeline is built, unless `steps` is a positive integer. Error notification when `evaluate`
 * throws, when the evaluation fails or gives no value, and when a step comes during an evaluation.
 */
export const evaluateEvery = <E>(
  steps: number,
  evaluate: (step: number) => ObservableInput<E>,
  options: EvaluateEveryOptions = {},
) => {
  if (!(Number.isSafeInteger(steps) && steps > 0)) {
    throw new RangeError(`evaluateEvery: expected a positive integer of steps, got ${steps}`)
  }
  return <T extends TimeStep & { readonly evaluation?: never }>(
    source: Observable<T>,
  ): Observable<T & { readonly evaluation: E | null }> =>
    defer(() => {
      const executed = options.cell ?? cell(0)
      let isEvaluating = false

      const isDue = ({ kind }: T): boolean => {
        // A first step after an episode has the count of the step before it, at which the evaluation took place.
        if (kind === 'first') return executed.value === 0
        executed.value += 1
        return executed.value % steps === 0
      }
      const evaluated = (step: T) => {
        isEvaluating = true
        const result = takeLast<E>(1)(from(evaluate(executed.value)))
        const certain = throwIfEmpty<E>(() => new Error(`evaluateEvery: no value at step ${step.index}`))(result)
        return map((evaluation: E) => {
          isEvaluating = false
          return addFields(step, { evaluation })
        })(certain)
      }
      const refuseOther = ({ index }: T): void => {
        if (!isEvaluating) return
        const advice = 'put evaluateEvery above actuate, where the world waits'
        throw new DriverError(`evaluateEvery: step ${index} came during an evaluation: ${advice}`)
      }
      type Evaluated = T & { readonly evaluation: E | null }
      // No step waits in the queue of concatMap, since one that comes during an evaluation is refused.
      return concatMap((step: T): Observable<Evaluated> =>
        isDue(step) ? evaluated(step) : of<Evaluated>(addFields(step, { evaluation: null })),
      )(tap(refuseOther)(source))
    })
}
