/** Where an actor stands in an arena of its own, with a place to decide. */
import type { Arena } from '../../kernels/arena.js'
import type { Kernels } from '../../kernels/kernels.js'
import type { ActionBounds, Observation, SampledAction, SampleOptions } from '../../types.js'
import type { LearnerSpec } from '../learnerSettings.js'
import type { ActorDescription } from '../parts/actorDescription.js'
import { deterministicActor } from '../parts/deterministicActor.js'
import { drawnPolicy } from '../parts/drawnPolicy.js'
import type { Draws } from '../parts/draws.js'
import { actFreely, freeNormalActor, startFreeNormalActor } from '../parts/freeNormalActor.js'
import { linearMaps, type Network, startNetwork } from '../parts/network.js'
import { noisyPolicy } from '../parts/noisyPolicy.js'
import { actNormally, normalActor, normalActorTape } from '../parts/normalActor.js'
import { normalTape } from '../parts/normalTape.js'
import type { OtherParameter } from '../parts/parameterViews.js'
import { tape } from '../parts/passes.js'
import type { Plan } from '../parts/plan.js'
import { actorTape, squashedActor, startActor } from '../parts/squashedActor.js'
import { squashedPolicy } from '../parts/squashedPolicy.js'

/** What decides on an arena. */
export interface PolicyParts {
  readonly owner: string
  readonly observation: LearnerSpec['observation']
  readonly memory: Arena
  readonly kernels: Kernels
  readonly draws: Draws | null
}

/** An actor that is laid out in a plan. */
export interface LaidOutActor {
  /** What holds its weights, in the order of their names. */
  readonly owners: readonly (Network | OtherParameter)[]
  readonly actionBounds?: ActionBounds
  /** Writes what its passes read beside the weights. */
  start(memory: Arena): void
  open(parts: PolicyParts): { sample(observation: Observation, options?: SampleOptions): SampledAction }
}

const squashed = { low: -1, high: 1 }

/** Lays out an actor with a place to decide. */
export const layOutActor = (plan: Plan, { observation, action }: LearnerSpec, made: ActorDescription): LaidOutActor => {
  const { hidden, activation, norm } = made
  const shape = { observations: observation.size, actions: action.size, hidden, activation, norm }
  const drawn = { actions: action.size, keepsPass: false }
  switch (made.kind) {
    case 'squashed-normal': {
      const actor = squashedActor(plan, { ...shape, logStdReading: made.logStdReading })
      const on = actorTape(plan, actor)
      return {
        owners: [actor.net],
        actionBounds: squashed,
        // A policy draws and does not learn: η is of no account.
        start: (memory) => startActor(memory, actor, 0, 1),
        open: (parts) => squashedPolicy({ ...parts, actor, on, keepsPass: false }),
      }
    }
    case 'softplus-normal': {
      const actor = normalActor(plan, shape)
      const on = normalActorTape(plan, actor)
      return {
        owners: [actor.net],
        start: (memory) => startNetwork(memory, actor.net),
        open: ({ kernels, ...parts }) =>
          drawnPolicy({ ...parts, ...drawn, on, act: () => actNormally(kernels, parts.memory, actor, on) }),
      }
    }
    case 'free-normal': {
      const actor = freeNormalActor(plan, shape)
      const on = normalTape(plan, actor.net, action.size)
      return {
        owners: [actor.net, actor.logStd],
        start: (memory) => startFreeNormalActor(memory, actor),
        open: ({ kernels, ...parts }) =>
          drawnPolicy({ ...parts, ...drawn, on, act: () => actFreely(kernels, parts.memory, actor, on) }),
      }
    }
    case 'deterministic': {
      const net = deterministicActor(plan, { ...shape, name: 'actor' })
      const on = tape(plan, net)
      const { explorationNoise } = made
      return {
        owners: [net],
        actionBounds: squashed,
        start: (memory) => startNetwork(memory, net),
        open: (parts) => noisyPolicy({ ...parts, actor: net, on, explorationNoise }),
      }
    }
  }
}

/** The names of an actor's tensors, with their shapes. */
export const shapesOf = ({ owners }: Pick<LaidOutActor, 'owners'>): ReadonlyMap<string, readonly number[]> =>
  new Map(
    owners.flatMap((owner): (readonly [string, readonly number[]])[] =>
      'path' in owner
        ? [[owner.path, [owner.size]]]
        : linearMaps(owner).flatMap(({ path, rows, columns }): (readonly [string, readonly number[]])[] => [
            [`${path}.weight`, [rows, columns]],
            [`${path}.bias`, [rows]],
          ]),
    ),
  )
