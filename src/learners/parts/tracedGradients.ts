/**
 * The two gradients that Stream AC and Intentional AC move their traces by, unfused, in the order of the papers; tests compare both
 * learners with them. The steps along the traces are in `equations/boundedStep.ts` and `equations/intentionalStep.ts`.
 */
import type { Precision } from '../../kernels/reference.js'
import type { Transition, Vector } from '../../types.js'
import {
  entropyByDeviation,
  logProbabilityByDeviation,
  logProbabilityByMean,
  normalEntropy,
  normalLogProbability,
} from '../equations/normal.js'
import { signedEntropyObjective, signedEntropySlope, signedEntropyWeight } from '../equations/signedEntropy.js'
import { softplusDeviation, softplusDeviationSlope } from '../equations/softplusDeviation.js'
import { tdTarget } from '../equations/tdTarget.js'
import type { NormalAction } from './normalTape.js'
import { type ReferenceNetwork, referenceNetwork, type Tensors } from './referenceNetwork.js'

/** What the gradients need beside the weights and the transition. */
export interface TracedGradientSettings {
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[]
  /** γ. */
  readonly discount: number
  /** η. */
  readonly entropyCoefficient: number
  /** Whether a truncated step bootstraps, as within an episode; Intentional AC's does. */
  readonly bootstrapOnTruncation: boolean
  /** What every intermediate result is kept in. */
  readonly precision: Precision
}

/** What both networks climb, at the given weights, and the gradients of it by name. */
export interface TracedGradients {
  /** V(o), whose gradient is the critic's. */
  readonly value: number
  /** δ = R + γ V(o') - V(o). */
  readonly tdError: number
  /** log π(A|o) + η sign(δ) H, whose gradient is the actor's. */
  readonly actorObjective: number
  readonly actorGradient: Tensors
  readonly criticGradient: Tensors
}

/**
 * The gradients of one transition (Elsayed et al. 2024, algorithm 6), as functions of the weights. The action is the one that these take by
 * the noise of the transition; it is held still, and so is δ.
 */
export const tracedGradients = (
  weights: Tensors,
  transition: Transition<NormalAction>,
  settings: TracedGradientSettings,
): TracedGradients => {
  const { hidden, discount, entropyCoefficient, bootstrapOnTruncation, precision: Numbers } = settings
  const network = (name: string, ...heads: readonly string[]): ReferenceNetwork =>
    referenceNetwork(Numbers, weights, { name, hidden, heads: heads.map((head) => ({ name: head })), norm: 'layer' })
  const actor = network('actor', 'mu', 'std')
  const critic = network('critic', 'value')
  const valueAt = (observation: Vector) => {
    const pass = critic.forward(Numbers.from(observation))
    return { pass, value: pass.heads['value'][0] }
  }

  // The critic: δ = R + γ V(o') - V(o), and the gradient of V(o).
  const { observation, sampled, reward, nextObservation, terminated, truncated } = transition
  const here = valueAt(observation)
  const isCut = terminated || (truncated && !bootstrapOnTruncation)
  const tdError = tdTarget(reward, isCut ? 0 : discount, isCut ? 0 : valueAt(nextObservation).value) - here.value

  // The actor: log π(A|o) + η sign(δ) H, with A held still.
  const weight = signedEntropyWeight(entropyCoefficient, tdError)
  const pass = actor.forward(Numbers.from(observation))
  const { mu, std } = pass.heads
  const deviations = std.map((head: number) => softplusDeviation(head))
  const action = mu.map((mean: number, i: number) => mean + deviations[i] * sampled.noise[i])
  const sum = (of: (i: number) => number): number =>
    Array.from(mu, (_: number, i: number) => of(i)).reduce((total, term) => total + term, 0)
  const byHeads = {
    mu: mu.map((mean: number, i: number) =>
      signedEntropySlope(logProbabilityByMean(action[i], mean, deviations[i]), weight, 0),
    ),
    std: std.map((head: number, i: number) => {
      const s = deviations[i]
      const slope = signedEntropySlope(logProbabilityByDeviation(action[i], mu[i], s), weight, entropyByDeviation(s))
      return slope * softplusDeviationSlope(head)
    }),
  }

  return {
    value: here.value,
    tdError,
    actorObjective: signedEntropyObjective(
      sum((i) => normalLogProbability(action[i], mu[i], deviations[i])),
      weight,
      sum((i) => normalEntropy(deviations[i])),
    ),
    actorGradient: actor.backward(pass, byHeads).tensors,
    criticGradient: critic.backward(here.pass, { value: Numbers.of(1) }).tensors,
  }
}
