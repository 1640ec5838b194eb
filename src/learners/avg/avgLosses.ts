/** The two losses of AVG and their gradients, unfused, in the order of the paper; tests compare `avg` with them. */
import type { Numbers, Precision } from '../../kernels/reference.js'
import type { Transition, Vector } from '../../types.js'
import { likelihoodRatioSlope } from '../equations/likelihoodRatioLoss.js'
import { scoreByLogDeviation, scoreByMean } from '../equations/normal.js'
import { reparameterizedLoss, reparameterizedSlope } from '../equations/reparameterizedLoss.js'
import { scaledSquare, scaledSquareSlope } from '../equations/scaledSquare.js'
import { softValue } from '../equations/softValue.js'
import {
  logDeviationByC,
  type SquashedSlopes,
  slopesByC,
  slopesByMean,
  squashedNormal,
} from '../equations/squashedNormal.js'
import { tdTarget } from '../equations/tdTarget.js'
import { type ReferenceNetwork, referenceNetwork, type Tensors } from '../parts/referenceNetwork.js'
import type { SquashedAction } from '../parts/squashedPolicy.js'
import type { AvgSwitches } from './avgSettings.js'
import type { AvgHyperparameters } from './publishedSettings.js'

/** What the losses need beside the weights and the transition. */
export interface AvgLossSettings
  extends
    Pick<AvgHyperparameters, 'hidden' | 'entropyCoefficient' | 'discount'>,
    Pick<AvgSwitches, 'normalizePenultimate' | 'logStdReading' | 'gradient' | 'targetPolyak'> {
  /** σ, already with this step taken in. */
  readonly scale: number
  /** The standard normal draw of the target's action, shape `[action.size]`. */
  readonly nextNoise: Vector
  /** What every intermediate result is kept in. */
  readonly precision: Precision
}

/**
 * Both losses at the given weights, and their gradients by name. The likelihood-ratio gradient is that of -(Q(o, A) - η log π(A|o)) log π(A|o)
 * with A and the factor held still; its mean over A is the gradient of the actor's mean loss.
 */
export interface AvgLosses {
  readonly actorLoss: number
  readonly criticLoss: number
  readonly actorGradient: Tensors
  readonly criticGradient: Tensors
}

/** The losses of one transition (Vasan et al. 2024, algorithm 1), as functions of the weights with all noise held still. */
export const avgLosses = (
  weights: Tensors,
  transition: Transition<SquashedAction>,
  settings: AvgLossSettings,
): AvgLosses => {
  const { hidden, entropyCoefficient, discount, scale, precision: Numbers } = settings
  const k = settings.logStdReading === 'covariance' ? 0.5 : 1
  const network = (name: string, ...heads: readonly string[]): ReferenceNetwork =>
    referenceNetwork(Numbers, weights, {
      name,
      hidden,
      heads: heads.map((head) => ({ name: head })),
      norm: settings.normalizePenultimate ? 'unit' : 'none',
    })
  const actor = network('actor', 'mu', 'log_std')
  const critic = network('critic', 'q')
  const slow = settings.targetPolyak > 0 ? network('target', 'q') : critic

  /** A ~ π(·|o) by noise ε, component by component, and log π(A|o). */
  const act = (observation: Vector, noise: Vector) => {
    const pass = actor.forward(Numbers.from(observation))
    const { mu, log_std: c } = pass.heads
    const drawn = Array.from(mu, (mean, i) => squashedNormal(mean, c[i], noise[i], k))
    const logProbability = drawn.reduce((sum, component) => sum + component.logProbability, 0)
    return { pass, c, drawn, action: Numbers.from(drawn.map(({ action }) => action)), logProbability }
  }
  /** Q(o, a). */
  const judge = (observation: Vector, action: Vector, by = critic) => {
    const pass = by.forward(Numbers.from([...observation, ...action]))
    return { pass, value: pass.heads['q'][0] }
  }

  // The critic: δ = R + γ (Q(o', A') - η log π(A'|o')) - Q(o, A), with no gradient through the target; its loss is (δ / σ)².
  const { observation, sampled, reward, nextObservation, terminated } = transition
  const taken = judge(observation, sampled.action)
  const next = act(nextObservation, settings.nextNoise)
  const bootstrap = softValue(judge(nextObservation, next.action, slow).value, entropyCoefficient, next.logProbability)
  const tdError = tdTarget(reward, terminated ? 0 : discount, bootstrap) - taken.value
  const byValue = Numbers.of(scaledSquareSlope(tdError, scale))

  // The actor: η log π(A|o) - Q(o, A), through A by the reparameterization of its noise, or by the score of A.
  const chosen = act(observation, sampled.noise)
  const judged = judge(observation, chosen.action)
  const byAction = critic.backward(judged.pass, { q: Numbers.of(1) }).input.subarray(observation.length)
  const slopes = (by: (i: number) => SquashedSlopes): Numbers =>
    byAction.map((valueByAction: number, i: number) => {
      const { action, logProbability } = by(i)
      return reparameterizedSlope(entropyCoefficient, logProbability, valueByAction, action)
    })
  const weight = softValue(judged.value, entropyCoefficient, chosen.logProbability)
  const scores = (by: (i: number) => number): Numbers =>
    byAction.map((_: number, i: number) => likelihoodRatioSlope(weight, by(i), 0, 0))
  const byHeads =
    settings.gradient === 'reparameterization'
      ? {
          mu: slopes((i) => slopesByMean(chosen.drawn[i])),
          log_std: slopes((i) => slopesByC(chosen.drawn[i], chosen.c[i], k)),
        }
      : {
          mu: scores((i) => scoreByMean(sampled.noise[i], chosen.drawn[i].deviation)),
          log_std: scores((i) => scoreByLogDeviation(sampled.noise[i]) * logDeviationByC(chosen.c[i], k)),
        }

  return {
    actorLoss: reparameterizedLoss(entropyCoefficient, chosen.logProbability, judged.value),
    criticLoss: scaledSquare(tdError, scale),
    actorGradient: actor.backward(chosen.pass, byHeads).tensors,
    criticGradient: critic.backward(taken.pass, { q: byValue }).tensors,
  }
}
