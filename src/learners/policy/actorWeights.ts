/** The weights of an actor among those of a learner. */
import { type Either, flatMap, map, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Failure } from '../../edge/decode.js'
import { refuse } from '../interchange/refusal.js'
import { unwrapped } from '../interchange/tensorNames.js'
import { fitTensors, type Outline, type Weights } from '../interchange/weights.js'
import type { LearnerSpec } from '../learnerSettings.js'
import type { ActorDescription } from '../parts/actorDescription.js'
import { newPlan } from '../parts/plan.js'
import { layOutActor, shapesOf } from './layOutActor.js'

const PREFIX = 'actor.'

const kindOf = (normalized: boolean): string => (normalized ? 'normalized' : 'plain')

/**
 * Finds the tensors of an actor, by their names in the file.
 *
 * Fails: one failure for a tensor that is missing, of another shape, or that begins with `actor.` and is none of this actor's.
 */
export const fitActor = (
  spec: LearnerSpec,
  outline: Outline,
  actor: ActorDescription,
): Either<readonly Failure[], ReadonlyMap<string, string>> => {
  const named = new Map([...outline].filter(([name]) => unwrapped(name).startsWith(PREFIX)))
  // Before anything is laid out, since a file from elsewhere may name any number of layers.
  if (actor.hidden.length > named.size) {
    return refuse('actor.hidden', `no more layers than the ${named.size} tensors of an actor`, `${actor.hidden.length}`)
  }
  return fitTensors({ owner: 'the actor', shapes: shapesOf(layOutActor(newPlan(), spec, actor)) }, named)
}

/**
 * The weights of an actor, by their own names; what else there is, a critic's weights for one, is left out.
 *
 * Fails: one failure, as `fitActor`, and for weights that say of their networks that they are normalized where the actor is not, or the reverse.
 */
export const actorWeights = (
  spec: LearnerSpec,
  weights: Weights,
  actor: ActorDescription,
): Either<readonly Failure[], Weights> => {
  const normalizes = actor.norm === 'unit'
  const { normalizePenultimate: written, tensors } = weights
  return pipe(
    written === null || written === normalizes
      ? right(undefined)
      : refuse('', `weights of a ${kindOf(normalizes)} network`, `those of a ${kindOf(written)} one`),
    flatMap(() => fitActor(spec, tensors, actor)),
    map((sources) => ({
      normalizePenultimate: written,
      tensors: new Map(
        [...sources].flatMap(([name, source]) => {
          const tensor = tensors.get(source)
          return tensor === undefined ? [] : [[name, tensor] as const]
        }),
      ),
    })),
  )
}
