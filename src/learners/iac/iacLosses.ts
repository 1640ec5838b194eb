/** The two losses of IAC and their gradients, unfused, in the order of the paper; tests compare `iac` with them. */
import type { Precision } from '../../kernels/reference.js'
import type { Transition, Vector } from '../../types.js'
import { entropyReward } from '../equations/entropyReward.js'
import { likelihoodRatioLoss, likelihoodRatioSlope } from '../equations/likelihoodRatioLoss.js'
import { normalEntropyOfLog, scoreByLogDeviation, scoreByMean } from '../equations/normal.js'
import { scaledSquare, scaledSquareSlope } from '../equations/scaledSquare.js'
import { logDeviationByC, logDeviationOf, squashedNormal } from '../equations/squashedNormal.js'
import { tdTarget } from '../equations/tdTarget.js'
import { type ReferenceNetwork, referenceNetwork, type Tensors } from '../parts/referenceNetwork.js'
import type { SquashedAction } from '../parts/squashedPolicy.js'
import type { IacHyperparameters } from './iacSettings.js'

/** What the losses need beside the weights and the transition. */
export interface IacLossSettings extends Pick<
  IacHyperparameters,
  'hidden' | 'entropyCoefficient' | 'discount' | 'normalizePenultimate' | 'logStdReading' | 'entropy'
> {
  /** σ, already with this step taken in. */
  readonly scale: number
  /** What every intermediate result is kept in. */
  readonly precision: Precision
}

/** Both losses at the given weights, and their gradients by name. */
export interface IacLosses {
  readonly actorLoss: number
  readonly criticLoss: number
  readonly actorGradient: Tensors
  readonly criticGradient: Tensors
}

/** The losses of one transition (Vasan et al. 2024, the baseline IAC), as functions of the weights; the action is held still. */
export const iacLosses = (
  weights: Tensors,
  transition: Transition<SquashedAction>,
  settings: IacLossSettings,
): IacLosses => {
  const { hidden, discount, scale, entropy, precision: Numbers } = settings
  const k = settings.logStdReading === 'covariance' ? 0.5 : 1
  const rewarded = entropy === 'sample' || entropy === 'both' ? settings.entropyCoefficient : 0
  const eta = entropy === 'distribution' || entropy === 'both' ? settings.entropyCoefficient : 0
  const network = (name: string, ...heads: readonly string[]): ReferenceNetwork =>
    referenceNetwork(Numbers, weights, {
      name,
      hidden,
      heads: heads.map((head) => ({ name: head })),
      norm: settings.normalizePenultimate ? 'unit' : 'none',
    })
  const actor = network('actor', 'mu', 'log_std')
  const critic = network('critic', 'value')
  const valueAt = (observation: Vector) => {
    const pass = critic.forward(Numbers.from(observation))
    return { pass, value: pass.heads['value'][0] }
  }

  // The critic: δ = R + γ V(o') - V(o), with no gradient through the target; its loss is (δ/σ)².
  const { observation, sampled, nextObservation, terminated } = transition
  const reward = entropyReward(transition.reward, rewarded, sampled.logProbability)
  const here = valueAt(observation)
  const tdError = tdTarget(reward, terminated ? 0 : discount, valueAt(nextObservation).value) - here.value

  // The actor: -(δ/σ log π(A|o) + η H), with δ and A held still.
  const advantage = tdError / scale
  const pass = actor.forward(Numbers.from(observation))
  const { mu, log_std: c } = pass.heads
  const { noise } = sampled
  const drawn = Array.from(mu, (mean, i) => squashedNormal(mean, c[i], noise[i], k))
  const logProbability = drawn.reduce((sum, component) => sum + component.logProbability, 0)
  const spread = Array.from(c, (head) => normalEntropyOfLog(logDeviationOf(head, k))).reduce((a, b) => a + b)
  const byHeads = {
    mu: mu.map((_: number, i: number) =>
      likelihoodRatioSlope(advantage, scoreByMean(noise[i], drawn[i].deviation), eta, 0),
    ),
    log_std: c.map((head: number, i: number) => {
      const byC = logDeviationByC(head, k)
      return likelihoodRatioSlope(advantage, scoreByLogDeviation(noise[i]) * byC, eta, byC)
    }),
  }

  return {
    actorLoss: likelihoodRatioLoss(advantage, logProbability, eta, spread),
    criticLoss: scaledSquare(tdError, scale),
    actorGradient: actor.backward(pass, byHeads).tensors,
    criticGradient: critic.backward(here.pass, { value: Numbers.of(scaledSquareSlope(tdError, scale)) }).tensors,
  }
}
