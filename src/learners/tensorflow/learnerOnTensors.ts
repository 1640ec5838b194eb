/** What every learner on TensorFlow.js does beside its update: it lends its weights, decides, is saved, restored and closed. */
import type { Variable } from '@tensorflow/tfjs-core'
import { isSeeded } from '../../random.js'
import type { Random, Transition } from '../../types.js'
import type { LearnerSpec } from '../learnerSettings.js'
import type { ActorDescription } from '../parts/actorDescription.js'
import { checkStepSizeFactor } from '../parts/arenaLearner.js'
import { drawsOf, type Draws } from '../parts/draws.js'
import type { SquashedAction } from '../parts/squashedPolicy.js'
import type { Backend } from './backend.js'
import type { StagedState } from './stagedState.js'
import type { TensorLearner } from './tensorLearner.js'
import { readVariables, writeVariables } from './tensorNumbers.js'
import { tensorPolicy } from './tensorPolicy.js'
import type { TensorRow } from './tensorRow.js'
import { checkTensorSnapshot } from './tensorSnapshot.js'
import type { TrainedNetwork } from './trainedNetworks.js'

/** Variables that no optimizer moves, such as those of a target network. */
export interface HeldVariables {
  readonly variables: Readonly<Record<string, Variable>>
  dispose(): void
}

/** What such a learner is put together from. */
export interface TensorLearnerParts<Report> {
  /** Whose errors these are: `avgOnTensorFlow`. */
  readonly owner: string
  readonly backend: Backend
  readonly spec: LearnerSpec
  readonly row: TensorRow
  readonly random: Random
  /** The networks with an optimizer, in the order of `parameters`; the first one acts. */
  readonly networks: readonly TrainedNetwork[]
  /** What stands behind them in `parameters`; the default is nothing. */
  readonly held?: readonly HeldVariables[]
  /** The clock and the statistics, advanced in place by updates, and the scale of step sizes. */
  readonly state: StagedState
  /** By which the actor's second head is multiplied: s = e^(k c). */
  readonly k: number
  /** What its actor is made of, for saved policies; null for a network of the caller. */
  readonly actor: ActorDescription | null
  /**
   * Learns from one transition, on the backend; tensors that it makes are freed. When it throws, nothing has moved, and its draws are
   * taken back.
   */
  learn(transition: Transition<SquashedAction>, draws: Draws): Report
}

/** The learner of some parts. */
export const learnerOnTensors = <Report>(parts: TensorLearnerParts<Report>): TensorLearner<Report> => {
  const { owner, random, networks, held = [], learn } = parts
  const { doubles } = parts.state
  const { name: backend, tf, run } = parts.backend
  const draws = drawsOf(random)
  const sample = tensorPolicy({ ...parts, tf, actor: networks[0].network, draws })
  const variables: Readonly<Record<string, Variable>> = Object.fromEntries(
    [...networks.map(({ network }) => network), ...held].flatMap((of) => Object.entries(of.variables)),
  )
  /** Moments by the names of their weights. */
  const momentsOf = (kind: 'first' | 'second'): Readonly<Record<string, Variable>> =>
    Object.fromEntries(networks.flatMap(({ adam, names }) => adam[kind].map((moment, i) => [names[i], moment])))
  const [first, second] = [momentsOf('first'), momentsOf('second')]
  const host = run(() => readVariables(variables))
  /** Whether `parameters` was read since its arrays were last written to the variables. */
  let isLent = false
  let closed = false

  /** Computes on the backend, with weights that the caller may have written. */
  const compute = <T>(body: () => T): T =>
    run(() => {
      if (closed) throw new Error(`${owner}: the learner is closed`)
      if (isLent) writeVariables(tf, variables, host)
      isLent = false
      return body()
    })

  return {
    actionBounds: { low: -1, high: 1 },
    sample: (observation, sampling) => compute(() => sample(observation, sampling)),
    update: (transition) =>
      compute(() => {
        draws.begin()
        try {
          return learn(transition, draws)
        } catch (error) {
          draws.takeBack()
          throw error
        }
      }),
    backend,
    actor: parts.actor,
    get parameters() {
      compute(() => {
        for (const [name, variable] of Object.entries(variables)) host[name].set(variable.dataSync())
      })
      isLent = true
      return host
    },
    scaleStepSizes: (factor) => {
      checkStepSizeFactor(owner, factor)
      parts.state.stepSizeScale *= factor
    },
    snapshot: (options) =>
      compute(() => {
        const isAll = options?.of !== 'learnt'
        const { stepSizeScale } = parts.state
        return {
          parameters: readVariables(variables),
          first: readVariables(first),
          second: readVariables(second),
          doubles: doubles.slice(),
          random: isAll && isSeeded(random) ? random.snapshot() : null,
          ...(isAll && stepSizeScale !== 1 ? { stepSizeScale } : {}),
        }
      }),
    restore: (state, options) => {
      compute(() => {
        checkTensorSnapshot(owner, { variables, first, second, doubles }, state)
        if (state.random !== null && isSeeded(random)) random.restore(state.random)
        writeVariables(tf, variables, state.parameters)
        writeVariables(tf, first, state.first)
        writeVariables(tf, second, state.second)
        doubles.set(state.doubles)
        if (options?.of !== 'learnt') parts.state.stepSizeScale = state.stepSizeScale ?? 1
      })
    },
    close: () => {
      if (closed) return
      closed = true
      run(() => {
        const freed = [...networks.map(({ network }) => network), ...networks.map(({ adam }) => adam), ...held]
        freed.forEach((part) => part.dispose())
      })
    },
  }
}
