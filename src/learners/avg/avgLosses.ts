/** The two losses of AVG and their gradients, unfused, in the order in which the paper tells them: what `avg` is held against. */
import {
  affine,
  affineBackward,
  leakyRelu,
  leakyReluBackward,
  normalize,
  normalizeBackward,
  outer,
  type Numbers,
  type Precision,
} from '../../kernels/reference.js'
import type { Transition, Vector } from '../../types.js'
import { reparameterizedLoss, reparameterizedSlope } from '../equations/reparameterizedLoss.js'
import { scaledSquare, scaledSquareSlope } from '../equations/scaledSquare.js'
import { softValue } from '../equations/softValue.js'
import { type SquashedSlopes, slopesByC, slopesByMean, squashedNormal } from '../equations/squashedNormal.js'
import { tdTarget } from '../equations/tdTarget.js'
import type { AvgSampledAction } from './avg.js'

/** Tensors under the published code's names, row-major. */
export type Tensors = Readonly<Record<string, Numbers>>

/** What the losses need beside the weights and the transition. */
export interface AvgLossSettings {
  readonly hidden: readonly number[]
  readonly entropyCoefficient: number
  readonly discount: number
  readonly normalizePenultimate: boolean
  readonly logStdReading: 'covariance' | 'deviation'
  /** σ, already with this step taken in. */
  readonly scale: number
  /** The standard normal draw of the target's action, shape `[action.size]`. */
  readonly nextNoise: Vector
  /** What every intermediate result is kept in. */
  readonly precision: Precision
}

/** Both losses at the given weights, and their gradients by name. */
export interface AvgLosses {
  readonly actorLoss: number
  readonly criticLoss: number
  readonly actorGradient: Tensors
  readonly criticGradient: Tensors
}

interface Pass {
  readonly inputs: readonly Numbers[]
  readonly features: Numbers
}

/** The losses of one transition (Vasan et al. 2024, algorithm 1), as functions of the weights with all noise held still. */
export const avgLosses = (
  weights: Tensors,
  transition: Transition<AvgSampledAction>,
  settings: AvgLossSettings,
): AvgLosses => {
  const { hidden, entropyCoefficient, discount, normalizePenultimate, scale, precision: Numbers } = settings
  const k = settings.logStdReading === 'covariance' ? 0.5 : 1
  const phi = hidden.map((_, l) => `phi.${2 * l}`)

  /** The features of a network named `net` at `input`, with the input of every hidden layer kept. */
  const features = (net: string, input: Numbers): Pass => {
    const inputs = [input]
    for (const layer of phi) {
      const before = affine(
        Numbers,
        weights[`${net}.${layer}.weight`],
        weights[`${net}.${layer}.bias`],
        inputs[inputs.length - 1],
      )
      inputs.push(leakyRelu(before))
    }
    const last = inputs[inputs.length - 1]
    return { inputs, features: normalizePenultimate ? normalize(last) : last }
  }

  /** Gradients by every hidden layer of `net` and by its input, from the gradient by its features. */
  const featuresBackward = (net: string, pass: Pass, gradient: Numbers): { input: Numbers; tensors: Tensors } => {
    const tensors: Record<string, Numbers> = {}
    const last = pass.inputs[phi.length]
    let by = normalizePenultimate ? normalizeBackward(last, gradient) : gradient
    for (let l = phi.length - 1; l >= 0; l--) {
      by = leakyReluBackward(pass.inputs[l + 1], by)
      tensors[`${net}.${phi[l]}.weight`] = outer(Numbers, by, pass.inputs[l])
      tensors[`${net}.${phi[l]}.bias`] = by
      by = affineBackward(Numbers, weights[`${net}.${phi[l]}.weight`], pass.inputs[l].length, by)
    }
    return { input: by, tensors }
  }

  /** A ~ π(·|o) by noise ε, component by component, and log π(A|o). */
  const act = (observation: Vector, noise: Vector) => {
    const pass = features('actor', Numbers.from(observation))
    const mu = affine(Numbers, weights['actor.mu.weight'], weights['actor.mu.bias'], pass.features)
    const c = affine(Numbers, weights['actor.log_std.weight'], weights['actor.log_std.bias'], pass.features)
    const drawn = Array.from(mu, (mean, i) => squashedNormal(mean, c[i], noise[i], k))
    const logProbability = drawn.reduce((sum, component) => sum + component.logProbability, 0)
    return { pass, c, drawn, action: Numbers.from(drawn.map(({ action }) => action)), logProbability }
  }

  /** Q(o, a). */
  const judge = (observation: Vector, action: Vector) => {
    const pass = features('critic', Numbers.from([...observation, ...action]))
    const value = affine(Numbers, weights['critic.q.weight'], weights['critic.q.bias'], pass.features)[0]
    return { pass, value }
  }

  // The critic: δ = R + γ (Q(o', A') - η log π(A'|o')) - Q(o, A), with no gradient through the target; its loss is (δ / σ)².
  const { observation, sampled, reward, nextObservation, terminated } = transition
  const taken = judge(observation, sampled.action)
  const next = act(nextObservation, settings.nextNoise)
  const bootstrap = softValue(judge(nextObservation, next.action).value, entropyCoefficient, next.logProbability)
  const tdError = tdTarget(reward, terminated ? 0 : discount, bootstrap) - taken.value
  const byValue = Numbers.of(scaledSquareSlope(tdError, scale))
  const criticGradient = {
    ...featuresBackward(
      'critic',
      taken.pass,
      affineBackward(Numbers, weights['critic.q.weight'], taken.pass.features.length, byValue),
    ).tensors,
    'critic.q.weight': outer(Numbers, byValue, taken.pass.features),
    'critic.q.bias': byValue,
  }

  // The actor: η log π(A|o) - Q(o, A), through A by the reparameterization of its noise.
  const chosen = act(observation, sampled.noise)
  const judged = judge(observation, chosen.action)
  const one = Numbers.of(1)
  const byFeatures = affineBackward(Numbers, weights['critic.q.weight'], judged.pass.features.length, one)
  const byAction = featuresBackward('critic', judged.pass, byFeatures).input.subarray(observation.length)
  const slopes = (by: (i: number) => SquashedSlopes): Numbers =>
    byAction.map((valueByAction: number, i: number) => {
      const { action, logProbability } = by(i)
      return reparameterizedSlope(entropyCoefficient, logProbability, valueByAction, action)
    })
  const byMu = slopes((i) => slopesByMean(chosen.drawn[i]))
  const byLogStd = slopes((i) => slopesByC(chosen.drawn[i], chosen.c[i], k))
  const phiOf = chosen.pass.features
  const fromMu = affineBackward(Numbers, weights['actor.mu.weight'], phiOf.length, byMu)
  const fromLogStd = affineBackward(Numbers, weights['actor.log_std.weight'], phiOf.length, byLogStd)
  const actorGradient = {
    ...featuresBackward(
      'actor',
      chosen.pass,
      fromMu.map((g, i) => g + fromLogStd[i]),
    ).tensors,
    'actor.mu.weight': outer(Numbers, byMu, phiOf),
    'actor.mu.bias': byMu,
    'actor.log_std.weight': outer(Numbers, byLogStd, phiOf),
    'actor.log_std.bias': byLogStd,
  }

  return {
    actorLoss: reparameterizedLoss(entropyCoefficient, chosen.logProbability, judged.value),
    criticLoss: scaledSquare(tdError, scale),
    actorGradient,
    criticGradient,
  }
}
