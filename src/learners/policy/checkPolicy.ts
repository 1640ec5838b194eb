/** Whether the parts of a policy fit together. */
import { type Either, flatMap, map, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Failure } from '../../edge/decode.js'
import { timeComponent } from '../../episodeTime.js'
import { specWithAppended } from '../../streams/appended.js'
import type { Spec, VectorSpec } from '../../types.js'
import { refuse } from '../interchange/refusal.js'
import type { Outline } from '../interchange/weights.js'
import { fitActor } from './actorWeights.js'
import type { SavedPolicy } from './savedPolicy.js'

/** What the actor of a policy sees: with `appendTime` one observed component more. */
export const seenSpec = ({ spec, observation }: Pick<SavedPolicy, 'spec' | 'observation'>): Spec =>
  observation.appendTime ? specWithAppended(spec, [timeComponent]) : spec

/** Refuses lists of another length than the names. */
const sizesOf = (path: string, spec: VectorSpec): Either<readonly Failure[], void> => {
  const { size, names } = spec
  for (const field of ['units', 'low', 'high'] as const) {
    const { length } = spec[field]
    if (length !== size || names.length !== size) {
      return refuse(`${path}.${field}`, `one for each of the ${names.length} names`, `${length}`)
    }
  }
  for (let i = 0; i < size; i++) {
    const [low, high] = [spec.low[i], spec.high[i]]
    if (!(low <= high)) return refuse(`${path}.low[${i}]`, `at most its upper bound ${high}`, `${low}`)
  }
  return right(undefined)
}

/**
 * Refuses parts that do not fit together: sizes, bounds, and the shapes of tensors. `outline` has their names and shapes.
 *
 * Fails: one failure, the first.
 */
export const checkPolicy = (
  policy: Omit<SavedPolicy, 'tensors'>,
  outline: Outline,
): Either<readonly Failure[], void> => {
  const { spec, observation, actor, actionRange } = policy
  const { moments, appendTime } = observation
  const { low, high, size, names } = spec.action
  const observed = spec.observation.size
  return pipe(
    sizesOf('world.observation', spec.observation),
    flatMap(() => sizesOf('world.action', spec.action)),
    flatMap(() => {
      for (const field of ['mean', 'variance'] as const) {
        const values = moments?.[field]
        if (values !== undefined && values.length !== observed) {
          return refuse(
            `observation.moments.${field}`,
            `${observed} numbers, as many as observed components`,
            `${values.length}`,
          )
        }
      }
      const negative = moments?.variance.findIndex((value) => !(value >= 0)) ?? -1
      if (negative >= 0) {
        return refuse(`observation.moments.variance[${negative}]`, 'a number >= 0', String(moments?.variance[negative]))
      }
      if (appendTime && spec.stepLimit === Infinity) {
        return refuse('observation.appendTime', 'false in a world whose episodes have no limit', 'true')
      }
      const unbounded = Array.from({ length: size }, (_, i) => i).find(
        (i) => !(Number.isFinite(low[i]) && Number.isFinite(high[i])),
      )
      if (actionRange === 'rescale' && unbounded !== undefined) {
        return refuse('actionRange', `clip, since ${names[unbounded]} has no bounds to rescale to`, 'rescale')
      }
      return right(undefined)
    }),
    flatMap(() => fitActor(seenSpec(policy), outline, actor)),
    map(() => undefined),
  )
}
